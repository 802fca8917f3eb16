"""The line of an order chooses which of the agency's open services it acts on."""

from typing import Any

import pytest

from orders.models import OpenService, Order, OrderLine
from stmm.audit.models import Entry
from tests.catalog.factories import make_contract, make_service
from tests.factories import TODAY
from tests.orders.factories import FILLED, World, fill, make_draft, make_line
from tests.orders.open_services import (
    ADD,
    CHANGE,
    DISCONNECT,
    MOVE,
    complete,
    make_open_service,
    make_sent_lines,
    order_and_complete,
)
from tests.orders.pages import again, errors, goes_to, page, post

INVALID = "Choose one of your agency’s open services under this contract."


def a_line(order: Order) -> OrderLine:
    return order.lines.select_related("order").get()


def save(world: World, order: Order, **typed: Any) -> Any:
    said = {"order_type": DISCONNECT, "quantity": 1, "version": again(order).version, **typed}
    return post(world.atr, "orders:change-line", order.pk, a_line(order).pk, **said)


def offered(world: World, order: Order) -> list[str]:
    form = page(world.atr, "orders:change-line", order.pk, a_line(order).pk).context["form"]
    return [words for _, words in form.fields["acts_on"].choices][1:]


def test_open_services_of_the_agency_under_the_contract_are_offered(world: World) -> None:
    make_open_service(world, 12, requested_address="5 Fulton Mall\nFresno")
    make_open_service(world, 3, service=world.optional, account="", requested_address="x" * 99)
    make_open_service(world, by=world.purchaser)
    make_open_service(world, account="gone")
    order_and_complete(world, DISCONNECT, 1, billing_account="gone")
    elsewhere = make_open_service(world, account="elsewhere")
    OpenService.objects.filter(pk=elsewhere.pk).update(service=make_service("Trunk"))

    assert offered(world, make_draft(world, world.mandatory)) == [
        "12 × Hosted VoIP, account 555, 5 Fulton Mall Fresno",
        f"3 × Toll-free line, {'x' * 59}…",
    ]


def test_an_agency_without_open_services_is_asked_nothing(world: World) -> None:
    order = make_draft(world, world.mandatory)

    form = page(world.atr, "orders:change-line", order.pk, a_line(order).pk).context["form"]

    assert "acts_on" not in form.fields
    assert save(world, order, billing_account="9").status_code == 302
    assert a_line(order).acts_on is None


@pytest.mark.parametrize("order_type", [DISCONNECT, CHANGE, MOVE])
def test_the_choice_is_kept_and_fills_the_account(world: World, order_type: str) -> None:
    service = make_open_service(world, 12)
    order = make_draft(world, world.mandatory)

    answer = save(world, order, order_type=order_type, quantity=12, acts_on=service.pk)

    assert goes_to(answer, "orders:lines", order.pk)
    line = a_line(order)
    assert (line.acts_on, line.billing_account) == (service, "555")
    entry = Entry.objects.about(order).first()
    assert entry is not None
    assert ("Request #1: acts on", "", f"12 {world.mandatory}") in entry.changes


def test_an_account_that_was_typed_stays(world: World) -> None:
    service = make_open_service(world, 12)
    order = make_draft(world, world.mandatory)

    save(world, order, acts_on=service.pk, billing_account="mine")

    assert a_line(order).billing_account == "mine"


def test_an_add_acts_on_nothing(world: World) -> None:
    service = make_open_service(world, 12)
    order = make_draft(world)
    make_line(
        order, world.mandatory, by=world.atr, order_type=DISCONNECT, acts_on=service,
        billing_account="555",
    )  # fmt: skip

    save(world, order, order_type=ADD, acts_on=service.pk)

    assert a_line(order).acts_on is None


@pytest.mark.parametrize("order_type", [DISCONNECT, MOVE])
def test_more_than_is_open_is_refused(world: World, order_type: str) -> None:
    service = make_open_service(world, 12)
    order = make_draft(world, world.mandatory)

    answer = save(world, order, order_type=order_type, quantity=13, acts_on=service.pk)

    assert errors(answer) == {"quantity": ["12 are open: give 12 or fewer."]}


def test_a_change_may_be_to_more_and_from_another_service(world: World) -> None:
    service = make_open_service(world, 2, service=world.optional)
    order = make_draft(world, world.mandatory)

    assert save(world, order, order_type=CHANGE, quantity=13, acts_on=service.pk).status_code == 302


@pytest.mark.parametrize("order_type", [DISCONNECT, MOVE])
def test_what_is_disconnected_or_moved_is_what_the_line_names(
    world: World, order_type: str
) -> None:
    service = make_open_service(world, 2, service=world.optional)
    order = make_draft(world, world.mandatory)

    answer = save(world, order, order_type=order_type, acts_on=service.pk)

    assert errors(answer) == {
        "acts_on": ["This line is for Hosted VoIP. Choose a service of that name."]
    }


def test_services_of_others_are_refused(world: World) -> None:
    make_open_service(world)
    theirs = make_open_service(world, by=world.purchaser)
    elsewhere = make_open_service(world, account="2")
    OpenService.objects.filter(pk=elsewhere.pk).update(
        service=make_service(contract=make_contract())
    )
    order = make_draft(world, world.mandatory)

    for wrong in (theirs.pk, elsewhere.pk, 987_654, "x"):
        answer = save(world, order, acts_on=wrong, billing_account="9")
        assert errors(answer) == {"acts_on": [INVALID]}
    assert a_line(order).acts_on is None


def test_a_wrong_quantity_is_the_only_thing_said_of_it(world: World) -> None:
    service = make_open_service(world, 12)
    order = make_draft(world, world.mandatory)

    assert list(errors(save(world, order, quantity="two", acts_on=service.pk))) == ["quantity"]


def test_from_the_choice_to_the_completion(world: World) -> None:
    """What the form chose is what ends, though another service looks the same."""
    first, second = make_open_service(world, 4), make_open_service(world, 4)
    order = make_draft(world, world.mandatory)
    save(world, order, quantity=4, acts_on=second.pk)
    fill(order, by=world.atr, **FILLED)
    line = a_line(order)
    sent = make_sent_lines(
        world, {"order_type": line.order_type, "quantity": 4, "acts_on": line.acts_on}
    )

    complete(sent.lines.get())

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.ended_on, second.ended_on) == (None, TODAY)
