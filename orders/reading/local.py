"""What pages and services read of a local purchasing document: lines, decisions, charges."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from orders.compliance.decisions import decide_services
from orders.models import LocalCompletion, LocalDecision, LocalLine, LocalOrder
from orders.reading.priced import PricedRow, PricedRows, offers_for
from stmm.policy.decision import Decision
from stmm.policy.facts import Source


def lines_of(order: LocalOrder) -> list[LocalLine]:
    """The lines with what pages and decisions need of their services, in one query."""
    lines = list(order.lines.select_related("service__contract", "service__category"))
    for line in lines:
        line.order = order
    return lines


def decide_lines(
    order: LocalOrder,
    lines: Iterable[LocalLine],
    *,
    on: date,
    known_at: datetime | None = None,
) -> dict[int, Decision]:
    """The decision on each line, by its key: bought from CALNET on that Pacific day."""
    lines = list(lines)
    decisions = decide_services(
        order.agency,
        {line.service_id: line.service for line in lines}.values(),
        on=on,
        source=Source.CALNET,
        known_at=known_at,
    )
    return {line.pk: decisions[line.service_id] for line in lines}


@dataclass(frozen=True, slots=True)
class ShownLocalLine(PricedRow[LocalLine, LocalDecision]):
    """One line with its decision and charges: stored ones once recorded, today's before."""

    completion: LocalCompletion | None = None


@dataclass(frozen=True, slots=True)
class ShownLocalLines(PricedRows[ShownLocalLine]):
    """The lines, and what they cost together."""

    @property
    def open_lines(self) -> list[LocalLine]:
        return [shown.line for shown in self.lines if shown.completion is None]


def shown_local_lines(order: LocalOrder, *, on: date) -> ShownLocalLines:
    """The lines as pages show them: as recorded, or as they would be decided and priced `on`."""
    lines = lines_of(order)
    return _as_recorded(order, lines) if order.recorded_at else _as_of(order, lines, on)


def _as_recorded(order: LocalOrder, lines: list[LocalLine]) -> ShownLocalLines:
    stored = {each.line_id: each for each in LocalDecision.objects.filter(line__order=order)}
    done = {each.line_id: each for each in LocalCompletion.objects.filter(line__order=order)}
    rows = (ShownLocalLine.as_stored(line, stored[line.pk]) for line in lines)
    return ShownLocalLines(tuple(replace(row, completion=done.get(row.line.pk)) for row in rows))


def _as_of(order: LocalOrder, lines: list[LocalLine], on: date) -> ShownLocalLines:
    decisions = decide_lines(order, lines, on=on)
    offers = offers_for(lines, on=on)
    rows = (
        ShownLocalLine.as_offered(line, decisions[line.pk], offers.get(line.service_id))
        for line in lines
    )
    return ShownLocalLines(tuple(rows))
