"""Pages and steps take a number of queries that does not grow with lines or orders (P3)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import Order
from orders.services.making import drafting
from orders.services.sending import route
from stmm.accounts.models import User
from tests.catalog.factories import make_contract, make_service
from tests.factories import AT, signed_in
from tests.orders.factories import (
    PDF,
    World,
    access,
    make_ato,
    make_draft,
    make_line,
    make_mailed_order,
    make_ready_order,
    make_sent_order,
    sign,
)

MANY = 60


def counted(client: Client, url: str) -> int:
    client.get(url)  # what is read once for a process or a session
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def with_lines(world: World, lines: int) -> Order:
    services = [make_service(f"VoIP {n}", world.contract) for n in range(lines)]
    return make_ready_order(world, *services)


@pytest.mark.parametrize(
    ("name", "bound"),
    [("detail", 18), ("lines", 14), ("review", 14), ("sign", 14), ("contacts", 11)],
)
def test_a_page_of_an_open_order(world: World, name: str, bound: int) -> None:
    client = signed_in(world.catr)
    one, many = (
        counted(client, reverse(f"orders:{name}", args=[with_lines(world, lines).pk]))
        for lines in (1, MANY)
    )

    assert one == many <= bound


def test_a_page_of_a_signed_order(world: World) -> None:
    client = signed_in(world.auditor)
    one, many = (
        counted(
            client,
            reverse("orders:detail", args=[sign(with_lines(world, lines), by=world.catr).pk]),
        )
        for lines in (1, MANY)
    )

    assert one == many <= 15


def test_a_page_with_attachments(world: World) -> None:
    def attachments(count: int) -> int:
        order = make_draft(world)
        for number in range(count):
            drafting.attach(
                order=order, kind="other", file_name="a.pdf", content=PDF + bytes([number]),
                access=access(world.atr), at=AT,
            )  # fmt: skip
        return counted(signed_in(world.atr), reverse("orders:where", args=[order.pk]))

    assert attachments(1) == attachments(10)


def drafts(world: World) -> None:
    make_draft(world)


def sent(world: World) -> None:
    make_sent_order(world)


def routed(world: World) -> None:
    make_mailed_order(world)


def ato(world: World) -> None:
    make_ato(world.city, make_contract(), services=[make_service()])


@pytest.mark.parametrize(
    ("name", "who", "make"),
    [
        ("orders:list", "auditor", drafts),
        ("orders:list", "desk", sent),
        ("mail:list", "auditor", routed),
        ("home", "catr", drafts),
        ("home", "desk", sent),
        ("home", "purchaser", ato),
        ("orders:start", "purchaser", ato),
    ],
)
def test_a_list(world: World, name: str, who: str, make: Callable[[World], None]) -> None:
    user: User = getattr(world, who)
    client, url = signed_in(user), reverse(name)
    make(world)
    few = counted(client, url)
    for _ in range(8):
        make(world)

    assert counted(client, url) == few <= 17


def test_choosing_among_many_drafts(world: World) -> None:
    client = signed_in(world.atr)
    url = reverse("orders:add", args=[world.mandatory.pk])
    make_draft(world)
    few = counted(client, url)
    for _ in range(8):
        make_draft(world)

    assert counted(client, url) == few


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len([each for each in captured if "SAVEPOINT" not in each["sql"]])


def test_adding_a_line(world: World) -> None:
    order = make_draft(world)

    def add() -> None:
        make_line(order, world.mandatory, by=world.atr)

    few = statements(add)
    for _ in range(20):
        add()

    assert statements(add) == few


def test_routing_an_order(world: World) -> None:
    def routing(lines: int) -> int:
        order = sign(with_lines(world, lines), by=world.catr)
        return statements(lambda: route(order=order, at=AT))

    assert routing(1) == routing(30)
