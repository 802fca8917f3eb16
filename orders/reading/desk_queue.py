"""What waits at a contractor's order desk: which orders, what is next of each, and by when.

The database chooses the orders. A clock that once stood still can't be told from a column:
those few orders are looked at one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    TextChoices,
    When,
)
from django.db.models.functions import TruncDate
from django.utils import timezone

from catalog.models import Contractor
from orders.models import LineProgress, LineState, Order, Question, State, TimeLimits
from orders.models.order import OrderQuerySet
from orders.models.states import WITH_CONTRACTOR
from orders.reading.desk import LimitBook, limit_book, pacific_day, pauses_of
from orders.reading.milestones import Clock, latest_start_before

DAY = timedelta(days=1)
SUNDAY = 6


class Tab(TextChoices):
    """What is shown of a desk's open orders."""

    ACKNOWLEDGE = "acknowledge", "To acknowledge"
    COMMIT = "commit", "To commit a date to"
    WEEK = "week", "Due this week"
    LATE = "late", "Late"
    QUESTION = "question", "In question"
    OPEN = "open", "All open"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One order, what the desk does next with it, and the day by which."""

    order: Order
    next: str
    due: date | None
    is_late: bool
    in_question: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Days by which something is due; `first` None: however long ago."""

    first: date | None
    last: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and day <= self.last and (self.first is None or day >= self.first)


class DeskQueue:
    """The open orders of some contractors as of the Pacific day `on`."""

    def __init__(self, contractors: Iterable[Contractor], *, on: date) -> None:
        self.contractors, self.on = list(contractors), on

    @cached_property
    def book(self) -> LimitBook:
        return limit_book(TimeLimits.objects.filter(contract__contractor__in=self.contractors))

    @property
    def orders(self) -> OrderQuerySet:
        return Order.objects.filter(
            contract__contractor__in=self.contractors, state__in=WITH_CONTRACTOR
        )

    @property
    def _week(self) -> Span:
        return Span(self.on, self.on + timedelta(days=SUNDAY - self.on.weekday()))

    @property
    def _past(self) -> Span:
        return Span(None, self.on - DAY)

    def condition(self, tab: Tab) -> Q:
        """Which of `orders` a tab shows."""
        if tab is Tab.ACKNOWLEDGE:
            return Q(state=State.ROUTED)
        if tab is Tab.COMMIT:
            return Q(_lines(state=LineState.OPEN), state=State.ACKNOWLEDGED)
        if tab is Tab.WEEK:
            return self._due(self._week)
        if tab is Tab.LATE:
            return self._due(self._past)
        return Q(_asked(answered_at__isnull=True)) if tab is Tab.QUESTION else Q()

    def counts(self, tabs: Iterable[Tab] = Tab) -> dict[Tab, int]:
        """How many orders each of these tabs shows, in one query."""
        wanted = {tab.value: Count("pk", filter=self.condition(tab)) for tab in tabs}
        counted = self.orders.aggregate(**wanted)
        return {tab: counted[tab.value] for tab in tabs}

    def shown(self, tab: Tab) -> OrderQuerySet:
        """The orders of a tab, the oldest clock first."""
        of_line = "lines__progress__"
        open_, committed = (
            Q(**{f"{of_line}state": state}) for state in (LineState.OPEN, LineState.COMMITTED)
        )
        under_threat = ~Q(**{f"{of_line}jeopardy": ""}) & (open_ | committed)
        annotations = {
            "without_date": Count("lines", filter=open_),
            "with_date": Count("lines", filter=committed),
            "in_jeopardy": Count("lines", filter=under_threat),
            "next_day": Min(f"{of_line}committed_on", filter=committed),
        }
        clock = Case(
            When(state=State.ROUTED, then=TruncDate("routed_at")),
            When(without_date__gt=0, then=TruncDate("acknowledged_at")),
            default=F("next_day"),
            output_field=DateField(),
        )
        found = self.orders.filter(self.condition(tab)).select_related(
            "agency", "contract__contractor"
        )
        return found.annotate(**annotations).order_by(clock, "pk")

    def waiting(self, orders: Iterable[Order]) -> list[Waiting]:
        """What is next of orders that `shown` gave, with one query for all their questions."""
        orders = list(orders)
        asked = _asked_of(orders)
        return [self._waiting(order, asked.get(order.pk, [])) for order in orders]

    def _waiting(self, order: Order, questions: list[Question]) -> Waiting:
        clock, counted = clock_of(order, questions, self.book), vars(order)
        without_date, with_date = counted["without_date"], counted["with_date"]
        steps: list[tuple[str, date | None]] = []
        if order.state == State.ROUTED:
            steps.append(("acknowledge", clock.acknowledge_by))
        elif without_date:
            steps.append((f"commit {_in_words(without_date)} to a date", clock.commit_by))
        if with_date:
            steps.append((f"complete {_in_words(with_date)}", counted["next_day"]))
        due = min((day for _, day in steps if day), default=None)
        return Waiting(
            order=order,
            next="; ".join(words for words, _ in steps),
            due=due,
            is_late=due is not None and due < self.on,
            in_question=clock.stands,
        )

    def _due(self, span: Span) -> Q:
        """Something of the order is due in the span: a committed line, or a step with a limit."""
        committed = {"state": LineState.COMMITTED, "committed_on__lte": span.last}
        if span.first is not None:
            committed["committed_on__gte"] = span.first
        those = [
            key
            for key, clock, lacks_date in self._once_stopped
            if _is_due(clock, span, lacks_date=lacks_date)
        ]
        never = ~Q(pk__in=[key for key, *_ in self._once_stopped])
        return Q(_lines(**committed)) | Q(pk__in=those) | never & self._runs_out(span)

    def _runs_out(self, span: Span) -> Q:
        """A clock that never stood still runs out in the span: by the limits of its first day."""
        found = Q(pk__in=[])
        without_date = _lines(state=LineState.OPEN)
        for stretch in self.book.stretches:
            of_contract = Q(contract=stretch.contract)
            if within := stretch.limits.acknowledge_within:
                began = _began("routed_at", within, span, stretch.first, stretch.until)
                found |= of_contract & Q(state=State.ROUTED) & began
            if within := stretch.limits.commit_within:
                began = _began("acknowledged_at", within, span, stretch.first, stretch.until)
                found |= of_contract & Q(without_date, state=State.ACKNOWLEDGED) & began
        return found

    @cached_property
    def _once_stopped(self) -> list[tuple[int, Clock, bool]]:
        """Key and clock of each order that a question was ever asked of, and if it lacks a date."""
        if not self.book.stretches:
            return []
        orders = list(
            self.orders.filter(_asked()).annotate(lacks_date=_lines(state=LineState.OPEN))
        )
        asked = _asked_of(orders)
        return [
            (each.pk, clock_of(each, asked[each.pk], self.book), vars(each)["lacks_date"])
            for each in orders
        ]


def clock_of(order: Order, questions: Iterable[Question], book: LimitBook) -> Clock:
    """The course of an order that was sent, with the limits in effect when its clocks started."""
    sent_on, acknowledged_on = pacific_day(order.routed_at), pacific_day(order.acknowledged_at)
    if sent_on is None:
        raise ValueError(f"{order} was not sent.")
    return Clock(
        sent_on,
        acknowledged_on,
        pauses_of(questions),
        book.on(order.contract_id, sent_on).acknowledge_within,
        book.on(order.contract_id, acknowledged_on).commit_within,
    )


def _asked_of(orders: list[Order]) -> dict[int, list[Question]]:
    asked: dict[int, list[Question]] = {}
    for question in Question.objects.filter(order__in=orders):
        asked.setdefault(question.order_id, []).append(question)
    return asked


def _is_due(clock: Clock, span: Span, *, lacks_date: bool) -> bool:
    if clock.acknowledged_on is None:
        return clock.acknowledge_by in span
    return lacks_date and clock.commit_by in span


def _began(field_name: str, within: int, span: Span, first: date, until: date) -> Q:
    """The clock started in [first, until), and `within` working days later is in the span."""
    until = min(until, latest_start_before(span.last + DAY, within) + DAY)
    if span.first is not None:
        first = max(first, latest_start_before(span.first, within) + DAY)
    return Q(**{f"{field_name}__gte": _start_of(first), f"{field_name}__lt": _start_of(until)})


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _lines(**wanted: object) -> Exists:
    return Exists(LineProgress.objects.filter(line__order=OuterRef("pk"), **wanted))


def _asked(**wanted: object) -> Exists:
    return Exists(Question.objects.filter(order=OuterRef("pk"), **wanted))


def _in_words(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
