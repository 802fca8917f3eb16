"""Step 2: the lines of an order, each with what the manual says of it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order, OrderLine
from orders.services.making import drafting
from tests.catalog.factories import make_contract, make_service
from tests.factories import AT, signed_in
from tests.orders.factories import (
    World,
    access,
    fill,
    make_draft,
    make_line,
    make_signed_order,
)
from tests.orders.pages import again, errors, goes_to, messages, page, post, text


def a_line(order: Order) -> OrderLine:
    return order.lines.select_related("order").get()


TYPED = {"order_type": "add", "quantity": "2", "description": "Hosted VoIP"}


def test_the_lines_show_their_decision_and_what_else_is_offered(world: World) -> None:
    shown = text(page(world.atr, "orders:lines", make_draft(world, world.mandatory).pk))

    assert "Allowed: CALNET is required" in shown
    for name in ("Hosted VoIP", "Toll-free line", "Dark fibre"):
        assert name in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [("toll", ["Toll-free line"]), ("nothing such", []), ("a\x00b", None), ("x" * 101, None)],
)
def test_the_search_beside_the_lines_keeps_to_the_contract(
    world: World, query: str, found: list[str] | None
) -> None:
    make_service("Toll-free elsewhere", make_contract())

    answer = page(world.atr, "orders:lines", make_draft(world).pk, q=query)

    names = [service.name for service, *_ in answer.context["found"].rows]
    assert names == (["Dark fibre", "Hosted VoIP", "Toll-free line"] if found is None else found)


def test_a_bad_page_of_the_search_is_the_nearest_one(world: World) -> None:
    order = make_draft(world)

    for number in ("0", "-1", "99", "x", "9" * 5000):
        answer = page(world.atr, "orders:lines", order.pk, page=number)
        assert answer.context["found"].page.number == 1


def test_a_service_is_added_from_beside_the_lines_once(world: World) -> None:
    order, key = make_draft(world), uuid4()
    for _ in range(2):
        answer = post(
            world.atr, "orders:add-line", order.pk,
            service=world.mandatory.pk, quantity=12, key=key,
        )  # fmt: skip
        assert goes_to(answer, "orders:lines", order.pk)

    line = a_line(order)
    assert (line.service, line.quantity) == (world.mandatory, 12)


@pytest.mark.parametrize("quantity", ["0", "1000001", "two", ""])
def test_a_quantity_that_can_not_be_adds_nothing_and_says_so(world: World, quantity: str) -> None:
    order = make_draft(world)

    answer = post(
        world.atr, "orders:add-line", order.pk,
        service=world.mandatory.pk, quantity=quantity, key=uuid4(),
    )  # fmt: skip

    assert goes_to(answer, "orders:lines", order.pk)
    assert messages(answer) == ["Give a quantity from 1 to 1,000,000."]
    assert not order.lines.exists()


@pytest.mark.parametrize("data", [{}, {"service": "x", "key": "y"}, {"service": 10**30}])
def test_a_broken_form_adds_nothing(world: World, data: dict[str, object]) -> None:
    order = make_draft(world)

    assert post(world.atr, "orders:add-line", order.pk, **data).status_code == 302
    assert not order.lines.exists()


def test_a_service_of_another_contract_is_refused_with_the_reason(world: World) -> None:
    answer = post(
        world.atr, "orders:add-line", make_draft(world).pk,
        service=make_service(contract=make_contract()).pk, quantity=1, key=uuid4(),
    )  # fmt: skip

    assert answer.status_code == 403
    assert "one form goes to one contractor" in text(answer)


def test_a_line_is_changed(world: World) -> None:
    order = make_draft(world, world.mandatory)
    line, tomorrow = a_line(order), timezone.localdate() + timedelta(days=1)
    assert page(world.atr, "orders:change-line", order.pk, line.pk).status_code == 200

    answer = post(
        world.atr, "orders:change-line", order.pk, line.pk, version=order.version,
        **TYPED | {"requested_date": str(tomorrow), "comment": "After five"},
    )  # fmt: skip

    line.refresh_from_db()
    assert goes_to(answer, "orders:lines", order.pk)
    assert (line.quantity, line.requested_date, line.comment) == (2, tomorrow, "After five")


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"quantity": "0"}, "quantity", "Give a quantity from 1 to 1,000,000."),
        ({"quantity": "1000001"}, "quantity", "Give a quantity from 1 to 1,000,000."),
        ({"quantity": "-1"}, "quantity", "Give a quantity from 1 to 1,000,000."),
        ({"quantity": "9" * 30}, "quantity", ""),
        ({"quantity": "two"}, "quantity", "Enter a whole number."),
        ({"requested_date": "2020-01-01"}, "requested_date", "This day has passed"),
        ({"order_type": "lend"}, "order_type", "not one of the available choices"),
        ({"order_type": "move"}, "billing_account", "Move needs the existing billing account"),
        ({"comment": "😀"}, "comment", "GRINNING FACE"),
        ({"description": "電"}, "description", "CJK UNIFIED IDEOGRAPH-96FB"),
        ({"billing_account": "\u202e1"}, "billing_account", "RIGHT-TO-LEFT OVERRIDE"),
    ],
)
def test_what_a_line_can_not_hold_is_said_beside_the_field(
    world: World, typed: dict[str, str], field: str, message: str
) -> None:
    order = make_draft(world, world.mandatory)

    answer = post(
        world.atr, "orders:change-line", order.pk, a_line(order).pk, version=order.version,
        **TYPED | typed,
    )  # fmt: skip

    assert list(errors(answer)) == [field]
    assert message in errors(answer)[field][0]
    assert a_line(order).quantity == 1


def test_a_day_that_passed_since_it_was_set_may_stay(world: World) -> None:
    order = make_draft(world)
    line = make_line(order, world.mandatory, by=world.atr, requested_date="2020-01-01")

    answer = post(
        world.atr, "orders:change-line", order.pk, line.pk, version=again(order).version,
        **TYPED | {"requested_date": "2020-01-01"},
    )  # fmt: skip

    assert answer.status_code == 302


def test_a_line_changed_by_another_person_meanwhile_keeps_what_was_typed(world: World) -> None:
    order = make_draft(world, world.mandatory)
    line, client = a_line(order), signed_in(world.atr)
    fill(order, by=world.catr, division="North")

    answer = post(client, "orders:change-line", order.pk, line.pk, version=order.version, **TYPED)

    assert "What you typed is kept below" in str(errors(answer)["__all__"])
    assert a_line(order).quantity == 1
    shown = int(answer.context["form"]["version"].value())
    post(client, "orders:change-line", order.pk, line.pk, version=shown, **TYPED)
    assert a_line(order).quantity == 2


def test_what_another_person_made_of_the_line_is_said_beside_what_was_typed(world: World) -> None:
    order = make_draft(world, world.mandatory)
    line = a_line(order)
    theirs = {"quantity": 7, "requested_date": date(2027, 3, 2), "comment": "Ring first"}
    drafting.change_line(
        line=line, fields=theirs, version=order.version, access=access(world.catr), at=AT
    )

    answer = post(
        world.atr, "orders:change-line", order.pk, line.pk, version=order.version,
        **TYPED | {"order_type": "move", "billing_account": "555"},
    )  # fmt: skip

    assert {name: found[0] for name, found in errors(answer).items() if name != "__all__"} == {
        "order_type": "Now in the order: “Add”",
        "quantity": "Now in the order: “7”",
        "requested_date": "Now in the order: March 2, 2027",
        "billing_account": "Now in the order: nothing",
        "comment": "Now in the order: “Ring first”",
    }
    assert a_line(order).quantity == 7


def test_a_line_is_taken_off_once(world: World) -> None:
    order = make_draft(world, world.mandatory, world.optional)
    line = order.lines.all()[0]

    for _ in range(2):
        answer = post(world.atr, "orders:remove-line", order.pk, line.pk)
        assert goes_to(answer, "orders:lines", order.pk)

    assert a_line(order).service == world.optional


def test_a_line_of_another_order_is_not_found(world: World) -> None:
    line = a_line(make_draft(world, world.mandatory))
    order = make_draft(world)

    assert page(world.atr, "orders:change-line", order.pk, line.pk).status_code == 404
    post(world.atr, "orders:remove-line", order.pk, line.pk)
    assert OrderLine.objects.filter(pk=line.pk).exists()


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("stranger", 404), ("desk", 404)])
def test_nobody_else_touches_the_lines(world: World, who: str, status: int) -> None:
    order, user = make_draft(world, world.mandatory), getattr(world, who)
    line = a_line(order)

    answers = [
        page(user, "orders:lines", order.pk),
        page(user, "orders:change-line", order.pk, line.pk),
        post(
            user,
            "orders:add-line",
            order.pk,
            service=world.mandatory.pk,
            quantity=1,
            key=uuid4(),
        ),
        post(user, "orders:change-line", order.pk, line.pk, version=order.version, **TYPED),
        post(user, "orders:remove-line", order.pk, line.pk),
    ]

    assert {answer.status_code for answer in answers} == {status}
    assert a_line(order).quantity == 1


def test_lines_answer_to_their_own_methods_only(world: World) -> None:
    order = make_draft(world, world.mandatory)
    line = a_line(order)

    assert post(world.atr, "orders:lines", order.pk).status_code == 405
    assert page(world.atr, "orders:add-line", order.pk).status_code == 405
    assert page(world.atr, "orders:remove-line", order.pk, line.pk).status_code == 405
    url = reverse("orders:change-line", args=[order.pk, line.pk])
    assert signed_in(world.atr).delete(url).status_code == 405


def test_the_lines_of_a_signed_order_are_shown_where_it_stands(world: World) -> None:
    order = make_signed_order(world)

    answer = page(world.atr, "orders:lines", order.pk)

    assert goes_to(answer, "orders:detail", order.pk)
    assert "can’t be changed" in messages(answer)[0]
