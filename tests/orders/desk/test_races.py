"""Several people of a desk at one order in the same moment: one effect.

SQLite queues writers anyway; it is PostgreSQL where these would go wrong.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from orders.files.desk_notices import Kind, Notice, Reading
from orders.models import LineProgress, LineState, OpenService, Order, Question, State
from orders.models.progress import RejectionReason
from orders.services.desk import acts as desk
from orders.services.desk.notices import NoticesRefused, take_in
from orders.services.desk.steps import Numbers
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.outbox.models import Notice as Told
from stmm.refusals import Incomplete, WrongState
from tests.orders.desk_orders import (
    FRIDAY,
    SENT_AT,
    SENT_ON,
    ask,
    at_desk,
    keys,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
)
from tests.orders.factories import World, access

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


AT_ONCE = 8
DAY = timedelta(days=1)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each gave or raised."""

    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        except (Incomplete, NoticesRefused, WrongState) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def entries(order: Order, action: str) -> int:
    return Entry.objects.about(order).filter(action=action).count()


def test_an_order_is_acknowledged_once_by_eight_at_once(world: World) -> None:
    order, by = make_order_at_desk(world), at_desk(world)

    results = at_once(*[lambda: desk.acknowledge(order=order, access=by, at=SENT_AT)] * AT_ONCE)

    assert sorted(map(bool, results)) == [False] * (AT_ONCE - 1) + [True]
    assert entries(order, "acknowledge") == 1
    assert Told.objects.filter(cause__contains="acknowledged", user=world.atr).count() == 1
    assert verify().faults == ()


def test_a_line_is_completed_once_by_eight_at_once(world: World) -> None:
    order, by = make_committed(world, 2), at_desk(world)
    lines = dict.fromkeys(keys(order), Numbers(sr_number="SR-1"))

    results = at_once(
        *[
            lambda: desk.complete(
                order=order, lines=lines, completed_on=SENT_ON, access=by, at=SENT_AT
            )
        ]
        * AT_ONCE
    )

    assert results.count(True) == 1
    assert results.count(False) == AT_ONCE - 1
    assert OpenService.objects.count() == 2
    assert (entries(order, "complete_line"), entries(order, "complete")) == (1, 1)
    assert Order.objects.get(pk=order.pk).state == State.COMPLETED
    assert verify().faults == ()


def test_the_last_lines_completed_at_once_close_the_order_once(world: World) -> None:
    order, by = make_committed(world, AT_ONCE), at_desk(world)

    def completing(line: int) -> Callable[[], object]:
        return lambda: desk.complete(
            order=order, lines={line: Numbers()}, completed_on=SENT_ON, access=by, at=SENT_AT
        )

    results = at_once(*[completing(line) for line in keys(order)])

    assert results == [True] * AT_ONCE
    assert entries(order, "complete") == 1
    assert Order.objects.get(pk=order.pk).state == State.COMPLETED
    assert OpenService.objects.count() == AT_ONCE


def test_of_rejecting_and_acknowledging_at_once_the_order_ends_rejected_or_refused(
    world: World,
) -> None:
    order, by = make_order_at_desk(world), at_desk(world)
    reason = RejectionReason.DUPLICATE

    at_once(
        lambda: desk.acknowledge(order=order, access=by, at=SENT_AT),
        lambda: desk.reject(order=order, reason=reason, text="", access=by, at=SENT_AT),
    )

    assert Order.objects.get(pk=order.pk).state == State.REJECTED
    assert entries(order, "reject") == 1


def test_of_two_dates_at_once_the_second_needs_a_reason(world: World) -> None:
    order, by = make_acknowledged(world), at_desk(world)
    lines = keys(order)

    results = at_once(
        *(
            lambda day=day: desk.commit(
                order=order, lines=lines, committed_on=day, access=by, at=SENT_AT
            )
            for day in (FRIDAY, FRIDAY + DAY)
        )
    )

    assert sorted(map(str, results)) == sorted(map(str, [Incomplete, True]))
    assert entries(order, "commit") == 1


def test_a_question_is_asked_and_answered_once(world: World) -> None:
    order, by, agency = make_order_at_desk(world), at_desk(world), access(world.atr)

    at_once(*[lambda: desk.ask(order=order, text="Which floor?", access=by, at=SENT_AT)] * AT_ONCE)
    question = Question.objects.get()
    at_once(
        *[lambda: desk.answer(question=question, text="The third", access=agency, at=SENT_AT)]
        * AT_ONCE
    )

    assert (entries(order, "ask"), entries(order, "answer")) == (1, 1)


def test_one_open_question_whoever_asks_at_once(world: World) -> None:
    order, by = make_order_at_desk(world), at_desk(world)

    results = at_once(
        *(
            lambda text=f"Question {number}": desk.ask(
                order=order, text=text, access=by, at=SENT_AT
            )
            for number in range(AT_ONCE)
        )
    )

    assert results.count(WrongState) == AT_ONCE - 1
    assert Question.objects.count() == 1


def test_the_same_file_eight_times_at_once_is_taken_in_once(world: World) -> None:
    orders = [make_order_at_desk(world, 2, by=by) for by in (None, world.purchaser) * 2]
    by = at_desk(world)
    notices = [
        Notice(row=row, kind=kind, order=str(order), day=day, sr_number=sr_number)
        for row, (order, kind, day, sr_number) in enumerate(
            (
                (order, *said)
                for order in orders
                for said in (
                    (Kind.ACKNOWLEDGE, None, ""),
                    (Kind.COMMIT, FRIDAY, ""),
                    (Kind.COMPLETE, SENT_ON, "SR-1"),
                )
            ),
            start=2,
        )
    ]

    # Every other file has its orders the other way round
    results = at_once(
        *(
            lambda ours=ours: take_in(reading=Reading(ours), access=by, at=SENT_AT).done
            for ours in ([*notices], _turned(notices)) * (AT_ONCE // 2)
        )
    )

    assert results.count(0) == AT_ONCE - 1
    assert results.count(len(notices)) == 1
    assert OpenService.objects.count() == 2 * len(orders)
    assert not LineProgress.objects.exclude(state=LineState.COMPLETED).exists()
    assert verify().faults == ()


def _turned(notices: list[Notice]) -> list[Notice]:
    """The last order first, the notices of each in their order."""
    return [notice for at in range(len(notices) - 3, -1, -3) for notice in notices[at : at + 3]]


def test_asking_while_it_is_completed_never_leaves_a_question_on_what_cannot_be_answered(
    world: World,
) -> None:
    order, by = make_committed(world), at_desk(world)
    lines = dict.fromkeys(keys(order), Numbers())

    at_once(
        lambda: desk.complete(
            order=order, lines=lines, completed_on=SENT_ON, access=by, at=SENT_AT
        ),
        lambda: ask(world, order),
    )

    assert Order.objects.get(pk=order.pk).state == State.COMPLETED
