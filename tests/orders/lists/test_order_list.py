"""Which orders each person sees, in the list and on their home page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import DeskMember
from orders.models import Order
from orders.services.making import drafting
from orders.services.signing import signing
from stmm.agencies.access import access_of
from tests.catalog.factories import make_contract
from tests.factories import AT, TODAY, Role, make_appointment, make_user
from tests.orders.factories import (
    World,
    access,
    make_ato,
    make_draft,
    make_ready_order,
    make_sent_order,
    make_signed_order,
)
from tests.orders.pages import Answer, page, post, text


def listed(answer: Answer) -> set[Order]:
    return set(answer.context["page"])


@pytest.fixture
def orders(world: World) -> dict[str, Order]:
    """One in each state of the Highway Patrol, and one of the city in the contractor's hands."""
    abandoned, review = make_ready_order(world), make_ready_order(world)
    drafting.abandon(order=abandoned, reason="No need", access=access(world.atr), at=AT)
    signing.hand_over(
        order=review, version=review.version, note="", access=access(world.atr), at=AT
    )
    return {
        "draft": make_draft(world, number="CHP-77"),
        "review": review,
        "abandoned": abandoned,
        "signed": make_signed_order(world),
        "routed": make_sent_order(world),
        "city": make_sent_order(world, by=world.purchaser),
    }


OWN = {"draft", "review", "abandoned", "signed", "routed"}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("catr", OWN),
        ("atr", OWN),
        ("purchaser", {"city"}),
        ("stranger", set()),
        ("desk", {"routed", "city"}),
        ("stnd", OWN | {"city"}),
        ("auditor", OWN | {"city"}),
    ],
)
def test_each_sees_their_own(
    world: World, orders: dict[str, Order], who: str, sees: set[str]
) -> None:
    user = getattr(world, who)

    assert set(Order.objects.visible_to(access(user))) == {orders[name] for name in sees}
    assert listed(page(user, "orders:list")) == {orders[name] for name in sees}


def test_the_deputy_director_sees_all_and_a_person_without_a_role_nothing(
    world: World, orders: dict[str, Order]
) -> None:
    deputy = make_appointment(Role.DEPUTY_DIRECTOR).user

    assert Order.objects.visible_to(access(deputy)).count() == len(orders)
    assert not Order.objects.visible_to(access(make_user())).exists()


def test_the_desk_of_another_contractor_sees_nothing(
    world: World, orders: dict[str, Order]
) -> None:
    other = make_user()
    contractor = make_contract(contractor="Verizon").contractor
    DeskMember.objects.create(user=other, contractor=contractor, starts_on=TODAY)

    assert not Order.objects.visible_to(access(other)).exists()


def test_who_left_sees_nothing_from_that_day_on(world: World, orders: dict[str, Order]) -> None:
    world.atr.appointments.update(until=TODAY)
    world.desk.desks.update(until=TODAY)

    for user in (world.atr, world.desk):
        assert not Order.objects.visible_to(access_of(user, on=TODAY)).exists()
        assert Order.objects.visible_to(access_of(user, on=TODAY - timedelta(days=1))).exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "chp-77"}, {"draft"}),
        ({"q": "Lodi"}, {"city"}),
        ({"q": "at&t"}, OWN | {"city"}),
        ({"q": "C4-DNCS"}, OWN | {"city"}),
        ({"q": "no such thing"}, set()),
        ({"state": "routed"}, {"routed", "city"}),
        ({"state": "review", "q": "Patrol"}, {"review"}),
        ({"state": "no such state"}, OWN | {"city"}),
        ({"q": "a\x00b"}, OWN | {"city"}),
    ],
)
def test_the_list_is_filtered_by_its_address(
    world: World, orders: dict[str, Order], query: dict[str, str], found: set[str]
) -> None:
    answer = page(world.auditor, "orders:list", **query)

    assert listed(answer) == {orders[name] for name in found}


def test_an_order_is_found_by_its_own_number(world: World, orders: dict[str, Order]) -> None:
    answer = page(world.auditor, "orders:list", q=str(orders["signed"]))

    assert listed(answer) == {orders["signed"]}


@pytest.mark.parametrize(
    ("number", "shown"), [("2", 2), ("0", 2), ("99", 2), ("x", 1), ("", 1), ("9" * 5000, 1)]
)
def test_a_bad_page_number_is_the_nearest_page(world: World, number: str, shown: int) -> None:
    for _ in range(26):
        make_draft(world)

    assert page(world.atr, "orders:list", page=number).context["page"].number == shown


def test_the_list_is_read_and_not_sent(world: World) -> None:
    assert post(world.atr, "orders:list").status_code == 405
    assert post(world.atr, "home").status_code == 405


def test_without_a_login_there_is_no_list(world: World, client: Answer) -> None:
    answer = client.get(reverse("orders:list"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


# Home


def test_home_shows_a_member_what_waits(world: World, orders: dict[str, Order]) -> None:
    answer = page(world.catr, "home")

    assert set(answer.context["to_sign"]) == {orders["review"]}
    assert set(answer.context["drafts"]) == {orders["draft"]}
    assert set(answer.context["sent"]) == {orders["routed"]}
    assert "What do you need?" in text(answer)


def test_home_shows_a_desk_what_it_was_sent(world: World, orders: dict[str, Order]) -> None:
    answer = page(world.desk, "home")

    assert set(answer.context["sent"]) == {orders["routed"], orders["city"]}
    assert "Orders sent to AT&T" in text(answer)
    assert "Drafts" not in text(answer)


def test_home_shows_a_local_agency_its_atos_and_what_they_list(world: World) -> None:
    other = make_contract("OTHER")
    make_ato(world.city, other, categories=[], services=[world.optional], approved_on=None)

    shown = text(page(world.purchaser, "home"))

    assert "1.2 MPLS, VPN and Converged VoIP Initial ATO July 1, 2025 July 1, 2027" in shown
    assert "AT&T · OTHER Nothing is approved yet" in shown


@pytest.mark.parametrize("who", ["stnd", "auditor"])
def test_home_opens_for_everyone(world: World, who: str) -> None:
    assert "No order has been sent yet." in text(page(getattr(world, who), "home"))


def test_the_day_on_the_list_is_when_the_order_last_changed(world: World) -> None:
    make_draft(world, at=timezone.now())

    assert "Changed" in text(page(world.atr, "orders:list"))
