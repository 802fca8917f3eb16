"""What pages and services read of a local purchasing document: lines, decisions, charges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from catalog.models import Offer
from orders.compliance.decisions import decide_services
from orders.models import LocalCompletion, LocalDecision, LocalLine, LocalOrder
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


def offers_of(
    lines: Iterable[LocalLine], *, on: date, known_at: datetime | None = None
) -> dict[int, Offer]:
    """The offers in effect on the Pacific day `on`, by service key, in one query."""
    offers = Offer.objects.filter(service__in=[line.service_id for line in lines])
    in_effect = offers.in_effect(on, known_at=known_at).select_related("edition")
    return {offer.service_id: offer for offer in in_effect}


@dataclass(frozen=True, slots=True)
class ShownLocalLine:
    """One line with its decision and charges: stored ones once recorded, today's before."""

    line: LocalLine
    decision: Decision | LocalDecision
    mrc: Decimal | None
    nrc: Decimal | None
    usage_rate: str
    is_sample: bool
    completion: LocalCompletion | None = None

    @property
    def mrc_total(self) -> Decimal | None:
        return None if self.mrc is None else self.mrc * self.line.quantity

    @property
    def nrc_total(self) -> Decimal | None:
        return None if self.nrc is None else self.nrc * self.line.quantity


@dataclass(frozen=True, slots=True)
class ShownLocalLines:
    """The lines, and while it is a draft the offers of the day by service key."""

    lines: tuple[ShownLocalLine, ...]
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
    def open_lines(self) -> list[LocalLine]:
        return [shown.line for shown in self.lines if shown.completion is None]


def shown_local_lines(order: LocalOrder, *, on: date) -> ShownLocalLines:
    """The lines as pages show them: as recorded, or as they would be decided and priced `on`."""
    lines = lines_of(order)
    return _as_recorded(order, lines) if order.recorded_at else _as_of(order, lines, on)


def _as_recorded(order: LocalOrder, lines: list[LocalLine]) -> ShownLocalLines:
    stored = {each.line_id: each for each in LocalDecision.objects.filter(line__order=order)}
    done = {each.line_id: each for each in LocalCompletion.objects.filter(line__order=order)}
    return ShownLocalLines(
        tuple(
            ShownLocalLine(
                line,
                stored[line.pk],
                line.mrc,
                line.nrc,
                line.usage_rate,
                line.price_basis == "sample",
                done.get(line.pk),
            )
            for line in lines
        )
    )


def _as_of(order: LocalOrder, lines: list[LocalLine], on: date) -> ShownLocalLines:
    decisions = decide_lines(order, lines, on=on)
    offers = offers_of(lines, on=on)
    return ShownLocalLines(
        tuple(_offered(line, decisions[line.pk], offers.get(line.service_id)) for line in lines),
        offers,
    )


def _offered(line: LocalLine, decision: Decision, offer: Offer | None) -> ShownLocalLine:
    if offer is None:
        return ShownLocalLine(line, decision, None, None, "", is_sample=False)
    return ShownLocalLine(
        line, decision, offer.mrc, offer.nrc, offer.usage_rate, is_sample=offer.is_sample
    )
