"""What pages show of an order: its lines with decisions and charges, in few queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from orders.compliance.grounds import Grounds, grounds_of
from orders.models import Determination, Order, OrderLine
from orders.reading.groups import Group, in_groups
from orders.reading.priced import PricedRow, PricedRows
from stmm.policy.findings import Outcome


def lines_of(order: Order) -> list[OrderLine]:
    """The order's lines with what pages and decisions need of their services, in one query."""
    lines = list(order.lines.select_related("service__contract", "service__category"))
    for line in lines:
        line.order = order
    return lines


def grounds_for(
    order: Order, lines: Iterable[OrderLine], *, on: date, known_at: datetime | None = None
) -> Grounds:
    """What an order with these lines is judged by on the Pacific day `on`."""
    keys = {line.service_id for line in lines}
    return grounds_of(order.agency, order.contract_id, keys=keys, on=on, known_at=known_at)


@dataclass(frozen=True, slots=True)
class ShownLine(PricedRow[OrderLine, Determination]):
    """One line with its decision and charges: stored ones once signed, today's before."""


@dataclass(frozen=True, slots=True)
class ShownLines(PricedRows[ShownLine]):
    """The lines, and what they cost together."""

    @property
    def refused(self) -> list[ShownLine]:
        """Those that the chapter does not let go out as they stand."""
        return [shown for shown in self.lines if not Outcome(shown.decision.outcome).is_allowed]

    @property
    def groups(self) -> list[Group[ShownLine]]:
        return list(in_groups(self.lines))

    @property
    def undated(self) -> int:
        """How many have no requested date of service yet."""
        return sum(shown.line.requested_date is None for shown in self.lines)


def shown_lines(order: Order, *, on: date) -> ShownLines:
    """The lines as pages show them: as signed, or as they would be decided and priced `on`."""
    if order.signed_at:
        return _as_signed(order)
    lines = lines_of(order)
    return as_judged(lines, grounds_for(order, lines, on=on))


def _as_signed(order: Order) -> ShownLines:
    """A signed line says all of its service itself."""
    decisions = Determination.objects.filter(line__order=order).only("line", "outcome", "said")
    stored = {decision.line_id: decision for decision in decisions}
    lines = order.lines.all()
    return ShownLines(tuple(ShownLine.as_stored(line, stored[line.pk]) for line in lines))


def as_judged(lines: Iterable[OrderLine], grounds: Grounds) -> ShownLines:
    """Lines that are not signed, stored or not, as they would be decided and priced."""
    decisions, offers = grounds.decisions, grounds.offers
    rows = (
        ShownLine.as_offered(line, decisions[line.service_id], offers.get(line.service_id))
        for line in lines
    )
    return ShownLines(tuple(rows))
