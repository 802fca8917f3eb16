"""What waits for the person who signed in: of a desk, of an agency."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import DeskMember
from orders.models import Order, State
from orders.reading.desk_queue import Tab
from tests.factories import SINCE, signed_in
from tests.orders.desk_orders import (
    SENT_AT,
    answer,
    ask,
    commit,
    limit,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
    threaten,
)
from tests.orders.factories import World, make_draft
from tests.orders.pages import Answer, page, text


def sections(answered: Answer) -> dict[Tab, tuple[int, list[Order]]]:
    return {
        tab: (count, [each.order for each in rows])
        for tab, count, rows in answered.context["desk_sections"]
    }


def test_a_desk_sees_first_what_waits_there(world: World) -> None:
    to_acknowledge, to_commit = make_order_at_desk(world), make_acknowledged(world)
    late = make_committed(world)  # by the real clock of the page

    answered = page(world.desk, "home")

    assert sections(answered) == {
        Tab.ACKNOWLEDGE: (1, [to_acknowledge]),
        Tab.COMMIT: (1, [to_commit]),
        Tab.WEEK: (0, []),
        Tab.LATE: (1, [late]),
    }
    shown = text(answered)
    assert "To acknowledge (1)" in shown
    assert "Acknowledge them at the order desk" in shown
    assert "Due this week (0)" in shown
    assert "Waiting for signature" not in shown


def test_of_many_the_first_ten_are_shown(world: World) -> None:
    orders = [make_order_at_desk(world) for _ in range(12)]

    count, shown = sections(page(world.desk, "home"))[Tab.ACKNOWLEDGE]

    assert (count, shown) == (12, orders[:10])


def test_an_agency_sees_what_contractors_ask_and_owe(world: World) -> None:
    sent = make_order_at_desk(world)
    asked, threatened = make_acknowledged(world), make_committed(world)
    ask(world, asked, "Which floor of the building?")
    threaten(world, threatened, reason="No copper in the street")
    answered_one = make_acknowledged(world)
    answer(world, ask(world, answered_one))
    city = make_order_at_desk(world, by=world.purchaser)
    ask(world, city, "Which hall?")

    answered = page(world.catr, "home")

    assert list(answered.context["sent"]) == [sent]
    assert [question.order for question in answered.context["questions"]] == [asked]
    assert [row.line.order for row in answered.context["in_jeopardy"]] == [threatened]
    shown = text(answered)
    assert f"Answer {asked.agency_request_number}" in shown
    assert "Which floor of the building?" in shown
    assert "No copper in the street" in shown
    assert "Which hall?" not in shown


def test_what_is_closed_waits_for_nobody(world: World) -> None:
    order = make_committed(world)
    threaten(world, order)
    ask(world, order)
    Order.objects.filter(pk=order.pk).update(state=State.CANCELLED, closed_at=SENT_AT)

    answered = page(world.catr, "home")

    assert not answered.context["questions"]
    assert not answered.context["in_jeopardy"]


def test_an_agency_without_orders_is_told_so(world: World) -> None:
    shown = text(page(world.stranger, "home"))

    assert "No order waits to be acknowledged by its contractor." in shown
    assert "Questions of contractors" not in shown
    assert "In jeopardy" not in shown


def test_who_is_at_a_desk_and_orders_too_sees_both(world: World) -> None:
    DeskMember.objects.create(user=world.atr, contractor=world.contract.contractor, starts_on=SINCE)

    shown = text(page(world.atr, "home"))

    assert "To acknowledge (0)" in shown
    assert "Waiting for signature" in shown


@pytest.mark.parametrize(("who", "most"), [("desk", 19), ("catr", 15), ("purchaser", 17)])
def test_home_takes_the_same_queries_whatever_waits(world: World, who: str, most: int) -> None:
    limit(world)
    client, url = signed_in(getattr(world, who)), reverse("home")

    def make() -> None:
        answer(world, ask(world, make_order_at_desk(world)))
        for by in (None, world.purchaser):
            make_draft(world, by=by)
            order = make_acknowledged(world, 2, by=by)
            commit(world, order, 1)
            threaten(world, order)
            ask(world, order)

    def counted() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    make()
    few = counted()
    for _ in range(6):
        make()

    assert counted() == few <= most
