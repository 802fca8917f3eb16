"""Which open drafts and orders would get another price or decision from an uploaded matrix.

A fixed number of queries, however many orders and agencies. What is signed keeps both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from catalog.affected import AffectedLine, Effect
from catalog.models import Designation, MatrixUpload, Offer, Service, UploadedLine
from orders.compliance.decisions import Listings, buyer_with, listings_of
from orders.models import OrderLine, State
from orders.reading.priced import offers_for
from stmm.agencies.models import Standing
from stmm.look.templatetags.look import money
from stmm.policy import facts
from stmm.policy.decision import decide
from stmm.policy.editions import edition_in_force
from stmm.policy.facts import Buyer, Purchase, Source

OPEN = (State.DRAFT, State.REVIEW)


def affected(upload: MatrixUpload, today: date) -> list[AffectedLine]:
    """Lines of open orders as they would be priced and decided today, or once it is in effect."""
    on = max(today, upload.effective_from)
    differing = upload.differences.filter(service__isnull=False)
    lines = _open_lines(upload, differing)
    services = {line.service_id for line in lines}
    becoming = {row.service_id: row for row in differing.filter(service__in=services)}
    offers = offers_for(lines, on=on)
    decisions = _Decisions.of(lines, upload, on)
    return [
        AffectedLine(
            order=str(line.order),
            url=line.order.get_absolute_url(),
            agency=line.order.agency.name,
            line=str(line),
            service=line.service.name,
            effects=effects,
        )
        for line in lines
        if (
            effects := (
                *_charges(offers.get(line.service_id), becoming[line.service_id]),
                *decisions.effects(line, becoming[line.service_id]),
            )
        )
    ]


def _open_lines(upload: MatrixUpload, differing: QuerySet[UploadedLine]) -> list[OrderLine]:
    lines = OrderLine.objects.filter(
        order__contract=upload.contract_id,
        order__state__in=OPEN,
        service__in=differing.values("service"),
    )
    return list(lines.select_related("order__agency", "service").order_by("order", "position"))


def _charges(offer: Offer | None, becoming: UploadedLine) -> list[Effect]:
    if not becoming.writes_offer:
        return []
    offered = "not offered" if offer is None or offer.withdrawn else "offered"
    will_be = "withdrawn" if becoming.kind == UploadedLine.Kind.WITHDRAWN else "offered"
    if will_be != offered:
        return [Effect("Service", offered, will_be)]
    return [
        Effect(label, _in_dollars(before), _in_dollars(after))
        for label, name in (("MRC", "mrc"), ("NRC", "nrc"))
        if (before := getattr(offer, name)) != (after := _amount(becoming.stated[name]))
    ]


def _in_dollars(amount: Decimal | None) -> str:
    return "none" if amount is None else money(amount)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@dataclass(frozen=True, slots=True)
class _Decisions:
    """All that decides lines of many agencies under one contract on one day."""

    on: date
    flags: Mapping[int, str]
    # Services of which a later word than the upload's is in effect
    settled: frozenset[int]
    buyers: Mapping[int, Buyer]
    listings: Listings

    @classmethod
    def of(cls, lines: Iterable[OrderLine], upload: MatrixUpload, on: date) -> "_Decisions":
        lines = list(lines)
        services = {line.service_id for line in lines}
        agencies = {line.order.agency_id: line.order.agency for line in lines}
        flagged = Service.objects.filter(pk__in=services).with_designation(on).only("pk")
        later = Designation.objects.filter(
            service__in=services,
            effective_from__gt=upload.effective_from,
            effective_from__lte=on,
        )
        standings = dict(
            Standing.objects.filter(agency__in=agencies)
            .in_effect(on)
            .values_list("agency", "value")
        )
        return cls(
            on=on,
            flags={service.pk: service.designation for service in flagged},
            settled=frozenset(later.values_list("service", flat=True)),
            buyers={
                key: buyer_with(each, standings.get(key, "")) for key, each in agencies.items()
            },
            listings=listings_of(agencies.values(), [upload.contract_id], on=on),
        )

    def effects(self, line: OrderLine, becoming: UploadedLine) -> list[Effect]:
        """How the decision on a line changes, if it does."""
        if not becoming.writes_flag or line.service_id in self.settled:
            return []
        purchase = Purchase(
            on=self.on,
            buyer=self.buyers[line.order.agency_id],
            source=Source.CALNET,
            designation=facts.Designation(self.flags[line.service_id]),
            ato=self.listings.ato_for(line.order.agency, line.service, Source.CALNET),
        )
        new_flag = facts.Designation(becoming.stated["designation"])
        edition = edition_in_force(self.on)
        now = decide(purchase, edition)
        then = decide(replace(purchase, designation=new_flag), edition)
        if (now.outcome, now.headline) == (then.outcome, then.headline):
            return []
        return [Effect("Decision", now.headline, then.headline)]
