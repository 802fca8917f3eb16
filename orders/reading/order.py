"""What pages show of an order: its lines with decisions and charges, in few queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from catalog.models import Offer
from orders.compliance.decisions import assess
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
    """The lines, and while the order is open the offers of the day by service key."""

    lines: tuple[ShownLine, ...]
    offers: Mapping[int, Offer] = field(default_factory=dict)

    @property
    def mrc_total(self) -> Decimal:
        return sum((shown.mrc_total or Decimal(0) for shown in self.lines), Decimal(0))

    @property
    def nrc_total(self) -> Decimal:
        return sum((shown.nrc_total or Decimal(0) for shown in self.lines), Decimal(0))

    @property
    def has_samples(self) -> bool:
        return any(shown.is_sample for shown in self.lines)

    @property
    def decisions(self) -> Mapping[int, Decision | Determination]:
        return {shown.line.pk: shown.decision for shown in self.lines}


def shown_lines(order: Order, *, on: date) -> ShownLines:
    """The lines as pages show them: as signed, or as they would be decided and priced `on`."""
    lines = lines_of(order)
    return _as_signed(order, lines) if order.signed_at else _as_of(order, lines, on)


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


def _as_of(order: Order, lines: list[OrderLine], on: date) -> ShownLines:
    decisions = assess(order, lines, on=on)
    offers = offers_for(lines, on=on)
    return ShownLines(
        tuple(_offered(line, decisions[line.pk], offers.get(line.service_id)) for line in lines),
        offers,
    )


def _offered(line: OrderLine, decision: Decision, offer: Offer | None) -> ShownLine:
    if offer is None:
        return ShownLine(line, decision, None, None, "", is_sample=False)
    return ShownLine(
        line, decision, offer.mrc, offer.nrc, offer.usage_rate, is_sample=offer.is_sample
    )
