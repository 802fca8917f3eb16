"""What a contractor said of an order that was sent, read in few queries."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils import timezone

from orders.models import LineProgress, Order, Question, TimeLimits
from orders.reading.milestones import Limits, Pause
from orders.workflow.order import Action
from stmm.audit.models import Entry, subject_kind


def progress_of(order: Order) -> list[LineProgress]:
    """How far each line is, with the line and its service, in one query."""
    rows = list(LineProgress.objects.filter(line__order=order).select_related("line__service"))
    for row in rows:
        row.line.order = order
    return rows


def rejection_of(order: Order) -> str:
    """Why the order was rejected, in the contractor's words; empty if it was not."""
    entry = Entry.objects.about(order).filter(action=Action.REJECT).first()
    return entry.reason if entry else ""


# Of which line what, its value, and the reason
Said = tuple[str, str, str]


def said_before(orders: Iterable[Order]) -> dict[int, frozenset[Said]]:
    """What was ever committed or threatened of these orders, by their keys, in one query."""
    entries = Entry.objects.filter(
        subject_kind=subject_kind(Order),
        subject_key__in=[str(order.pk) for order in orders],
        action__in=(Action.COMMIT, Action.JEOPARDY),
    )
    said: dict[int, set[Said]] = {}
    for entry in entries:
        changes: dict[str, list[str | None]] = json.loads(entry.changes_json)
        said.setdefault(int(entry.subject_key), set()).update(
            (what, str(after), entry.reason) for what, (_, after) in changes.items()
        )
    return {key: frozenset(of_order) for key, of_order in said.items()}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The limits of one contract for clocks that start in [first, until)."""

    contract: int
    first: date
    until: date
    limits: Limits


@dataclass(frozen=True, slots=True)
class LimitBook:
    """The time limits of some contracts, of all days, as known now."""

    stretches: tuple[Stretch, ...]

    def on(self, contract: int, day: date | None) -> Limits:
        """Those in effect on the Pacific day on which a clock starts; none before any day."""
        found = (
            each.limits
            for each in self.stretches
            if day is not None and each.contract == contract and each.first <= day < each.until
        )
        return next(found, Limits())


def limit_book(rows: models.QuerySet[TimeLimits]) -> LimitBook:
    """What these rows say, in one query: of several for one day the last recorded holds."""
    latest_last = rows.order_by("contract", "effective_from", "recorded_at", "pk")
    by_day = {(row.contract_id, row.effective_from): row for row in latest_last}
    following = [*[*by_day][1:], (0, date.max)]
    return LimitBook(
        tuple(
            Stretch(
                contract,
                first,
                until if contract == other else date.max,
                Limits(row.acknowledge_within, row.commit_within),
            )
            for ((contract, first), row), (other, until) in zip(
                by_day.items(), following, strict=False
            )
        )
    )


def pauses_of(questions: Iterable[Question]) -> tuple[Pause, ...]:
    """When the contractor's clock stood still, in the order of the questions."""
    return tuple(
        Pause(timezone.localdate(each.asked_at), pacific_day(each.answered_at))
        for each in questions
    )


def pacific_day(moment: datetime | None) -> date | None:
    return None if moment is None else timezone.localdate(moment)
