"""What a contractor's order desk says of an order: in its sequence, once, and by its people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from django.forms import model_to_dict

from orders.models import LineProgress, LineState, OpenService, Order, Question, State
from orders.models.progress import RejectionReason
from orders.refusals import Incomplete, NotAllowed, Refused, WrongState
from orders.services import desk
from orders.workflow import STEPS, Action, Party
from stmm.audit.models import Entry
from stmm.outbox.models import Notice
from tests.factories import AT, TODAY
from tests.orders.desk_orders import (
    FRIDAY,
    answer,
    ask,
    at_desk,
    commit,
    complete,
    keys,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
    progress,
    threaten,
)
from tests.orders.factories import World, access, make_ready_order, make_signed_order

DAY = timedelta(days=1)
Reason = RejectionReason


def acknowledge(world: World, order: Order) -> bool:
    return desk.acknowledge(order=order, access=at_desk(world), at=AT)


def reject(world: World, order: Order, reason: Reason = Reason.DUPLICATE, text: str = "") -> bool:
    return desk.reject(order=order, reason=reason, text=text, access=at_desk(world), at=AT)


def again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def everything(order: Order) -> tuple[object, ...]:
    """All that a notice could change."""
    stored = again(order)
    return (
        model_to_dict(stored),
        stored.acknowledged_at,
        stored.closed_at,
        list(LineProgress.objects.filter(line__order=order).values()),
        list(Question.objects.values()),
        OpenService.objects.count(),
        Entry.objects.count(),
        Notice.objects.count(),
    )


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
    Order.objects.filter(pk=order.pk).update(state=state, closed_at=AT)
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
}
# What is told a second time where it is known, and does nothing
KNOWN = {(State.ACKNOWLEDGED, Action.ACKNOWLEDGE), (State.COMPLETED, Action.ACKNOWLEDGE)}
# Nothing is told yet of their lines
UNSENT = {State.DRAFT, State.SIGNED}
OF_LINES = {Action.COMMIT, Action.JEOPARDY, Action.COMPLETE_LINE}


def test_the_acts_are_all_that_a_desk_has() -> None:
    assert set(ACTS) == {action for action, step in STEPS.items() if step.party is Party.DESK}


@pytest.mark.parametrize(("state", "action"), list(product(MAKE, ACTS)))
def test_an_act_is_taken_where_the_table_allows_it_and_does_no_harm_elsewhere(
    world: World, state: State, action: Action
) -> None:
    order = MAKE[state](world)
    assert order.state == state
    before = everything(order)

    if state in STEPS[action].before:
        assert ACTS[action](world, order)
        after = STEPS[action].after
        assert again(order).state == (after or state) or action is Action.COMPLETE_LINE
        assert everything(order) != before
        return

    if (state, action) in KNOWN:
        assert ACTS[action](world, order) is False
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
    assert (stored.state, stored.acknowledged_at) == (State.ACKNOWLEDGED, AT)
    entry = Entry.objects.about(order).get(action="acknowledge")
    assert entry.actor == world.desk


def test_of_many_each_is_acknowledged_for_itself(world: World) -> None:
    new, known, closed = make_order_at_desk(world), make_acknowledged(world), rejected(world)

    outcome = desk.acknowledge_many(orders=[new, known, closed], access=at_desk(world), at=AT)

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
    assert (stored.state, stored.closed_at) == (State.REJECTED, AT)
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


# Questions


def test_one_question_is_open_at_a_time(world: World) -> None:
    order = make_order_at_desk(world)
    first = ask(world, order)
    before = everything(order)

    assert ask(world, order) == first
    with pytest.raises(WrongState, match="has a question open"):
        ask(world, order, "Which riser?")
    assert everything(order) == before
    answer(world, first)

    assert ask(world, order, "Which riser?") != first


def test_the_same_question_after_its_answer_is_not_asked_anew(world: World) -> None:
    order = make_order_at_desk(world)
    first = ask(world, order)
    answer(world, first)
    before = everything(order)

    assert ask(world, order) == first
    assert everything(order) == before


def test_a_question_is_answered_once_by_the_agency(world: World) -> None:
    order = make_order_at_desk(world)
    question = ask(world, order)

    answered = answer(world, question, at=AT + DAY)
    before = everything(order)
    assert answer(world, question, at=AT + 2 * DAY) == answered
    with pytest.raises(WrongState, match="is answered already"):
        answer(world, question, "The fourth")

    assert everything(order) == before
    assert (answered.answered_by, answered.answered_at) == (world.atr, AT + DAY)


@pytest.mark.parametrize("who", ["desk", "purchaser", "stnd", "auditor", "stranger"])
def test_nobody_else_answers(world: World, who: str) -> None:
    question = ask(world, make_order_at_desk(world))

    with pytest.raises(NotAllowed):
        desk.answer(question=question, text="The third", access=access(getattr(world, who)), at=AT)


def test_a_closed_order_is_not_answered_but_the_same_answer_does_no_harm(world: World) -> None:
    order = make_order_at_desk(world)
    first = ask(world, order)
    answer(world, first)
    second = ask(world, order, "Which riser?")
    reject(world, order)

    assert answer(world, first).answer == "The third"
    with pytest.raises(WrongState):
        answer(world, second)


# Committing


def test_lines_are_committed_to_one_date(world: World) -> None:
    order = make_acknowledged(world, 3)

    assert commit(world, order, 1, 3) is True

    states = [progress(order, position).state for position in (1, 2, 3)]
    assert states == [LineState.COMMITTED, LineState.OPEN, LineState.COMMITTED]
    row = progress(order)
    assert (row.committed_on, row.committed_at, row.changed_at) == (FRIDAY, AT, AT)
    changes = Entry.objects.about(order).get(action="commit").changes
    assert [(each.field, each.after) for each in changes] == [
        ("Request #1: committed date", "March 6, 2026"),
        ("Request #3: committed date", "March 6, 2026"),
    ]


def test_the_same_date_again_does_nothing(world: World) -> None:
    order = make_committed(world, 2)
    before = everything(order)

    assert commit(world, order) is False
    assert commit(world, order, reason="Still so") is False
    assert commit(world, order, at=AT + 30 * DAY) is False  # the day has passed since

    assert everything(order) == before


def test_another_date_needs_a_reason_and_keeps_when_it_was_first_committed(world: World) -> None:
    order = make_committed(world)

    with pytest.raises(Incomplete, match="Changing a committed date needs a reason"):
        commit(world, order, to=FRIDAY + 3 * DAY)
    commit(world, order, to=FRIDAY + 3 * DAY, reason="Part on backorder", at=AT + DAY)

    row = progress(order)
    assert (row.committed_on, row.committed_at) == (FRIDAY + 3 * DAY, AT)
    assert Entry.objects.about(order).filter(action="commit")[0].reason == "Part on backorder"


def test_a_day_that_has_passed_is_not_committed_to(world: World) -> None:
    order = make_acknowledged(world)

    with pytest.raises(Incomplete, match="This day has passed"):
        commit(world, order, to=TODAY - DAY)
    assert commit(world, order, to=TODAY)


def test_a_line_of_another_order_is_not_touched(world: World) -> None:
    order, other = make_acknowledged(world), make_acknowledged(world)
    said = {"committed_on": FRIDAY, "access": at_desk(world), "at": AT}

    with pytest.raises(WrongState, match="None of these lines"):
        desk.commit(order=order, lines=keys(other), **said)

    assert progress(other).state == LineState.OPEN


# Jeopardy


def test_lines_are_reported_in_jeopardy_once(world: World) -> None:
    order = make_committed(world, 2)

    assert threaten(world, order, 2) is True
    before = everything(order)
    assert threaten(world, order, 2) is False

    assert everything(order) == before
    assert [progress(order, position).jeopardy for position in (1, 2)] == ["", "No copper"]
    assert progress(order, 2).state == LineState.COMMITTED


def test_a_new_commitment_takes_the_jeopardy_notice_back(world: World) -> None:
    order = make_committed(world)
    threaten(world, order)

    commit(world, order, to=FRIDAY + 3 * DAY, reason="Copper is on its way")

    assert progress(order).jeopardy == ""
    changes = Entry.objects.about(order).filter(action="commit")[0].changes
    assert ("Request #1: jeopardy notice", "No copper", "") in changes


def test_the_date_that_was_committed_holds_after_all_only_with_a_reason(world: World) -> None:
    order = make_committed(world)
    threaten(world, order)

    # What was sent before, sent again
    assert commit(world, order) is False
    assert progress(order).jeopardy == "No copper"
    assert commit(world, order, reason="Copper was found") is True
    assert (progress(order).jeopardy, progress(order).committed_on) == ("", FRIDAY)


def test_a_line_without_a_date_can_be_in_jeopardy(world: World) -> None:
    order = make_acknowledged(world)
    threaten(world, order)
    commit(world, order)

    assert progress(order).jeopardy == ""


# Completing


def test_a_line_is_completed_with_its_numbers_and_taken_up(world: World) -> None:
    order = make_committed(world, 2)
    threaten(world, order, 1)

    assert complete(world, order, 1, circuit_numbers="C-1", billing_account="B-2", sr_number="SR-3")

    row = progress(order)
    assert (row.state, row.completed_on, row.jeopardy) == (LineState.COMPLETED, TODAY, "")
    assert (row.circuit_numbers, row.billing_account, row.sr_number) == ("C-1", "B-2", "SR-3")
    assert again(order).state == State.ACKNOWLEDGED
    service = OpenService.objects.get()
    assert (service.agency, service.sr_number, service.since) == (world.agency, "SR-3", TODAY)
    changes = Entry.objects.about(order).get(action="complete_line").changes
    assert ("Request #1: SR Number", "", "SR-3") in changes
    assert ("Request #1: jeopardy notice", "No copper", "") in changes


def test_the_same_completion_again_does_nothing_and_another_is_refused(world: World) -> None:
    order = make_committed(world, 2)
    complete(world, order, 1, sr_number="SR-3")
    before = everything(order)

    assert complete(world, order, 1, sr_number="SR-3", at=AT + DAY) is False
    with pytest.raises(WrongState, match="Request #1 can’t be completed: it is “completed” now"):
        complete(world, order, 1, sr_number="SR-4")

    assert everything(order) == before


def test_a_line_without_a_date_is_not_completed(world: World) -> None:
    order = make_acknowledged(world, 2)
    commit(world, order, 1)
    before = everything(order)

    with pytest.raises(WrongState, match="Request #2 has no committed date yet"):
        complete(world, order)

    assert everything(order) == before


@pytest.mark.parametrize("on", [TODAY + DAY, TODAY - DAY])
def test_a_line_is_completed_on_a_day_between_its_sending_and_today(world: World, on: date) -> None:
    order = make_committed(world)
    before = everything(order)

    with pytest.raises(Incomplete, match=r"still to come|was sent on March 2, 2026"):
        complete(world, order, on=on)

    assert everything(order) == before


def test_with_its_last_line_the_order_is_completed(world: World) -> None:
    order = make_committed(world, 3)
    LineProgress.objects.filter(line__order=order, line__position=2).update(
        state=LineState.CANCELLED
    )
    complete(world, order, 1)
    assert again(order).state == State.ACKNOWLEDGED

    complete(world, order, 3, at=AT + DAY)

    stored = again(order)
    assert (stored.state, stored.closed_at) == (State.COMPLETED, AT + DAY)
    assert [entry.action for entry in Entry.objects.about(order)[:2]] == [
        "complete",
        "complete_line",
    ]


@pytest.mark.parametrize("closed", [LineState.COMPLETED, LineState.CANCELLED])
def test_a_line_that_is_closed_is_not_promised_again(world: World, closed: LineState) -> None:
    order = make_committed(world, 2)
    if closed == LineState.COMPLETED:
        complete(world, order, 1)
    else:
        LineProgress.objects.filter(line__order=order, line__position=1).update(state=closed)
    before = everything(order)

    with pytest.raises(WrongState, match="Request #1 can’t be committed"):
        commit(world, order, to=FRIDAY + DAY, reason="Later")
    with pytest.raises(WrongState, match="Request #1 can’t be reported"):
        threaten(world, order)

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
    assert "All lines: March 6, 2026." in committed
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
