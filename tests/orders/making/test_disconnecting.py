"""A body outside State government disconnects on a STD. 20 what its notice covers (PO-4.2)."""

from datetime import date, timedelta
from typing import Any

import pytest

from orders.completeness.disconnecting import notice_problems
from orders.models import OpenService, Order, OrderLine
from tests.catalog.factories import make_free
from tests.factories import TODAY
from tests.orders import leavings
from tests.orders.factories import World, make_draft, make_line, make_ready_order
from tests.orders.leavings import give, make_city_service, make_given

RUNS_OUT = TODAY + timedelta(days=30)


@pytest.fixture
def free(world: World) -> World:
    make_free(world.contract)
    return world


def disconnecting(
    world: World, service: OpenService | None = None, on: date | None = RUNS_OUT, **fields: Any
) -> Order:
    order = make_draft(world, by=world.purchaser)
    said = {"order_type": OrderLine.Type.DISCONNECT, "acts_on": service, "requested_date": on}
    make_line(order, world.mandatory, by=world.purchaser, **said, **fields)
    return order


def said(order: Order) -> list[str]:
    lines = order.lines.select_related("service")
    return [problem.message for problem in notice_problems(order, lines)]


def test_without_notice_the_line_is_refused(free: World) -> None:
    assert said(disconnecting(free, make_city_service(free))) == [
        (
            "Request #1: Hosted VoIP ends with 30 calendar days’ notice (PO-4.2): give notice under"
            " “Leaving CALNET” first, and draft this order from there."
        )
    ]


@pytest.mark.parametrize("on", [None, RUNS_OUT - timedelta(days=1)])
def test_before_the_notice_runs_out_the_line_is_refused(free: World, on: date | None) -> None:
    service = make_city_service(free)
    leaving = make_given(free, service, on=TODAY)

    assert said(disconnecting(free, service, on)) == [
        (
            f"Request #1: notice {leaving} runs out on April 1, 2026 (PO-4.2): ask for that day"
            " or a later one."
        )
    ]


def test_from_the_day_the_notice_runs_out_it_goes_through(free: World) -> None:
    service = make_city_service(free)
    make_given(free, service, on=TODAY)
    assert said(disconnecting(free, service)) == []
    # A line that names none of the open services is for the service of the catalogue
    assert said(disconnecting(free)) == []


def test_a_notice_is_for_what_it_names(free: World) -> None:
    make_given(free, make_city_service(free), on=TODAY)
    (message,) = said(disconnecting(free, make_city_service(free, account="2")))
    assert "give notice" in message


@pytest.mark.parametrize("whole", [True, False])
def test_notice_of_a_category_or_a_service_of_the_catalogue_covers_its_lines(
    free: World, whole: bool
) -> None:
    categories = [free.mandatory.category] if whole else []
    services = [] if whole else [free.mandatory]
    give(
        leavings.make_draft(free, categories=categories, services=services, on=TODAY),
        world=free,
        on=TODAY,
    )
    assert said(disconnecting(free)) == []


def test_a_line_that_adds_and_a_state_order_need_no_notice(world: World) -> None:
    assert said(make_ready_order(world, by=world.purchaser)) == []
    state = make_draft(world)
    make_line(state, world.mandatory, by=world.atr, order_type=OrderLine.Type.DISCONNECT)
    assert said(state) == []
