"""What a contractor's order desk says of an order: in its sequence, once, and by its people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from orders.models import LineProgress, LineState, Order, State
from orders.models.progress import RejectionReason
from orders.services.desk import acts as desk
from orders.workflow.order import STEPS, Action, Party
from stmm.audit.models import Entry
from stmm.outbox.models import Notice
from stmm.refusals import Incomplete, NotAllowed, Refused, WrongState
from tests.orders.desk_orders import (
    FRIDAY,
    SENT_AT,
    acknowledge,
    again,
    ask,
    at_desk,
    commit,
    complete,
    correct,
    everything,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
    reject,
    threaten,
)
from tests.orders.factories import World, make_ready_order, make_signed_order

DAY = timedelta(days=1)
Reason = RejectionReason


# Each state and each act


def rejected(world: World) -> Order:
    order = make_order_at_desk(world)
    reject(world, order, Reason.WRONG_CONTRACT)
    return again(order)


def completed(world: World) -> Order:
    order = make_committed(world)
    complete(world, order)
    return again(order)


def ended(world: World, state: State) -> Order:
    """As what the agency does ends an order."""
    order = make_acknowledged(world)
    Order.objects.filter(pk=order.pk).update(state=state, closed_at=SENT_AT)
    LineProgress.objects.filter(line__order=order).update(state=LineState.CANCELLED)
    return again(order)


MAKE: dict[State, Callable[[World], Order]] = {
    State.DRAFT: make_ready_order,
    State.SIGNED: make_signed_order,
    State.ROUTED: make_order_at_desk,
    State.ACKNOWLEDGED: make_committed,
    State.COMPLETED: completed,
    State.REJECTED: rejected,
    State.CANCELLED: lambda world: ended(world, State.CANCELLED),
    State.SUPERSEDED: lambda world: ended(world, State.SUPERSEDED),
}
ACTS: dict[Action, Callable[[World, Order], object]] = {
    Action.ACKNOWLEDGE: acknowledge,
    Action.REJECT: reject,
    Action.ASK: ask,
    Action.COMMIT: lambda world, order: commit(
        world, order, to=FRIDAY + 3 * DAY, reason="A week later"
    ),
    Action.JEOPARDY: threaten,
    Action.COMPLETE_LINE: lambda world, order: complete(world, order, circuit_numbers="C-1"),
    Action.CORRECT: lambda world, order: correct(world, order, circuit_numbers="C-2"),
}
# What is told a second time where it is known, and does nothing
KNOWN = {(State.ACKNOWLEDGED, Action.ACKNOWLEDGE), (State.COMPLETED, Action.ACKNOWLEDGE)}
# Nothing is told yet of their lines
UNSENT = {State.DRAFT, State.SIGNED}
OF_LINES = {Action.COMMIT, Action.JEOPARDY, Action.COMPLETE_LINE, Action.CORRECT}
# The order would allow it, and has no line that is completed
NOTHING_DONE = {(State.ACKNOWLEDGED, Action.CORRECT), (State.SUPERSEDED, Action.CORRECT)}


def test_the_acts_are_all_that_a_desk_has() -> None:
    assert set(ACTS) == {action for action, step in STEPS.items() if step.party is Party.DESK}


@pytest.mark.parametrize(("state", "action"), list(product(MAKE, ACTS)))
def test_an_act_is_taken_where_the_table_allows_it_and_does_no_harm_elsewhere(
    world: World, state: State, action: Action
) -> None:
    order = MAKE[state](world)
    assert order.state == state
    before = everything(order)

    if state in STEPS[action].before and (state, action) not in NOTHING_DONE:
        assert ACTS[action](world, order)
        after = STEPS[action].after
        assert again(order).state == (after or state) or action is Action.COMPLETE_LINE
        assert everything(order) != before
        return

    if (state, action) in KNOWN:
        assert ACTS[action](world, order) is False
    elif (state, action) in NOTHING_DONE:
        with pytest.raises(WrongState, match="Request #1 can’t be corrected: it is"):
            ACTS[action](world, order)
    elif state in UNSENT and action in OF_LINES:
        with pytest.raises(WrongState, match="None of these lines is with the contractor"):
            ACTS[action](world, order)
    else:
        with pytest.raises(WrongState, match=f"{order} can’t be {STEPS[action].done}"):
            ACTS[action](world, order)
    assert everything(order) == before


@pytest.mark.parametrize("action", ACTS)
@pytest.mark.parametrize("who", ["catr", "atr", "purchaser", "stnd", "auditor", "stranger"])
def test_only_people_of_the_desk_act(world: World, action: Action, who: str) -> None:
    order = make_committed(world)
    others = replace(world, desk=getattr(world, who))

    with pytest.raises(NotAllowed, match="Only the order desk of AT&T"):
        ACTS[action](others, order)


# Acknowledging


def test_an_order_is_acknowledged_once(world: World) -> None:
    order = make_order_at_desk(world)

    assert acknowledge(world, order) is True
    before = everything(order)
    assert acknowledge(world, order) is False

    assert everything(order) == before
    stored = again(order)
    assert (stored.state, stored.acknowledged_at) == (State.ACKNOWLEDGED, SENT_AT)
    entry = Entry.objects.about(order).get(action="acknowledge")
    assert entry.actor == world.desk


def test_of_many_each_is_acknowledged_for_itself(world: World) -> None:
    new, known, closed = make_order_at_desk(world), make_acknowledged(world), rejected(world)

    outcome = desk.acknowledge_many(orders=[new, known, closed], access=at_desk(world), at=SENT_AT)

    assert (outcome.done, outcome.known) == ([new], [known])
    (refusal,) = outcome.refused
    assert refusal.startswith(f"{closed.agency_request_number}: {closed} can’t be acknowledged")
    assert again(new).state == State.ACKNOWLEDGED


# Rejecting


@pytest.mark.parametrize("reason", [each for each in Reason if each != Reason.OTHER])
def test_a_rejection_closes_the_order_and_its_lines_with_a_coded_reason(
    world: World, reason: Reason
) -> None:
    order = make_committed(world, 2)
    threaten(world, order, 1)

    reject(world, order, reason)

    stored = again(order)
    assert (stored.state, stored.closed_at) == (State.REJECTED, SENT_AT)
    for row in LineProgress.objects.filter(line__order=order):
        assert (row.state, row.jeopardy) == (LineState.CANCELLED, "")
    assert Entry.objects.about(order).get(action="reject").reason == reason.label


def test_another_reason_is_said_in_words(world: World) -> None:
    order = make_order_at_desk(world)

    with pytest.raises(Incomplete, match="Say why"):
        reject(world, order, Reason.OTHER)
    reject(world, order, Reason.OTHER, "Our warehouse burnt down")

    entry = Entry.objects.about(order).get(action="reject")
    assert entry.reason == "Other: Our warehouse burnt down"


def test_the_same_rejection_again_does_nothing_and_another_is_refused(world: World) -> None:
    order = make_order_at_desk(world)
    reject(world, order, text="See R-2")
    before = everything(order)

    assert reject(world, order, text="See R-2") is False
    with pytest.raises(WrongState):
        reject(world, order, text="See R-3")

    assert everything(order) == before


def test_an_order_that_works_in_part_is_not_rejected(world: World) -> None:
    order = make_committed(world, 2)
    complete(world, order, 1)
    before = everything(order)

    with pytest.raises(WrongState, match="Request #1 is completed"):
        reject(world, order)

    assert everything(order) == before


# Telling


def told(world: World) -> list[str]:
    """What the ATR who made the orders was told, the last first."""
    return [notice.text for notice in Notice.objects.filter(user=world.atr).order_by("-pk")]


def test_the_agency_is_told_what_the_contractor_said(world: World) -> None:
    order = make_acknowledged(world, 2)
    commit(world, order)
    threaten(world, order, 2)
    ask(world, order)

    asked, threatened, committed, acknowledged = told(world)
    assert "is acknowledged by the contractor" in acknowledged
    assert "All lines: March 6, 2020." in committed
    assert "Request #2: No copper" in threatened
    assert "Which floor?" in asked


def test_of_a_last_line_people_are_told_that_the_order_is_completed(world: World) -> None:
    order = make_committed(world)
    complete(world, order)

    assert "is completed." in told(world)[0]
    assert "in part" not in told(world)[0]


def test_a_refused_act_tells_nobody(world: World) -> None:
    order = make_committed(world)
    before = told(world)

    with pytest.raises(Refused):
        commit(world, order, to=FRIDAY + DAY)

    assert told(world) == before
