"""The queue of an order desk: what waits, by when, in which order, in how many queries."""

from datetime import date, datetime, timedelta
from itertools import count

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import DeskMember
from orders.models import LineProgress, LineState, Order, State, TimeLimits
from orders.models.states import WITH_CONTRACTOR
from orders.reading.desk import limit_book
from orders.reading.desk_queue import DeskQueue, Tab, clock_of
from orders.services.desk import acts as desk
from tests.catalog.factories import make_contract
from tests.factories import SINCE, make_user
from tests.orders.desk_orders import (
    FRIDAY,
    SENT_AT,
    SENT_ON,
    answer,
    ask,
    at_desk,
    commit,
    complete,
    limit,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
    threaten,
)
from tests.orders.factories import World, make_ready_order, make_signed_order
from tests.orders.pages import Answer, messages, page, post, text

DAY = timedelta(days=1)
QUEUE = "orders:desk"


def queue(world: World, on: date = SENT_ON) -> DeskQueue:
    return DeskQueue([world.contract.contractor], on=on)


def shown(world: World, tab: Tab, on: date = SENT_ON) -> list[Order]:
    return list(queue(world, on).shown(tab))


def days_on(days: int) -> datetime:
    return SENT_AT + days * DAY


# Which orders


def test_each_tab_shows_what_waits_there(world: World) -> None:
    make_ready_order(world)
    make_signed_order(world)
    to_acknowledge, to_commit = make_order_at_desk(world), make_acknowledged(world, 2)
    commit(world, to_commit, 1, to=FRIDAY + 30 * DAY)
    due, later = make_committed(world), make_committed(world, to=FRIDAY + 7 * DAY)
    asked = make_committed(world, to=FRIDAY + 7 * DAY)
    ask(world, asked)
    done = make_committed(world)
    complete(world, done)

    assert shown(world, Tab.ACKNOWLEDGE) == [to_acknowledge]
    assert shown(world, Tab.COMMIT) == [to_commit]
    assert shown(world, Tab.WEEK) == [due]
    assert shown(world, Tab.LATE) == []
    assert shown(world, Tab.LATE, FRIDAY + DAY) == [due]
    assert shown(world, Tab.QUESTION) == [asked]
    assert set(shown(world, Tab.OPEN)) == {to_acknowledge, to_commit, due, later, asked}
    assert queue(world).counts() == {
        Tab.ACKNOWLEDGE: 1,
        Tab.COMMIT: 1,
        Tab.WEEK: 1,
        Tab.LATE: 0,
        Tab.QUESTION: 1,
        Tab.OPEN: 5,
    }


def test_a_week_ends_on_its_sunday(world: World) -> None:
    sunday = FRIDAY + 2 * DAY
    order = make_committed(world, to=sunday)

    assert shown(world, Tab.WEEK, sunday) == [order]
    assert shown(world, Tab.WEEK, SENT_ON) == [order]
    assert shown(world, Tab.WEEK, sunday + DAY) == []


def test_orders_of_another_contractor_wait_elsewhere(world: World) -> None:
    make_order_at_desk(world)
    other = make_contract(contractor="Verizon").contractor

    assert list(DeskQueue([other], on=SENT_ON).shown(Tab.OPEN)) == []


def test_without_limits_only_committed_days_are_ever_due(world: World) -> None:
    make_order_at_desk(world)
    make_acknowledged(world)

    assert shown(world, Tab.LATE, SENT_ON + 300 * DAY) == []


def test_limits_make_acknowledging_and_committing_due(world: World) -> None:
    limit(world, acknowledge=2, commit=3)
    sent, acknowledged = make_order_at_desk(world), make_acknowledged(world)

    assert shown(world, Tab.WEEK) == [sent, acknowledged]
    assert shown(world, Tab.LATE, SENT_ON + 2 * DAY) == []
    assert shown(world, Tab.LATE, SENT_ON + 3 * DAY) == [sent]
    assert shown(world, Tab.LATE, SENT_ON + 4 * DAY) == [sent, acknowledged]


def test_the_limit_of_the_day_on_which_a_clock_started_holds(world: World) -> None:
    limit(world, acknowledge=20)
    early = make_order_at_desk(world)
    limit(world, acknowledge=1, since=SENT_ON + DAY)
    late = make_order_at_desk(world, at=days_on(1))

    assert shown(world, Tab.LATE, SENT_ON + 3 * DAY) == [late]
    assert set(shown(world, Tab.LATE, SENT_ON + 40 * DAY)) == {early, late}


def test_a_corrected_limit_of_the_same_day_replaces_the_first(world: World) -> None:
    limit(world, acknowledge=20)
    limit(world, acknowledge=1)
    order = make_order_at_desk(world)

    assert shown(world, Tab.LATE, SENT_ON + 2 * DAY) == [order]


def test_a_clock_that_stands_still_is_not_late_and_runs_on_after_the_answer(
    world: World,
) -> None:
    limit(world, acknowledge=2)
    order = make_order_at_desk(world)
    question = ask(world, order, at=days_on(1))

    assert shown(world, Tab.LATE, SENT_ON + 10 * DAY) == []
    answer(world, question, at=days_on(8))
    # Tuesday of the next week, and the day after it
    assert shown(world, Tab.LATE, SENT_ON + 9 * DAY) == []
    assert shown(world, Tab.LATE, SENT_ON + 10 * DAY) == [order]


def test_the_oldest_clock_comes_first(world: World) -> None:
    orders = [make_order_at_desk(world, at=days_on(-days)) for days in (1, 3, 2)]

    assert shown(world, Tab.ACKNOWLEDGE) == [orders[1], orders[2], orders[0]]


_numbers = count(1)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 12),  # days to the acknowledgement, if any
            st.booleans(),
            st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=2),
            st.none() | st.integers(0, 20),
        ),
        min_size=1,
        max_size=4,
    ),
    st.none() | st.integers(1, 8),
    st.none() | st.integers(1, 8),
    st.integers(0, 40),
)
def test_what_the_database_calls_due_is_due_by_the_clock_of_each_order(
    world: World,
    courses: list[tuple[int, bool, list[tuple[int, int]], int | None]],
    acknowledge: int | None,
    commit_within: int | None,
    later: int,
) -> None:
    # What an earlier example left is over
    Order.objects.filter(state__in=WITH_CONTRACTOR).update(state=State.REJECTED, closed_at=SENT_AT)
    limit(world, acknowledge, commit_within)
    for after, is_acknowledged, questions, committed in courses:
        order = make_order_at_desk(world)
        at = SENT_AT
        for asked_after, open_for in questions:
            asked_at = at + asked_after * DAY
            at = asked_at + open_for * DAY
            answer(world, ask(world, order, f"Q{next(_numbers)}", at=asked_at), at=at)
        if is_acknowledged:
            when = SENT_AT + after * DAY
            desk.acknowledge(order=order, access=at_desk(world, when), at=when)
            if committed is not None:
                LineProgress.objects.filter(line__order=order).update(
                    state=LineState.COMMITTED,
                    committed_at=SENT_AT,
                    committed_on=SENT_ON + committed * DAY,
                )
    on = SENT_ON + later * DAY
    waiting = queue(world, on)
    sunday = on + (6 - on.weekday()) * DAY

    due = {each.order: each.due for each in waiting.waiting(waiting.shown(Tab.OPEN))}

    late = {order for order, day in due.items() if day and day < on}
    this_week = {order for order, day in due.items() if day and on <= day <= sunday}
    assert set(waiting.shown(Tab.LATE)) == late
    assert set(waiting.shown(Tab.WEEK)) == this_week
    counted = waiting.counts()
    assert (counted[Tab.LATE], counted[Tab.WEEK]) == (len(late), len(this_week))


# What is said of each


def next_of(world: World, order: Order, on: date = SENT_ON) -> tuple[str, date | None, bool]:
    waiting = queue(world, on)
    (found,) = waiting.waiting(waiting.shown(Tab.OPEN).filter(pk=order.pk))
    return found.next, found.due, found.is_late


def test_what_is_next_is_said_of_each_order(world: World) -> None:
    limit(world, acknowledge=2, commit=3)
    order = make_order_at_desk(world, 3)
    assert next_of(world, order) == ("acknowledge", SENT_ON + 2 * DAY, False)

    order = make_acknowledged(world, 3)
    assert next_of(world, order) == ("commit 3 lines to a date", SENT_ON + 3 * DAY, False)
    commit(world, order, 1, to=SENT_ON + 2 * DAY)
    assert next_of(world, order) == (
        "commit 2 lines to a date; complete 1 line",
        SENT_ON + 2 * DAY,
        False,
    )
    commit(world, order, 2, 3)
    complete(world, order, 1)
    assert next_of(world, order, FRIDAY + DAY) == ("complete 2 lines", FRIDAY, True)


def test_an_order_that_was_not_sent_has_no_clock(world: World) -> None:
    order = make_signed_order(world)

    with pytest.raises(ValueError, match="was not sent"):
        clock_of(order, [], limit_book(TimeLimits.objects.all()))


# The page


def test_the_page_shows_a_tab_and_how_many_wait_in_each(world: World) -> None:
    order = make_committed(world)
    threaten(world, order)
    ask(world, order)
    make_order_at_desk(world)

    answered = page(world.desk, QUEUE, show="question")

    assert [each.order for each in answered.context["rows"]] == [order]
    shown_text = text(answered)
    for said in ("To acknowledge (1)", "In question (1)", "All open (2)", "In jeopardy"):
        assert said in shown_text
    assert "Acknowledge the checked orders" not in shown_text


@pytest.mark.parametrize("asked", ["", "no-such-tab"])
def test_first_what_is_to_be_acknowledged_is_shown(world: World, asked: str) -> None:
    order = make_order_at_desk(world)

    answered = page(world.desk, QUEUE, show=asked)

    assert answered.context["tab"] is Tab.ACKNOWLEDGE
    assert [each.order for each in answered.context["rows"]] == [order]


def test_an_empty_tab_says_so(world: World) -> None:
    assert "Nothing waits here." in text(page(world.desk, QUEUE))


def test_the_queue_has_pages(world: World) -> None:
    for _ in range(27):
        make_order_at_desk(world)

    assert len(page(world.desk, QUEUE).context["rows"]) == 25
    assert len(page(world.desk, QUEUE, page="2").context["rows"]) == 2


@pytest.mark.parametrize("who", ["atr", "stnd", "auditor"])
def test_the_queue_is_for_desks(world: World, who: str) -> None:
    assert page(getattr(world, who), QUEUE).status_code == 403


# Many at once


def checked(world: World, *orders: Order) -> Answer:
    return post(world.desk, "orders:acknowledge-many", order=[order.pk for order in orders])


def test_checked_orders_are_acknowledged_together_and_the_rest_is_told(world: World) -> None:
    first, second, known = (
        make_order_at_desk(world),
        make_order_at_desk(world),
        make_acknowledged(world),
    )
    Order.objects.filter(pk=second.pk).update(state=State.CANCELLED, closed_at=SENT_AT)

    answered = checked(world, first, second, known)

    assert answered["Location"] == f"{reverse(QUEUE)}?show=acknowledge"
    assert messages(answered) == [
        "1 order is acknowledged.",
        "1 order is acknowledged already.",
        f"{second.agency_request_number}: {second} can’t be acknowledged: it is “cancelled” now.",
    ]


def test_a_second_click_acknowledges_nothing_twice(world: World) -> None:
    orders = [make_order_at_desk(world), make_order_at_desk(world)]
    checked(world, *orders)

    assert messages(checked(world, *orders)) == ["2 orders are acknowledged already."]


@pytest.mark.parametrize("typed", [[], ["x"], ["9" * 30], ["-1"]])
def test_nothing_checked_is_told(world: World, typed: list[str]) -> None:
    answered = post(world.desk, "orders:acknowledge-many", order=typed)

    assert messages(answered) == ["Check the orders to acknowledge first."]


def test_orders_of_another_desk_are_left_alone(world: World) -> None:
    order, other = make_order_at_desk(world), make_user("Kim Yu")
    contractor = make_contract(contractor="Verizon").contractor
    DeskMember.objects.create(user=other, contractor=contractor, starts_on=SINCE)

    answered = post(other, "orders:acknowledge-many", order=[order.pk])

    assert answered.status_code == 302
    assert Order.objects.get(pk=order.pk).state == State.ROUTED
