"""The contractor's side on the page of an order, for everyone who may see it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import LineProgress, LineState, Order, State
from stmm.accounts.models import User
from tests.factories import signed_in
from tests.orders.desk_orders import (
    SENT_AT,
    answer,
    ask,
    complete,
    limit,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
    threaten,
)
from tests.orders.factories import World, make_ready_order, make_signed_order
from tests.orders.pages import page, post, text


def order_page(user: User, order: Order) -> str:
    return text(page(user, "orders:detail", order.pk))


def test_an_order_that_was_not_sent_shows_nothing_of_the_contractor(world: World) -> None:
    for order in (make_ready_order(world), make_signed_order(world)):
        assert "How far each line is" not in order_page(world.atr, order)


@pytest.mark.parametrize("who", ["atr", "desk", "stnd", "auditor"])
def test_everyone_who_may_see_it_sees_how_far_each_line_is(world: World, who: str) -> None:
    order = make_committed(world, 3)
    threaten(world, order, 2)
    complete(world, order, 1, circuit_numbers="C-1", billing_account="B-2", sr_number="SR-3")

    shown = order_page(getattr(world, who), order)

    for said in (
        "With AT&T",
        "March 6, 2020 Completed given March 2, 2020",
        "In jeopardy",
        "No copper",
        "C-1",
        "Billing account B-2",
        "SR Number SR-3",
    ):
        assert said in shown


def test_milestones_are_told_with_their_days(world: World) -> None:
    limit(world, acknowledge=2, commit=5)
    order = make_committed(world, 2)
    LineProgress.objects.filter(line__order=order, line__position=2).update(
        state=LineState.CANCELLED
    )

    shown = order_page(world.atr, order)

    assert "Completed March 2, 2020, due March 4, 2020" in shown
    assert "Completed given March 2, 2020, due March 9, 2020" in shown
    assert "Violated due March 6, 2020" in shown
    assert "Cancelled March 6, 2020 – –" in shown


def test_a_step_without_a_limit_says_so(world: World) -> None:
    assert order_page(world.atr, make_acknowledged(world)).count("no limit set") == 1
    shown = order_page(world.atr, make_order_at_desk(world))
    assert shown.count("no limit set") == 1
    assert "Yet to reach after the acknowledgement" in shown


def test_a_clock_that_stands_still_is_told(world: World) -> None:
    limit(world)
    order = make_order_at_desk(world)
    ask(world, order)

    shown = order_page(world.desk, order)

    assert "the clock stands still until the answer" in shown
    assert "A question is open already." in shown


def test_an_order_that_ended_before_it_was_acknowledged_says_so(world: World) -> None:
    order = make_order_at_desk(world)
    Order.objects.filter(pk=order.pk).update(state=State.CANCELLED, closed_at=SENT_AT)

    assert "Acknowledged Never" in order_page(world.atr, order)


def test_the_desk_has_a_button_for_each_act_that_it_may_take(world: World) -> None:
    sent, acknowledged = make_order_at_desk(world), make_acknowledged(world)

    shown = order_page(world.desk, sent)
    assert "Acknowledge it first." in shown
    assert "Complete lines" not in shown
    for button in ("Acknowledge", "Ask the agency", "Reject the order"):
        assert button in shown
    shown = order_page(world.desk, acknowledged)
    for button in ("Commit to a date", "Complete lines", "Report in jeopardy", "Reject the order"):
        assert button in shown
    assert "Acknowledge it first." not in shown


@pytest.mark.parametrize("who", ["atr", "stnd", "auditor"])
def test_nobody_else_has_a_button_of_the_desk(world: World, who: str) -> None:
    shown = order_page(getattr(world, who), make_acknowledged(world))

    assert "Commit to a date" not in shown
    assert "Reject the order" not in shown


def test_a_question_waits_with_a_link_for_those_who_answer(world: World) -> None:
    order = make_order_at_desk(world)
    first = ask(world, order)
    answer(world, first)
    ask(world, order, "Which riser?")

    shown = order_page(world.atr, order)
    assert "AT&T asks: Which riser?" in shown
    assert "Questions of the contractor (2)" in shown
    assert "The third" in shown
    assert "Not answered." in shown
    link = f'href="/orders/{order.pk}/answer/"'
    assert link in page(world.atr, "orders:detail", order.pk).content.decode()
    assert link not in page(world.auditor, "orders:detail", order.pk).content.decode()


def test_a_rejected_order_says_why(world: World) -> None:
    order = make_order_at_desk(world)
    post(world.desk, "orders:reject", order.pk, reason="not_offered", text="No fibre there")

    assert "Service not offered at the site: No fibre there" in order_page(world.atr, order)


@pytest.mark.parametrize("who", ["atr", "desk"])
def test_the_page_takes_the_same_queries_for_1_line_and_for_60(world: World, who: str) -> None:
    limit(world)
    client = signed_in(getattr(world, who))

    def counted(lines: int) -> int:
        order = make_committed(world, lines)
        threaten(world, order, 1)
        ask(world, order)
        client.get(order.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            assert client.get(order.get_absolute_url()).status_code == 200
        return len(captured)

    assert counted(1) == counted(60)
