"""Several completions at the same moment: each counts once, none is lost.

SQLite queues writers anyway; it is PostgreSQL where these would go wrong.
"""

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Sum

from orders.models import BudgetLine, OpenService, Order, OrderLine, TakenUp
from orders.reading.by_contract import grouped
from orders.services.inventory.budgets import add_budget_line
from orders.services.inventory.disconnecting import begin_disconnecting
from orders.services.inventory.open_services import confirm_in_use
from stmm.audit.models import Entry
from stmm.audit.services import verify
from tests.factories import AT
from tests.orders.factories import World, access
from tests.orders.open_services import (
    ADD,
    DISCONNECT,
    MOVE,
    complete,
    make_open_service,
    make_sent_lines,
)
from tests.orders.test_races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


def completing(line: OrderLine) -> Callable[[], object]:
    return lambda: complete(line)


def ordered(world: World, order_type: str, quantity: int, **line: object) -> OrderLine:
    order = make_sent_lines(world, {"order_type": order_type, "quantity": quantity, **line})
    return order.lines.select_related("order").get()


def test_two_disconnects_of_one_service_at_once_are_both_counted(world: World) -> None:
    service = make_open_service(world, 12)
    lines = [ordered(world, DISCONNECT, n, acts_on=service) for n in (5, 4)]

    at_once(*map(completing, lines))

    service.refresh_from_db()
    assert (service.quantity, service.ended_on) == (3, None)
    assert TakenUp.objects.filter(service=service).count() == 3
    assert verify().faults == ()


def test_disconnects_of_more_than_there_is_at_once_end_it_once(world: World) -> None:
    service = make_open_service(world, 3)
    lines = [ordered(world, DISCONNECT, 2, acts_on=service) for _ in range(AT_ONCE)]

    at_once(*map(completing, lines))

    service.refresh_from_db()
    assert service.quantity == 0
    assert sum("were there" in entry.reason for entry in Entry.objects.about(service)) == 3


@pytest.mark.parametrize("order_type", [ADD, DISCONNECT, MOVE])
def test_the_same_line_completed_many_times_at_once_counts_once(
    world: World, order_type: str
) -> None:
    make_open_service(world, 12)
    line = ordered(world, order_type, 5)

    results = at_once(*[completing(line)] * AT_ONCE)

    assert len(set(results)) == 1
    expected = {ADD: 17, DISCONNECT: 7, MOVE: 12}[OrderLine.Type(order_type)]
    assert OpenService.objects.aggregate(all=Sum("quantity"))["all"] == expected


def test_lines_of_two_orders_in_crossing_order_wait_for_each_other(world: World) -> None:
    """Each transaction completes two lines: no row is waited for with the record held."""
    first, second = make_open_service(world, 9), make_open_service(world, 9, account="2")
    orders = [
        make_sent_lines(
            world,
            *({"order_type": DISCONNECT, "acts_on": each} for each in pair),
        )
        for pair in ((first, second), (second, first))
    ]

    def complete_both(order: Order) -> Callable[[], object]:
        def act() -> None:
            with transaction.atomic():
                for line in order.lines.order_by("position"):
                    complete(line)

        return act

    at_once(*map(complete_both, orders))

    assert OpenService.objects.aggregate(all=Sum("quantity"))["all"] == 14


def test_the_same_page_sent_many_times_at_once_begins_one_draft(world: World) -> None:
    service, key, member = make_open_service(world, 2), uuid4(), access(world.atr)

    def begin() -> int:
        (order,) = begin_disconnecting(
            services=[service],
            numbers=dict.fromkeys(grouped([service]), "D-1"),
            key=key,
            access=member,
            at=AT,
        )
        return order.pk

    assert len(set(at_once(*[begin] * AT_ONCE))) == 1
    assert OrderLine.objects.filter(acts_on=service).count() == 1


def test_the_same_click_many_times_at_once_confirms_once(world: World) -> None:
    service, member = make_open_service(world), access(world.atr)

    at_once(*[lambda: confirm_in_use(services=[service], access=member, at=AT)] * AT_ONCE)

    assert Entry.objects.filter(action="confirm_in_use").count() == 1


def test_the_same_budget_line_many_times_at_once_is_added_once(world: World) -> None:
    member = access(world.atr)

    def add() -> BudgetLine:
        return add_budget_line(
            agency=world.agency, code="1", name="", monthly=Decimal(5), access=member, at=AT
        )

    assert len(set(at_once(*[add] * AT_ONCE))) == 1
    assert Entry.objects.filter(action="add_budget_line").count() == 1
