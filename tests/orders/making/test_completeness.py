"""What keeps a form from going out: each thing by itself, with the step where it is mended."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from catalog.models import Service
from orders.completeness.order import may_not_order, problems_of
from orders.compliance.grounds import footing_of
from orders.models import Order, OrderLine
from orders.reading.order import grounds_for, lines_of
from orders.services.making import drafting
from stmm.agencies.models import Standing
from stmm.agencies.services import set_standing
from stmm.refusals import Problem
from tests.catalog.factories import make_contract, make_offer, make_service
from tests.factories import AT, TODAY, Kind, make_agency
from tests.orders.factories import PDF, World, access, fill, make_ready_order, off_the_ato

Type = OrderLine.Type


def problems(order: Order, *, on: date = TODAY) -> list[Problem]:
    order = Order.objects.get(pk=order.pk)
    lines = lines_of(order)
    return problems_of(order, lines, grounds_for(order, lines, on=on), on=on)


def the_problem(order: Order, *, on: date = TODAY) -> tuple[str, str]:
    (problem,) = problems(order, on=on)
    return problem.step, problem.message


@pytest.fixture
def order(world: World) -> Order:
    return make_ready_order(world)


def change(order: Order, world: World, **fields: Any) -> None:
    fill(order, by=world.atr, **fields)


def change_line(order: Order, world: World, **fields: object) -> None:
    line = order.lines.select_related("order").get()
    drafting.change_line(
        line=line, fields=fields, version=line.order.version, access=access(world.atr), at=AT
    )


def test_a_form_that_lacks_nothing_has_no_problem(order: Order) -> None:
    assert problems(order) == []


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("contact_name", "a contact name"),
        ("contact_phone", "a phone number of the contact"),
        ("contact_email", "an email address of the contact"),
        ("billing_address", "the billing address"),
    ],
)
def test_section_4_needs(order: Order, world: World, field: str, what: str) -> None:
    change(order, world, **{field: " "})

    assert the_problem(order) == ("contacts", f"Give {what} (section 4).")


def test_at_least_one_request_type_is_ticked(order: Order, world: World) -> None:
    change(order, world, is_service=False)

    assert the_problem(order) == ("contractor", "Tick at least one request type (section 3).")


def test_an_equipment_request_needs_its_std_65(order: Order, world: World) -> None:
    change(order, world, is_equipment=True)

    assert the_problem(order) == ("where", "An equipment request needs a STD. 65: attach it.")


@pytest.mark.parametrize(("kind", "is_enough"), [("std65", True), ("other", False)])
def test_only_a_std_65_serves_an_equipment_request(
    order: Order, world: World, kind: str, is_enough: bool
) -> None:
    change(order, world, is_equipment=True)
    drafting.attach(
        order=order, kind=kind, file_name="a.pdf", content=PDF, access=access(world.atr), at=AT
    )

    assert (problems(order) == []) is is_enough


def test_a_form_has_at_least_one_line(order: Order, world: World) -> None:
    line = order.lines.get()
    drafting.remove_line(line=line, access=access(world.atr), at=AT)

    assert the_problem(order) == ("lines", "Add at least one service (section 7).")


@pytest.mark.parametrize("kind", [Type.DISCONNECT, Type.CHANGE, Type.MOVE])
def test_what_exists_already_is_named_by_its_billing_account(
    order: Order, world: World, kind: OrderLine.Type
) -> None:
    change(order, world, present_address="1 Old Street")
    change_line(order, world, order_type=kind)

    assert the_problem(order) == (
        "lines",
        f"Request #1: {kind.label} needs the existing billing account number.",
    )

    change_line(order, world, billing_account="9391012345")
    assert problems(order) == []


@pytest.mark.parametrize("kind", [Type.ADD, Type.MOVE])
def test_a_new_place_is_needed_to_add_or_move(
    order: Order, world: World, kind: OrderLine.Type
) -> None:
    change(order, world, requested_address="", present_address="1 Old Street")
    change_line(order, world, order_type=kind, billing_account="9391012345")

    assert the_problem(order) == ("where", "Give the requested service address (section 4).")


def test_a_move_needs_the_old_place_too(order: Order, world: World) -> None:
    change_line(order, world, order_type=Type.MOVE, billing_account="9391012345")

    assert the_problem(order) == (
        "where",
        "A move needs the present service address too (section 4).",
    )


@pytest.mark.parametrize("kind", [Type.DISCONNECT, Type.CHANGE])
def test_to_disconnect_or_change_needs_no_address(
    order: Order, world: World, kind: OrderLine.Type
) -> None:
    change(order, world, requested_address="")
    change_line(order, world, order_type=kind, billing_account="9391012345")

    assert problems(order) == []


@pytest.mark.parametrize(
    ("day", "in_term"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_the_contract_is_in_term_from_its_first_day_to_its_last(
    world: World, day: date, in_term: bool
) -> None:
    contract = make_contract("SHORT", starts_on=date(2026, 3, 2), until=date(2026, 7, 1))
    service = make_service("Hosted VoIP", contract)
    order = make_ready_order(replace(world, contract=contract), service)

    found = problems(order, on=day)

    refusal = Problem(
        "Contract SHORT is not in term today. Start an order under one that is.", "contractor"
    )
    assert found == ([] if in_term else [refusal])


def withdraw(service: Service) -> None:
    make_offer(service, effective_from=TODAY, withdrawn=True, mrc=None, nrc=None)


def not_offered(order: Order, service: Service) -> tuple[str, str]:
    return "lines", f"{order.lines.get()}: {service.name} is not offered under C4-DNCS-19 today."


def test_a_withdrawn_service_is_not_ordered(order: Order, world: World) -> None:
    withdraw(world.mandatory)

    assert the_problem(order) == not_offered(order, world.mandatory)


def test_a_service_is_not_ordered_before_it_is_offered(world: World) -> None:
    tomorrow = TODAY + timedelta(days=1)
    service = make_service("Next year’s", world.contract, effective_from=tomorrow)
    order = make_ready_order(world, service)

    assert the_problem(order) == not_offered(order, service)
    assert problems(order, on=tomorrow) == []


def test_a_service_withdrawn_today_was_offered_yesterday(order: Order, world: World) -> None:
    withdraw(world.mandatory)

    assert problems(order, on=TODAY - timedelta(days=1)) == []


def test_a_withdrawn_service_can_still_be_disconnected(order: Order, world: World) -> None:
    withdraw(world.mandatory)
    change_line(order, world, order_type=Type.DISCONNECT, billing_account="9391012345")

    assert problems(order) == []


@pytest.mark.parametrize("kind", [Type.ADD, Type.DISCONNECT])
def test_a_service_of_another_contract_is_never_on_the_form(
    order: Order, world: World, kind: OrderLine.Type
) -> None:
    foreign = make_service("Foreign", make_contract("OTHER"))
    order.lines.update(service=foreign, order_type=kind, billing_account="9391012345")

    assert the_problem(order) == not_offered(order, foreign)


def test_a_budget_item_does_not_order(order: Order, world: World) -> None:
    set_standing(
        agency=world.agency,
        value=Standing.Value.NOT_ORDERING,
        effective_from=TODAY,
        reason="A budget item",
        actor=None,
        at=AT,
    )

    message = (
        f"{world.agency} is a budget item, not an entity that orders. Choose the agency itself."
    )
    assert the_problem(order) == ("contractor", message)
    today, yesterday = (
        footing_of(world.agency, world.contract.pk, on=TODAY - timedelta(days)) for days in (0, 1)
    )
    assert may_not_order(world.agency, today) == message
    assert may_not_order(world.agency, yesterday) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.STATE, Kind.LOCAL])
def test_a_body_of_which_nothing_is_recorded_may_order(kind: str) -> None:
    agency = make_agency(kind, standing=None)

    assert may_not_order(agency, footing_of(agency, make_contract().pk, on=TODAY)) == ""


def test_a_line_that_is_not_on_the_ato_is_named_once_with_the_paragraph(world: World) -> None:
    order = make_ready_order(world, by=world.purchaser)
    off_the_ato(world.mandatory)

    assert [(problem.step, problem.message) for problem in problems(order)] == [
        ("lines", "Request #1: Hosted VoIP is not on the ATO: amend the ATO first (PO-4.1)."),
    ]


def test_every_problem_is_named_at_once(order: Order, world: World) -> None:
    change(order, world, contact_name="", billing_address="", requested_address="")

    assert [problem.step for problem in problems(order)] == ["contacts", "contacts", "where"]
