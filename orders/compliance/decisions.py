"""The bridge from rows to the manual: gathers facts, asks the policy, keeps determinations.

A fixed number of queries however many lines or services.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from catalog.models import Contract, Service
from orders.models import AtoPaper, AuthorizationToOrder, Determination, OrderLine
from orders.models.ato import UNDER_WAY
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, Standing
from stmm.policy.decision import Decision, decide
from stmm.policy.editions import edition_in_force
from stmm.policy.facts import (
    NO_EXEMPTION,
    Action,
    Ato,
    Buyer,
    Designation,
    Exemption,
    Purchase,
    Source,
)


def buyer_of(agency: Agency, *, on: date, known_at: datetime | None = None) -> Buyer:
    """The buyer's standing on a Pacific day. An entity nobody has ruled on is undetermined."""
    if not agency.is_state:
        return Buyer.NON_STATE
    standing = standing_of(agency, on=on, known_at=known_at)
    return buyer_with(agency, standing.value if standing else "")


def buyer_with(agency: Agency, standing: str) -> Buyer:
    """What an agency is to the manual, by its standing in effect; "" if it has none."""
    if not agency.is_state:
        return Buyer.NON_STATE
    if standing in ("", Standing.Value.NOT_ORDERING):
        return Buyer.UNDETERMINED
    return Buyer(standing)


def standing_of(agency: Agency, *, on: date, known_at: datetime | None = None) -> Standing | None:
    return Standing.objects.filter(agency=agency).in_effect(on, known_at=known_at).first()


@dataclass(frozen=True)
class Listings:
    """The papers of ATOs that list services, by agency and contract; which contracts bind."""

    papers: Mapping[tuple[int, int], Sequence[AtoPaper]]
    exclusive: frozenset[int] = frozenset()

    def ato_for(self, agency: Agency, service: Service, source: Source) -> Ato | None:
        """None also for what is bought elsewhere, where the contract's ATOs are not exclusive."""
        return self.ato_about(
            agency,
            service.contract_id,
            category=service.category_id,
            service=service.pk,
            source=source,
        )

    def ato_about(
        self,
        agency: Agency,
        contract: int,
        *,
        category: int,
        service: int | None = None,
        source: Source,
    ) -> Ato | None:
        """The same of a category, or of a service by the keys of both."""
        papers = self.papers.get((agency.pk, contract), ())
        if source is not Source.CALNET and contract not in self.exclusive:
            return None
        return _ato(papers, category, service)


def _ato(papers: Sequence[AtoPaper], category: int, service: int | None) -> Ato | None:
    """What the papers of an ATO, their lists prefetched, say (PO-4.1).

    The two years run from the approval that first listed it: a renewal that lists it again does
    not move them, an amendment that adds it has its own.
    """
    lists = {paper.pk: paper.lists_any(category=category, service=service) for paper in papers}
    approvals = [
        (paper.state_approved_on, lists[paper.pk])
        for paper in papers
        if paper.state_approved_on is not None
    ]
    if first := min((day for day, listed in approvals if listed), default=None):
        return Ato(approved_on=first, lists_service=True)
    if approvals:
        return Ato(approved_on=min(day for day, _ in approvals), lists_service=False)
    if papers:
        return Ato(None, lists_service=any(lists.values()))
    return None


def listings_of(
    agencies: Iterable[Agency],
    contracts: Iterable[int],
    *,
    on: date,
    known_at: datetime | None = None,
) -> Listings:
    """What ATOs list in effect on a Pacific day, as known at a moment, in two queries.

    Asked of now (`known_at` None), also initial ATOs that the State has not approved yet, so
    that pages can say what they wait for. They can still change, so no other moment knows them.
    """
    buyers = [agency.pk for agency in agencies if not agency.is_state]
    if not buyers:
        return Listings({})
    of_them = AtoPaper.objects.filter(ato__agency__in=buyers, ato__contract__in=set(contracts))
    rows = of_them.in_force(on, known_at=known_at)
    if known_at is None:
        rows |= of_them.filter(kind=AtoPaper.Kind.INITIAL, state__in=UNDER_WAY)
    found: dict[tuple[int, int], list[AtoPaper]] = defaultdict(list)
    exclusive: set[int] = set()
    papers = rows.with_binding(on, known_at=known_at).select_related("ato")
    for paper in papers.prefetch_related("listed"):
        found[paper.ato.agency_id, paper.ato.contract_id].append(paper)
        if paper.binds:
            exclusive.add(paper.ato.contract_id)
    return Listings(found, frozenset(exclusive))


def decide_services(
    agency: Agency,
    services: Iterable[Service],
    *,
    on: date,
    source: Source,
    known_at: datetime | None = None,
    action: Action = Action.BUY,
    exemption: Exemption = NO_EXEMPTION,
) -> dict[int, Decision]:
    """What Chapter 0400.1 says to `agency` of each service, by its key, on a Pacific day."""
    return decide_known(
        agency,
        Service.objects.filter(pk__in=[service.pk for service in services])
        .with_designation(on, known_at=known_at)
        .only("contract", "category")
        .order_by(),
        buyer=buyer_of(agency, on=on, known_at=known_at),
        on=on,
        source=source,
        known_at=known_at,
        action=action,
        exemption=exemption,
    )


def decide_known(
    agency: Agency,
    services: Iterable[Service],
    *,
    buyer: Buyer,
    on: date,
    source: Source,
    known_at: datetime | None = None,
    action: Action = Action.BUY,
    exemption: Exemption = NO_EXEMPTION,
) -> dict[int, Decision]:
    """The same of services that carry their designation, where the buyer is known too."""
    services = list(services)
    listings = listings_of([agency], [s.contract_id for s in services], on=on, known_at=known_at)
    edition = edition_in_force(on)
    return {
        service.pk: decide(
            Purchase(
                on=on,
                buyer=buyer,
                source=source,
                designation=Designation(service.designation),
                action=action,
                ato=listings.ato_for(agency, service, source),
                exemption=exemption,
            ),
            edition,
        )
        for service in services
    }


def decide_described(
    agency: Agency,
    *,
    on: date,
    source: Source,
    known_at: datetime | None = None,
    exemption: Exemption = NO_EXEMPTION,
) -> Decision:
    """The decision on a service that no row of the catalogue stands for.

    Nobody has designated it and no ATO lists it: nothing is assumed optional (PO-3).
    """
    purchase = Purchase(
        on=on,
        buyer=buyer_of(agency, on=on, known_at=known_at),
        source=source,
        designation=Designation.UNDETERMINED,
        exemption=exemption,
    )
    return decide(purchase, edition_in_force(on))


def determine(
    lines: Iterable[OrderLine], decisions: Mapping[int, Decision], *, known_at: datetime
) -> list[Determination]:
    """Store the decisions, by service key, on lines as they were made at this moment."""
    return Determination.objects.bulk_create(
        [
            Determination.of(decisions[line.service_id], known_at=known_at, line=line)
            for line in lines
        ]
    )


@dataclass(frozen=True, slots=True)
class Advice:
    """What the catalogue can tell a member of an agency: whose, and the decisions by service."""

    agency: Agency
    buyer: Buyer
    decisions: Mapping[int, Decision]


def advise(access: Access, services: Iterable[Service]) -> Advice | None:
    """For the catalogue's pages: may my agency buy these elsewhere today? None for others."""
    agencies = access.ordering_agencies
    if not agencies:
        return None
    agency = agencies[0]
    services = list(services)
    return Advice(
        agency,
        buyer_of(agency, on=access.on),
        decide_services(agency, services, on=access.on, source=Source.OTHER),
    )


def contracts_open_to(agency: Agency, *, on: date) -> list[Contract]:
    """Contracts in term whose buyers the agency is one of.

    For a body outside State government, those of them that it has an ATO for.
    """
    contracts = Contract.objects.in_term(on).open_to(agency, on=on).select_related("contractor")
    if not agency.is_state:
        atos = AuthorizationToOrder.objects.not_ended(on).filter(agency=agency)
        contracts = contracts.filter(pk__in=atos.values("contract"))
    return list(contracts.prefetch_related("terms", "categories"))
