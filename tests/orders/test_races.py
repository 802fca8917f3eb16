"""The same thing asked for at the same moment, by one person twice or by two: done once.

SQLite queues writers anyway; it is PostgreSQL where these would go wrong.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from orders.models import Determination, Order, OrderLine, Signature, State
from orders.services.making import drafting, filing
from orders.services.signing import signing
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import ChangedMeanwhile, Incomplete, WrongState
from tests.factories import AT
from tests.orders import express
from tests.orders.factories import World, access, make_draft, make_ready_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


AT_ONCE = 4


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each gave or raised."""

    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        except (ChangedMeanwhile, Incomplete, WrongState) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_first_page_sent_many_times_at_once_starts_one_draft(world: World) -> None:
    key, member = uuid4(), access(world.atr)

    def start() -> Order:
        return drafting.start(
            agency=world.agency,
            contract=world.contract,
            agency_request_number="CHP-1",
            key=key,
            access=member,
            at=AT,
        )

    results = at_once(*[start] * AT_ONCE)

    assert len(set(results)) == Order.objects.count() == 1


def test_a_whole_page_sent_many_times_at_once_files_one_order(world: World) -> None:
    what, member = express.asked(world), access(world.catr)
    shown = express.seen(what, by=world.catr)

    results = at_once(*[lambda: filing.file(what, seen=shown, access=member, at=AT)] * AT_ONCE)

    assert len(set(results)) == Order.objects.count() == Signature.objects.count() == 1
    assert verify().faults == ()


def test_a_page_and_a_draft_of_one_number_at_once_are_one_order_and_one_refusal(
    world: World,
) -> None:
    what, member = express.asked(world, number="CHP-1"), access(world.catr)
    shown = express.seen(what, by=world.catr)

    def start() -> Order:
        return drafting.start(
            agency=world.agency,
            contract=world.contract,
            agency_request_number="CHP-1",
            key=uuid4(),
            access=member,
            at=AT,
        )

    results = at_once(start, lambda: filing.file(what, seen=shown, access=member, at=AT))

    assert sum(isinstance(each, Order) for each in results) == 1
    assert drafting.NumberInUse in results


def test_two_people_who_use_the_same_number_at_once_get_one_draft_and_one_refusal(
    world: World,
) -> None:
    def start_as(member: str) -> Callable[[], Order]:
        return lambda: drafting.start(
            agency=world.agency,
            contract=world.contract,
            agency_request_number="CHP-1",
            key=uuid4(),
            access=access(getattr(world, member)),
            at=AT,
        )

    results = at_once(start_as("catr"), start_as("atr"))

    assert results.count(drafting.NumberInUse) == 1
    assert Order.objects.count() == 1


def test_the_same_click_many_times_at_once_adds_one_line(world: World) -> None:
    order, key, member = make_draft(world), uuid4(), access(world.atr)

    def add() -> OrderLine:
        return drafting.add_line(
            order=order, service=world.mandatory, key=key, access=member, at=AT
        )

    assert len(set(at_once(*[add] * AT_ONCE))) == order.lines.count() == 1


def test_lines_added_at_once_have_positions_of_their_own(world: World) -> None:
    order, member = make_draft(world), access(world.atr)

    def add() -> OrderLine:
        return drafting.add_line(
            order=order, service=world.mandatory, key=uuid4(), access=member, at=AT
        )

    at_once(*[add] * AT_ONCE)

    assert list(order.lines.values_list("position", flat=True)) == [1, 2, 3, 4]


@pytest.mark.parametrize("signers", [("catr", "atr"), ("catr", "catr")])
def test_of_two_signatures_at_once_one_counts(world: World, signers: tuple[str, str]) -> None:
    order = make_ready_order(world)

    def sign_as(member: str) -> Callable[[], Order]:
        signer = access(getattr(world, member))
        return lambda: signing.sign(order=order, version=order.version, access=signer, at=AT)

    results = at_once(*(sign_as(member) for member in signers))

    assert results.count(WrongState) == (1 if signers[0] != signers[1] else 0)
    assert Order.objects.get(pk=order.pk).state == State.SIGNED
    assert Signature.objects.count() == Determination.objects.count() == 1
    assert Entry.objects.filter(action="sign").count() == 1
    assert verify().faults == ()


def test_a_change_and_a_signature_at_once_never_both_count(world: World) -> None:
    order, member = make_ready_order(world), access(world.atr)
    signer = access(world.catr)

    at_once(
        lambda: signing.sign(order=order, version=order.version, access=signer, at=AT),
        lambda: drafting.change(
            order=order, fields={"division": "North"}, version=order.version, access=member, at=AT
        ),
    )

    stored = Order.objects.get(pk=order.pk)
    assert (stored.state == State.SIGNED) is (stored.division == "")
