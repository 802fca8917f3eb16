"""Starting an order, on its own page or from a service found in the catalogue."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from orders.services.signing import signing
from stmm.accounts.models import User
from tests.catalog.factories import make_contract, make_service
from tests.factories import AT, Kind, Role, make_agency, make_appointment, signed_in
from tests.orders.factories import (
    FILLED,
    World,
    access,
    fill,
    make_draft,
    make_signed_order,
)
from tests.orders.pages import Answer, errors, goes_to, page, post, text


def start(user: User, world: World, url: str = "", **data: object) -> Answer:
    asked = {
        "agency": world.agency.pk,
        "contract": world.contract.pk,
        "agency_request_number": "CHP-1",
        "key": str(uuid4()),
    } | data
    return signed_in(user).post(reverse("orders:start") + url, asked)


def test_the_first_page_offers_the_contracts_in_term(world: World) -> None:
    make_contract("ENDED-1", until=timezone.localdate())

    shown = text(page(world.atr, "orders:start"))

    assert "AT&T · C4-DNCS-19 · categories 1.2" in shown
    assert "ENDED-1" not in shown


def test_a_draft_is_started_and_goes_on_to_its_lines(world: World) -> None:
    answer = start(world.atr, world)

    order = Order.objects.get()
    assert goes_to(answer, "orders:lines", order.pk)
    assert (order.agency_request_number, order.created_by) == ("CHP-1", world.atr)


def test_the_first_page_sent_twice_starts_one_draft(world: World) -> None:
    key = str(uuid4())

    first, second = start(world.atr, world, key=key), start(world.atr, world, key=key)

    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


def test_a_draft_begun_from_a_service_has_it_as_its_first_line_once(world: World) -> None:
    key, url = str(uuid4()), f"?service={world.mandatory.pk}"
    assert "Hosted VoIP" in text(page(world.atr, "orders:start", service=str(world.mandatory.pk)))
    for _ in range(2):
        start(world.atr, world, url, key=key)

    assert [line.service for line in Order.objects.get().lines.all()] == [world.mandatory]


def test_the_first_page_sent_again_when_the_order_has_moved_on_adds_nothing(world: World) -> None:
    key, url = str(uuid4()), f"?service={world.mandatory.pk}"
    start(world.atr, world, url, key=key)
    order = fill(Order.objects.get(), by=world.atr, **FILLED)
    signing.hand_over(order=order, version=order.version, note="", access=access(world.atr), at=AT)

    answer = start(world.atr, world, url, key=key)

    assert goes_to(answer, "orders:lines", order.pk)
    assert order.lines.count() == 1


def test_a_service_of_another_contract_than_the_one_chosen_is_left_out(world: World) -> None:
    foreign = make_service(contract=make_contract())

    start(world.atr, world, f"?service={foreign.pk}")

    assert not Order.objects.get().lines.exists()


@pytest.mark.parametrize("service", ["", "x", "0", "9" * 30, "²"])
def test_an_address_naming_no_service_starts_without_one(world: World, service: str) -> None:
    assert page(world.atr, "orders:start", service=service).context["service"] is None


def test_a_number_in_use_is_said_beside_its_field_and_what_was_typed_stays(world: World) -> None:
    first = make_draft(world, number="CHP-1")

    answer = start(world.catr, world)

    (error,) = errors(answer)["agency_request_number"]
    assert error.startswith(f"Highway Patrol has used the number CHP-1 for {first}.")
    assert 'value="CHP-1"' in answer.content.decode()


def test_a_person_of_two_agencies_chooses_and_may_not_choose_a_third(world: World) -> None:
    other = make_appointment(Role.ATR, user=world.atr).agency
    assert other.name in text(page(world.atr, "orders:start"))

    assert start(world.atr, world, agency=other.pk).status_code == 302
    assert "agency" in errors(start(world.atr, world, agency=world.city.pk))


def test_a_local_agency_without_an_ato_is_told_what_it_needs(world: World) -> None:
    buyer = make_appointment(Role.PURCHASER, make_agency(Kind.LOCAL)).user

    assert "needs an Authorization To Order (ATO)" in text(page(buyer, "orders:start"))


@pytest.mark.parametrize("who", ["auditor", "stnd", "desk"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_orders_for_nobody_starts_nothing(world: World, who: str, method: str) -> None:
    client = signed_in(getattr(world, who))

    assert getattr(client, method)(reverse("orders:start")).status_code == 403
    url = reverse("orders:add", args=[world.mandatory.pk])
    assert getattr(client, method)(url).status_code == 403


def test_a_refusal_of_the_service_is_shown_on_the_first_page(world: World) -> None:
    """An AIO who is also the purchaser of a city orders for the city, not for the agency."""
    purchaser_at_state = make_appointment(Role.PURCHASER, world.city).user
    purchaser_at_state.appointments.create(
        agency=world.agency, role=Role.PURCHASER, starts_on="2020-01-01", recorded_at=AT
    )

    answer = start(purchaser_at_state, world)

    assert "Only a CATR or ATR of Highway Patrol" in str(errors(answer)["__all__"])
    assert not Order.objects.exists()


def put_on(user: User, world: World, order: Order, **typed: object) -> Answer:
    """The required service on a draft, from the catalogue."""
    form = {"order": order.pk, "quantity": 1, "key": uuid4(), **typed}
    return post(user, "orders:add", world.mandatory.pk, **form)


def test_a_service_found_in_the_catalogue_goes_on_the_draft_chosen(world: World) -> None:
    order, other = make_draft(world, number="CHP-1"), make_draft(world)
    assert f"CHP-1 ({order})" in text(page(world.atr, "orders:add", world.mandatory.pk))

    answer = put_on(world.atr, world, order, quantity=12)

    assert goes_to(answer, "orders:lines", order.pk)
    assert (order.lines.get().quantity, other.lines.count()) == (12, 0)


def test_the_only_draft_is_chosen_already_one_of_several_is_not(world: World) -> None:
    def chosen() -> bool:
        return "checked" in str(page(world.atr, "orders:add", world.mandatory.pk).context["form"])

    make_draft(world)
    assert chosen()

    make_draft(world)
    assert not chosen()


@pytest.mark.parametrize("quantity", ["", "0", "1000001", "two"])
def test_a_quantity_that_can_not_be_is_refused_beside_its_field(
    world: World, quantity: str
) -> None:
    order = make_draft(world)

    answer = put_on(world.atr, world, order, quantity=quantity)

    assert errors(answer) == {"quantity": ["Give a quantity from 1 to 1,000,000."]}
    assert not order.lines.exists()


def test_adding_it_twice_from_the_same_page_adds_it_once(world: World) -> None:
    order, key = make_draft(world), uuid4()
    for _ in range(2):
        put_on(world.atr, world, order, key=key)

    assert order.lines.count() == 1


def test_only_drafts_of_its_contract_and_of_ones_own_agency_are_offered(world: World) -> None:
    make_signed_order(world)
    foreign = make_draft(world, by=world.purchaser)

    answer = page(world.atr, "orders:add", world.mandatory.pk)

    assert not answer.context["drafts"]
    refused = put_on(world.atr, world, foreign)
    assert "order" in errors(refused)


def test_a_draft_that_one_may_no_longer_edit_takes_no_service(world: World) -> None:
    buyer = make_appointment(Role.PURCHASER, world.city).user
    buyer.appointments.create(
        agency=world.agency, role=Role.PURCHASER, starts_on="2020-01-01", recorded_at=AT
    )
    order = make_draft(world)

    answer = put_on(buyer, world, order)

    assert "Only a CATR or ATR" in str(errors(answer)["order"])


def test_nothing_is_offered_under_a_contract_that_has_ended(world: World) -> None:
    ended = make_service(contract=make_contract("ENDED-1", until=timezone.localdate()))

    assert "not in term today" in text(page(world.atr, "orders:add", ended.pk))


def test_a_service_that_is_not_there_is_not_found(world: World) -> None:
    assert page(world.atr, "orders:add", 10**30).status_code == 404


def test_a_number_that_no_font_can_print_starts_nothing(world: World) -> None:
    answer = start(world.atr, world, agency_request_number="😀")

    assert "GRINNING FACE" in str(errors(answer)["agency_request_number"])


def test_the_first_page_is_read_or_sent_and_nothing_else(world: World) -> None:
    client = signed_in(world.atr)

    for url in (reverse("orders:start"), reverse("orders:add", args=[world.mandatory.pk])):
        assert client.put(url).status_code == 405
