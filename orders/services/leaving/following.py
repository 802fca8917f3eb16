"""What becomes of a notice as its disconnect order moves on."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q

from orders.models import Leaving, LeavingState, LineProgress, LineState, Order, State
from orders.models.states import OPEN_STATES, WITH_CONTRACTOR
from orders.services.leaving.sending import lock, touch
from orders.services.telling.both_sides import tell_agency, tell_desk
from stmm.audit.services import record

# The order is signed, and is not through yet
_ORDERED = WITH_CONTRACTOR | {State.SIGNED}
# The order comes to nothing, and another one is needed
_DEAD = frozenset({State.ABANDONED, State.REJECTED, State.CANCELLED})


def to_follow() -> list[int]:
    """The keys of the notices whose disconnect order has moved on since they were looked at."""
    moved = Q(state=LeavingState.NOTICE_GIVEN, order__isnull=False) & ~Q(
        order__state__in=OPEN_STATES
    ) | Q(state=LeavingState.ORDERED) & ~Q(order__state__in=_ORDERED)
    return list(Leaving.objects.filter(moved).values_list("pk", flat=True))


@transaction.atomic
def follow(*, leaving: Leaving, at: datetime) -> Leaving:
    """Do what follows from the state of its disconnect order; nothing if that was done."""
    leaving = lock(leaving)
    follow_locked(leaving, at)
    return leaving


def follow_locked(leaving: Leaving, at: datetime) -> None:
    """The same of a notice that the caller has locked."""
    if not leaving.is_running or leaving.order is None:
        return
    order = _latest(leaving.order)
    state = State(order.state)
    if state in _ORDERED:
        _move(leaving, LeavingState.ORDERED, order, at, f"{order} is signed.")
    elif state in _DEAD:
        reason = f"{order} is {state.label.lower()}: another order is needed."
        _move(leaving, LeavingState.NOTICE_GIVEN, None, at, reason)
    elif state == State.COMPLETED:
        _completed(leaving, order, at)


def _latest(order: Order) -> Order:
    """The order itself, or the amendment that took its place."""
    while order.state == State.SUPERSEDED:
        order = order.amendments.exclude(state=State.ABANDONED).get()
    return order


def _completed(leaving: Leaving, order: Order, at: datetime) -> None:
    rows = LineProgress.objects.filter(line__order=order)
    left = rows.filter(state=LineState.CANCELLED).count()
    if left:
        reason = f"{order} is completed but for {left} of its lines: another order is needed."
        _move(leaving, LeavingState.NOTICE_GIVEN, None, at, reason)
        return
    ended_on: date | None = rows.aggregate(last=Max("completed_on"))["last"]
    leaving.ended_on, leaving.closed_at = ended_on, at
    _move(leaving, LeavingState.ENDED, order, at, f"{order} is completed.")


def _move(
    leaving: Leaving, after: LeavingState, order: Order | None, at: datetime, reason: str
) -> None:
    before = LeavingState(leaving.state)
    if (before, leaving.order) == (after, order):
        return
    changes = {"state": (before.label, after.label)} if before != after else {}
    if leaving.order != order:
        changes["disconnect order"] = (str(leaving.order), str(order) if order else "")
    if leaving.ended_on:
        changes["ended on"] = ("", f"{leaving.ended_on}")
    leaving.state, leaving.order = after, order
    touch(leaving, at)
    subject = f"{leaving}: {reason}".rstrip(".")
    tell_agency(leaving, after, subject, at=at)
    if after == LeavingState.ENDED:
        tell_desk(leaving, after, subject, at=at)
    record(
        at=at,
        actor=None,
        action="follow_order",
        subject=leaving,
        changes=changes,
        reason=reason,
    )
