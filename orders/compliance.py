"""The bridge from rows to the manual: gathers facts, asks the policy, keeps determinations.

A fixed number of queries however many lines or services.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from catalog.models import Contract, Service
from orders.models import AuthorizationToOrder, Determination, Order, OrderLine
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
    return buyer_with(agency, standing_of(agency, on=on, known_at=known_at))


def buyer_with(agency: Agency, standing: Standing | None) -> Buyer:
    """What an agency is to the manual, by the standing in effect."""
    if not agency.is_state:
        return Buyer.NON_STATE
    if standing is None or standing.value == Standing.Value.NOT_ORDERING:
        return Buyer.UNDETERMINED
    return Buyer(standing.value)


def standing_of(agency: Agency, *, on: date, known_at: datetime | None = None) -> Standing | None:
    return Standing.objects.filter(agency=agency).in_effect(on, known_at=known_at).first()


@dataclass(frozen=True)
class Listings:
    """What an agency's ATOs list, from when the State approved them."""

    by_contract: Mapping[int, AuthorizationToOrder]

    def ato_for(self, service: Service, source: Source) -> Ato | None:
        """None also for what is bought elsewhere, where the contract's ATOs are not exclusive."""
        ato = self.by_contract.get(service.contract_id)
        if ato is None or (source is not Source.CALNET and not ato.contract.is_exclusive):
            return None
        return ato_about(ato, service)


def ato_about(ato: AuthorizationToOrder, service: Service) -> Ato:
    """What an ATO, its list prefetched, says of one service."""
    listed = any(
        item.service_id == service.pk or item.category_id == service.category_id
        for item in ato.listed.all()
    )
    return Ato(approved_on=ato.state_approved_on, lists_service=listed)


def listings_of(
    agency: Agency, contracts: Iterable[int], known_at: datetime | None = None
) -> Listings:
    if agency.is_state:
        return Listings({})
    atos = AuthorizationToOrder.objects.filter(agency=agency, contract__in=set(contracts))
    if known_at is not None:
        atos = atos.filter(recorded_at__lte=known_at)
    return Listings(
        {ato.contract_id: ato for ato in atos.select_related("contract").prefetch_related("listed")}
    )


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
    services = list(services)
    buyer = buyer_of(agency, on=on, known_at=known_at)
    designated = Service.objects.filter(pk__in=[s.pk for s in services]).with_designation(
        on, known_at=known_at
    )
    designations = {service.pk: service.designation for service in designated.only("pk")}
    listings = listings_of(agency, [s.contract_id for s in services], known_at)
    edition = edition_in_force(on)
    return {
        service.pk: decide(
            Purchase(
                on=on,
                buyer=buyer,
                source=source,
                designation=Designation(designations[service.pk]),
                action=action,
                ato=listings.ato_for(service, source),
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


def assess(
    order: Order, lines: Iterable[OrderLine], *, on: date, known_at: datetime | None = None
) -> dict[int, Decision]:
    """The decision on each line of an order, by line key: bought from CALNET on that day."""
    lines = list(lines)
    decisions = decide_services(
        order.agency,
        {line.service_id: line.service for line in lines}.values(),
        on=on,
        source=Source.CALNET,
        known_at=known_at,
    )
    return {line.pk: decisions[line.service_id] for line in lines}


def determine(decisions: Mapping[int, Decision], *, known_at: datetime) -> list[Determination]:
    """Store the decisions on lines (by line key) as they were made at this moment."""
    return Determination.objects.bulk_create(
        [
            Determination(
                line_id=line,
                decided_for=decision.purchase.on,
                known_at=known_at,
                outcome=decision.outcome,
                headline=decision.headline,
                sentence=decision.sentence,
                date_shown=decision.date_shown,
                cites=[citation.id for citation in decision.citations],
                facts=decision.purchase.as_json(),
                what_would_change_it=decision.what_would_change_it,
                edition_key=decision.edition_key,
                edition_version=decision.edition_version,
            )
            for line, decision in decisions.items()
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
        contracts = contracts.filter(atos__agency=agency)
    return list(contracts.prefetch_related("terms", "categories"))
