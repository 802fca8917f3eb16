"""The steps of an open order that are one form each: request, where, contacts."""

import pytest
from django.urls import reverse

from tests.factories import signed_in
from tests.orders.factories import (
    World,
    fill,
    make_draft,
    make_signed_order,
)
from tests.orders.pages import again, errors, goes_to, messages, page, post, text

CONTACTS = {
    "department": "Highway Patrol",
    "contact_name": "Ana Reyes",
    "contact_phone": "(916) 555-0100",
    "contact_email": "ana@chp.example",
    "billing_address": "P.O. Box 942898",
}
STEPS = {
    "orders:contractor": {"agency_request_number": "CHP-9", "is_other": "on"},
    "orders:where": {"requested_address": "1 New Street", "present_address": ""},
    "orders:contacts": CONTACTS,
}


@pytest.mark.parametrize(
    ("name", "next_step"),
    [
        ("orders:contractor", "orders:lines"),
        ("orders:where", "orders:contacts"),
        ("orders:contacts", "orders:review"),
    ],
)
def test_a_step_saves_and_goes_on(world: World, name: str, next_step: str) -> None:
    order = make_draft(world)
    assert page(world.catr, name, order.pk).status_code == 200

    answer = post(world.catr, name, order.pk, version=order.version, **STEPS[name])

    assert goes_to(answer, next_step, order.pk)
    for field, value in STEPS[name].items():
        assert getattr(again(order), field) == (True if value == "on" else value)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_saved_twice_is_changed_once(world: World, name: str) -> None:
    order = make_draft(world)
    for _ in range(2):
        post(world.atr, name, order.pk, version=order.version, **STEPS[name])

    assert again(order).version == order.version + 1


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_sees_an_order_but_may_not_change_it_is_told_why(
    world: World, name: str, method: str
) -> None:
    client, url = signed_in(world.auditor), reverse(name, args=[make_draft(world).pk])

    answer = getattr(client, method)(url)

    assert answer.status_code == 403
    assert "Only a CATR or ATR of Highway Patrol, appointed today" in text(answer)


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("who", ["stranger", "desk", "purchaser"])
def test_the_order_of_another_agency_is_not_found(world: World, name: str, who: str) -> None:
    client, order = signed_in(getattr(world, who)), make_draft(world)

    for pk in (order.pk, order.pk + 1000, 10**30):
        assert client.get(reverse(name, args=[pk])).status_code == 404
        assert client.post(reverse(name, args=[pk]), STEPS[name]).status_code == 404


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_read_or_sent_and_nothing_else(world: World, name: str) -> None:
    url = reverse(name, args=[make_draft(world).pk])

    assert signed_in(world.atr).put(url).status_code == 405


@pytest.mark.parametrize("name", STEPS)
def test_an_order_that_moved_on_is_not_edited(world: World, name: str) -> None:
    order = make_signed_order(world)

    answer = post(world.atr, name, order.pk, version=order.version, **STEPS[name])

    assert goes_to(answer, "orders:detail", order.pk)
    assert messages(answer) == [f"{order} can’t be changed: it is “signed, being prepared” now."]


def test_what_was_typed_stays_beside_the_error(world: World) -> None:
    order = make_draft(world)

    answer = post(
        world.atr, "orders:contacts", order.pk, version=order.version,
        **CONTACTS | {"contact_email": "not an address", "division": "Air Operations"},
    )  # fmt: skip

    assert errors(answer) == {"contact_email": ["Enter a valid email address."]}
    assert 'value="Air Operations"' in answer.content.decode()
    assert "Problem: Billing and contacts" in text(answer)
    assert again(order).division == ""


def test_what_another_person_saved_is_shown_and_what_was_typed_is_kept(world: World) -> None:
    order = make_draft(world)
    fill(order, by=world.catr, contact_phone="(916) 555-0142", contact_fax="")
    client = signed_in(world.atr)
    typed = CONTACTS | {"contact_phone": "(916) 555-0177", "contact_fax": "(916) 555-0188"}

    answer = post(client, "orders:contacts", order.pk, version=order.version, **typed)

    assert answer.status_code == 200
    assert "What you typed is kept below" in str(errors(answer)["__all__"])
    assert errors(answer)["contact_phone"] == ["Now in the order: “(916) 555-0142”"]
    assert errors(answer)["contact_fax"] == ["Now in the order: nothing"]
    assert 'value="(916) 555-0177"' in answer.content.decode()
    assert again(order).contact_phone == "(916) 555-0142"

    shown = int(answer.context["form"]["version"].value())
    assert post(client, "orders:contacts", order.pk, version=shown, **typed).status_code == 302
    assert again(order).contact_phone == "(916) 555-0177"


def test_a_box_another_person_ticked_is_shown_in_words(world: World) -> None:
    order = make_draft(world)
    fill(order, by=world.catr, is_other=True, is_service=False)

    answer = post(
        world.atr, "orders:contractor", order.pk, version=order.version,
        agency_request_number=order.agency_request_number, is_service="on",
    )  # fmt: skip

    assert errors(answer)["is_other"] == ["Now in the order: checked"]
    assert errors(answer)["is_service"] == ["Now in the order: not checked"]


def test_at_least_one_request_type_is_checked(world: World) -> None:
    order = make_draft(world)

    answer = post(
        world.atr, "orders:contractor", order.pk, version=order.version,
        agency_request_number="CHP-9",
    )  # fmt: skip

    assert errors(answer) == {
        "is_service": ["Check at least one box that applies to this request."]
    }


def test_a_number_in_use_is_refused_on_the_first_step_too(world: World) -> None:
    make_draft(world, number="CHP-1")
    order = make_draft(world, number="CHP-2")

    answer = post(
        world.atr, "orders:contractor", order.pk, version=order.version,
        agency_request_number="CHP-1", is_service="on",
    )  # fmt: skip

    assert "has used the number CHP-1" in str(errors(answer)["agency_request_number"])
    assert "CHP-2" in text(answer)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("orders:contractor", "agency_request_number"),
        ("orders:where", "requested_address"),
        ("orders:where", "present_address"),
        *(("orders:contacts", field) for field in (*CONTACTS, "division", "contact_fax")
          if field != "contact_email"),
    ],
)  # fmt: skip
def test_what_no_font_can_print_is_refused_by_name(world: World, name: str, field: str) -> None:
    order = make_draft(world)
    typed = STEPS[name] | {field: "a 😀 b"}

    answer = post(world.atr, name, order.pk, version=order.version, **typed)

    assert errors(answer) == {field: ["“😀” (GRINNING FACE) can't be printed on the form"]}


def test_an_email_address_that_no_font_can_print_is_refused_by_name(world: World) -> None:
    order = make_draft(world)

    answer = post(
        world.atr, "orders:contacts", order.pk, version=order.version,
        **CONTACTS | {"contact_email": "ana@電話.example"},
    )  # fmt: skip

    assert "IDEOGRAPH-96FB) can't be printed" in errors(answer)["contact_email"][0]


def test_line_ends_and_accents_are_stored_in_one_way(world: World) -> None:
    order = make_draft(world)

    post(
        world.atr, "orders:where", order.pk, version=order.version,
        requested_address="1 Rue\r\nMontre\u0301al", present_address="",
    )  # fmt: skip

    assert again(order).requested_address == "1 Rue\nMontréal"
