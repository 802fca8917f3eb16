"""Desk and agency in any sequence, several people at it: never out of the tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import DeskMember
from orders.models import LineProgress, LineState, OpenService, Order, State
from orders.models.progress import RejectionReason
from orders.models.states import LINE_UNDER_WAY
from orders.services.desk import acts as desk
from orders.services.desk.steps import Numbers
from orders.workflow.order import LINE_STEPS, STEPS, Party
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.factories import SINCE, make_user
from tests.orders.desk_orders import (
    SENT_AT,
    SENT_ON,
    keys,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
)
from tests.orders.factories import World, access

DAY = timedelta(days=1)
LINES = 3
REFUSALS = (Incomplete, NotAllowed, WrongState)


@dataclass(frozen=True)
class Act:
    """Which person, after how many hours, what, of which lines, on which day from today on."""

    who: str
    later: int
    name: str
    positions: set[int]
    days: int
    text: str

    @property
    def said(self) -> str:
        return self.text or "Said so"


acts = st.builds(
    Act,
    st.sampled_from(["desk", "desk", "colleague", "colleague", "atr", "catr", "auditor"]),
    st.integers(0, 30),
    st.sampled_from(["acknowledge", "reject", "ask", "answer", "commit", "jeopardy", "complete"]),
    st.sets(st.integers(1, LINES), min_size=1),
    st.integers(-1, 4),
    st.sampled_from(["", "As said", "For another reason"]),
)


def taken(act: Act, order: Order, user: User, at: datetime) -> Callable[[], object]:
    """The call of its service: the same however often it is made."""
    by: Any = {"access": access(user, on=at.date()), "at": at}
    lines = keys(order, *act.positions)
    on, question = SENT_ON + act.days * DAY, order.questions.last()
    numbers = dict.fromkeys(lines, Numbers(sr_number=act.text))
    other = RejectionReason.OTHER
    if question is None:
        answer: Callable[[], object] = bool
    else:
        answer = partial(desk.answer, question=question, text=act.said, **by)
    calls: dict[str, Callable[[], object]] = {
        "acknowledge": partial(desk.acknowledge, order=order, **by),
        "reject": partial(desk.reject, order=order, reason=other, text=act.text, **by),
        "ask": partial(desk.ask, order=order, text=act.said, **by),
        "answer": answer,
        "commit": partial(
            desk.commit, order=order, lines=lines, committed_on=on, reason=act.text, **by
        ),
        "jeopardy": partial(desk.jeopardy, order=order, lines=lines, reason=act.said, **by),
        "complete": partial(desk.complete, order=order, lines=numbers, completed_on=on, **by),
    }
    return calls[act.name]


def course(order: Order) -> tuple[State, dict[int, LineState]]:
    rows = LineProgress.objects.filter(line__order=order).values_list("line__position", "state")
    return State(Order.objects.get(pk=order.pk).state), {
        position: LineState(state) for position, state in rows
    }


# What one act of a desk leads to, and what follows of itself at once
LEADS = {
    (before, step.after or before)
    for step in STEPS.values()
    if step.party is Party.DESK
    for before in step.before
} | {(State.ACKNOWLEDGED, State.COMPLETED)}
LINE_LEADS = {
    (before, step.after or before) for step in LINE_STEPS.values() for before in step.before
}


def check(order: Order) -> None:
    """What holds of an order in any state that it can come to."""
    stored = Order.objects.get(pk=order.pk)
    states = set(course(order)[1].values())
    completed = LineProgress.objects.filter(line__order=order, state=LineState.COMPLETED)
    closed = stored.state in (State.COMPLETED, State.REJECTED)
    assert (stored.closed_at is not None) is closed
    assert (stored.state == State.COMPLETED) is (states == {LineState.COMPLETED})
    assert not (closed and states & LINE_UNDER_WAY)
    assert OpenService.objects.filter(added_by__order=order).count() == completed.count()
    assert order.questions.filter(answered_at__isnull=True).count() <= 1


def tried(call: Callable[[], object]) -> bool | None:
    """Whether it changed something; None where it was refused."""
    entries = Entry.objects.count()
    try:
        call()
    except REFUSALS:
        assert Entry.objects.count() == entries
        return None
    return Entry.objects.count() > entries


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from([make_order_at_desk, make_acknowledged, make_committed]),
    st.lists(acts, min_size=1, max_size=14),
)
def test_no_sequence_of_acts_leaves_the_tables(
    world: World, make: Callable[[World, int], Order], sequence: list[Act]
) -> None:
    colleague = make_user("Lee Roy")
    DeskMember.objects.create(user=colleague, contractor=world.contract.contractor, starts_on=SINCE)
    order, at = make(world, LINES), SENT_AT
    for act in sequence:
        at += timedelta(hours=act.later)
        before, before_lines = course(order)
        user = colleague if act.who == "colleague" else getattr(world, act.who)
        call = taken(act, order, user, at)

        changed = tried(call)

        after, after_lines = course(order)
        assert changed or (after, after_lines) == (before, before_lines)
        assert before == after or (before, after) in LEADS
        for position, state in after_lines.items():
            led = (before_lines[position], state)
            assert led[0] == led[1] or led in LINE_LEADS
        check(order)
        # The very same again: nothing, and no harm
        assert not tried(call)
        assert course(order) == (after, after_lines)
    assert verify().faults == ()
