"""Many lines and copies asked for at the same moment: each done once."""

from uuid import uuid4

import pytest

from orders.files.many_lines import read_lines
from orders.models import Order, OrderLine
from orders.services.making.copying import Copied, copy
from orders.services.making.many_lines import add_lines
from stmm.agencies.address_book import add_entry
from stmm.agencies.models import Site
from stmm.audit.models import Entry
from tests.agencies.book import SITE
from tests.factories import AT, TODAY
from tests.orders.factories import World, access, make_draft, make_ready_order
from tests.orders.test_races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


def test_the_same_pasted_lines_many_times_at_once_are_added_once(world: World) -> None:
    order, key, member = make_draft(world), uuid4(), access(world.atr)
    rows = read_lines([[world.mandatory.product_id], [world.optional.product_id]], on=TODAY)

    def add() -> list[OrderLine]:
        return add_lines(order=order, rows=rows, key=key, access=member, at=AT)

    results = at_once(*[add] * AT_ONCE)

    assert sorted(len(lines) for lines in results if isinstance(lines, list)) == [0, 0, 0, 2]
    assert [line.position for line in order.lines.all()] == [1, 2]


def test_lines_pasted_by_two_at_once_have_positions_of_their_own(world: World) -> None:
    order, member = make_draft(world), access(world.atr)
    rows = read_lines([[world.mandatory.product_id]] * 3, on=TODAY)

    def add() -> list[OrderLine]:
        return add_lines(order=order, rows=rows, key=uuid4(), access=member, at=AT)

    at_once(*[add] * AT_ONCE)

    assert [line.position for line in order.lines.all()] == list(range(1, 3 * AT_ONCE + 1))


def test_the_same_copy_many_times_at_once_is_made_once(world: World) -> None:
    order, key, member = make_ready_order(world), uuid4(), access(world.atr)

    def ask() -> Order:
        made: Copied = copy(
            order=order, agency_request_number="R-NEW", key=key, access=member, at=AT
        )
        return made.order

    results = at_once(*[ask] * AT_ONCE)

    assert len(set(results)) == Order.objects.filter(agency_request_number="R-NEW").count() == 1
    assert Entry.objects.filter(action="copy").count() == 1


def test_the_same_site_many_times_at_once_is_kept_once(world: World) -> None:
    member = access(world.atr)

    def add() -> Site:
        return add_entry(kind=Site, agency=world.agency, fields=SITE, access=member, at=AT)

    assert len(set(at_once(*[add] * AT_ONCE))) == Site.objects.count() == 1
