"""What pages show of an order: its lines with decisions and charges, in few queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from catalog.models import Offer, Service
from orders.compliance.grounds import Grounds, grounds_of
from orders.models import Determination, Order, OrderLine
from stmm.policy.decision import Decision


def lines_of(order: Order) -> list[OrderLine]:
    """The order's lines with what pages and decisions need of their services, in one query."""
    lines = list(order.lines.select_related("service__contract", "service__category"))
    for line in lines:
        line.order = order
    return lines


def offers_for(
    lines: Iterable[OrderLine], *, on: date, known_at: datetime | None = None
) -> dict[int, Offer]:
    """The offers in effect on the Pacific day `on`, by service key, in one query."""
    offers = Offer.objects.filter(service__in=[line.service_id for line in lines])
    in_effect = offers.in_effect(on, known_at=known_at).select_related("edition")
    return {offer.service_id: offer for offer in in_effect}


def grounds_for(
    order: Order, lines: Iterable[OrderLine], *, on: date, known_at: datetime | None = None
) -> Grounds:
    """What an order with these lines is judged by on the Pacific day `on`."""
    services = Service.objects.filter(pk__in={line.service_id for line in lines})
    return grounds_of(order.agency, order.contract_id, services, on=on, known_at=known_at)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line with its decision and charges: stored ones once signed, today's before."""

    line: OrderLine
    decision: Decision | Determination
    mrc: Decimal | None
    nrc: Decimal | None
    usage_rate: str
    is_sample: bool

    @property
    def mrc_total(self) -> Decimal | None:
        return None if self.mrc is None else self.mrc * self.line.quantity

    @property
    def nrc_total(self) -> Decimal | None:
        return None if self.nrc is None else self.nrc * self.line.quantity


@dataclass(frozen=True, slots=True)
class ShownLines:
    """The lines, and what they cost together."""

    lines: tuple[ShownLine, ...]

    @property
    def mrc_total(self) -> Decimal:
        return sum((shown.mrc_total or Decimal(0) for shown in self.lines), Decimal(0))

    @property
    def nrc_total(self) -> Decimal:
        return sum((shown.nrc_total or Decimal(0) for shown in self.lines), Decimal(0))

    @property
    def has_samples(self) -> bool:
        return any(shown.is_sample for shown in self.lines)


def shown_lines(order: Order, *, on: date) -> ShownLines:
    """The lines as pages show them: as signed, or as they would be decided and priced `on`."""
    lines = lines_of(order)
    if order.signed_at:
        return _as_signed(order, lines)
    return as_judged(lines, grounds_for(order, lines, on=on))


def _as_signed(order: Order, lines: list[OrderLine]) -> ShownLines:
    stored = {d.line_id: d for d in Determination.objects.filter(line__order=order)}
    return ShownLines(
        tuple(
            ShownLine(
                line,
                stored[line.pk],
                line.mrc,
                line.nrc,
                line.usage_rate,
                line.price_basis == "sample",
            )
            for line in lines
        )
    )


def as_judged(lines: Iterable[OrderLine], grounds: Grounds) -> ShownLines:
    """Lines that are not signed, stored or not, as they would be decided and priced."""
    offers = grounds.offers
    return ShownLines(
        tuple(
            _offered(line, grounds.decisions[line.service_id], offers.get(line.service_id))
            for line in lines
        )
    )


def _offered(line: OrderLine, decision: Decision, offer: Offer | None) -> ShownLine:
    if offer is None:
        return ShownLine(line, decision, None, None, "", is_sample=False)
    return ShownLine(
        line, decision, offer.mrc, offer.nrc, offer.usage_rate, is_sample=offer.is_sample
    )
