"""What a contractor's order desk says of lines: committed, in jeopardy, completed."""

from datetime import date, timedelta

import pytest

from orders.models import LineProgress, LineState, OpenService, State
from orders.services.desk import acts as desk
from stmm.audit.models import Entry
from stmm.refusals import Incomplete, WrongState
from tests.orders.desk_orders import (
    FRIDAY,
    SENT_AT,
    SENT_ON,
    again,
    at_desk,
    commit,
    complete,
    everything,
    keys,
    make_acknowledged,
    make_committed,
    progress,
    threaten,
)
from tests.orders.factories import World

DAY = timedelta(days=1)


# Committing


def test_lines_are_committed_to_one_date(world: World) -> None:
    order = make_acknowledged(world, 3)

    assert commit(world, order, 1, 3) is True

    states = [progress(order, position).state for position in (1, 2, 3)]
    assert states == [LineState.COMMITTED, LineState.OPEN, LineState.COMMITTED]
    row = progress(order)
    assert (row.committed_on, row.committed_at, row.changed_at) == (FRIDAY, SENT_AT, SENT_AT)
    changes = Entry.objects.about(order).get(action="commit").changes
    assert [(each.field, each.after) for each in changes] == [
        ("Request #1: committed date", "March 6, 2020"),
        ("Request #3: committed date", "March 6, 2020"),
    ]


def test_the_same_date_again_does_nothing(world: World) -> None:
    order = make_committed(world, 2)
    before = everything(order)

    assert commit(world, order) is False
    assert commit(world, order, reason="Still so") is False
    assert commit(world, order, at=SENT_AT + 30 * DAY) is False  # the day has passed since

    assert everything(order) == before


def test_another_date_needs_a_reason_and_keeps_when_it_was_first_committed(world: World) -> None:
    order = make_committed(world)

    with pytest.raises(Incomplete, match="Changing a committed date needs a reason"):
        commit(world, order, to=FRIDAY + 3 * DAY)
    commit(world, order, to=FRIDAY + 3 * DAY, reason="Part on backorder", at=SENT_AT + DAY)

    row = progress(order)
    assert (row.committed_on, row.committed_at) == (FRIDAY + 3 * DAY, SENT_AT)
    assert Entry.objects.about(order).filter(action="commit")[0].reason == "Part on backorder"


def test_a_day_that_has_passed_is_not_committed_to(world: World) -> None:
    order = make_acknowledged(world)

    with pytest.raises(Incomplete, match="This day has passed"):
        commit(world, order, to=SENT_ON - DAY)
    assert commit(world, order, to=SENT_ON)


def test_a_line_of_another_order_is_not_touched(world: World) -> None:
    order, other = make_acknowledged(world), make_acknowledged(world)
    said = {"committed_on": FRIDAY, "access": at_desk(world), "at": SENT_AT}

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


def test_a_person_who_says_again_what_was_taken_back_means_it(world: World) -> None:
    order = make_committed(world)
    threaten(world, order)
    commit(world, order, reason="Copper was found")

    assert threaten(world, order) is True
    assert progress(order).jeopardy == "No copper"


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
    assert (row.state, row.completed_on, row.jeopardy) == (LineState.COMPLETED, SENT_ON, "")
    assert (row.circuit_numbers, row.billing_account, row.sr_number) == ("C-1", "B-2", "SR-3")
    assert again(order).state == State.ACKNOWLEDGED
    service = OpenService.objects.get()
    assert (service.agency, service.sr_number, service.since) == (world.agency, "SR-3", SENT_ON)
    changes = Entry.objects.about(order).get(action="complete_line").changes
    assert ("Request #1: SR Number", "", "SR-3") in changes
    assert ("Request #1: jeopardy notice", "No copper", "") in changes


def test_the_same_completion_again_does_nothing_and_another_is_refused(world: World) -> None:
    order = make_committed(world, 2)
    complete(world, order, 1, sr_number="SR-3")
    before = everything(order)

    assert complete(world, order, 1, sr_number="SR-3", at=SENT_AT + DAY) is False
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


@pytest.mark.parametrize("on", [SENT_ON + DAY, SENT_ON - DAY])
def test_a_line_is_completed_on_a_day_between_its_sending_and_today(world: World, on: date) -> None:
    order = make_committed(world)
    before = everything(order)

    with pytest.raises(Incomplete, match=r"still to come|was sent on March 2, 2020"):
        complete(world, order, on=on)

    assert everything(order) == before


def test_with_its_last_line_the_order_is_completed(world: World) -> None:
    order = make_committed(world, 3)
    LineProgress.objects.filter(line__order=order, line__position=2).update(
        state=LineState.CANCELLED
    )
    complete(world, order, 1)
    assert again(order).state == State.ACKNOWLEDGED

    complete(world, order, 3, at=SENT_AT + DAY)

    stored = again(order)
    assert (stored.state, stored.closed_at) == (State.COMPLETED, SENT_AT + DAY)
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
