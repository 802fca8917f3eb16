"""The queue of an order desk takes as many queries however much waits in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from orders.reading.desk_queue import Tab
from tests.factories import signed_in
from tests.orders.desk_orders import (
    answer,
    ask,
    commit,
    limit,
    make_acknowledged,
    make_order_at_desk,
)
from tests.orders.factories import World


def two_more(world: World) -> None:
    """One of them in question, a line of it committed."""
    answer(world, ask(world, make_order_at_desk(world)))
    order = make_acknowledged(world, 2)
    commit(world, order, 1)
    ask(world, order)


def queries(world: World, tab: Tab) -> int:
    client = signed_in(world.desk)
    url = reverse("orders:desk")
    client.get(url, {"show": tab})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, {"show": tab}).status_code == 200
    return len(captured)


@pytest.fixture(scope="module")
def for_few(_world_of_the_module: World, django_db_blocker: DjangoDbBlocker) -> dict[Tab, int]:
    """What each tab takes for two orders; there are forty from then on."""
    world = _world_of_the_module
    with django_db_blocker.unblock():
        limit(world)
        two_more(world)
        found = {tab: queries(world, tab) for tab in Tab}
        for _ in range(19):
            two_more(world)
    return found


@pytest.mark.parametrize("tab", Tab)
def test_it_takes_the_same_for_2_orders_and_for_40(
    for_few: dict[Tab, int], world: World, tab: Tab
) -> None:
    assert queries(world, tab) == for_few[tab] <= 13
