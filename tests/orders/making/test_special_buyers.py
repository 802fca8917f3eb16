"""Contracts for listed buyers, and order desks by category, as orders meet them."""

import pytest

from catalog.models import Contract
from catalog.services.contracts import list_buyer, set_buyers, set_desk_address
from orders.completeness.order import problems_of
from orders.compliance.decisions import contracts_open_to, decide_services
from orders.models import Order
from orders.reading.order import grounds_for, lines_of
from orders.services.sending import route
from stmm.outbox.models import OutgoingMail
from stmm.policy.facts import Source
from stmm.policy.findings import Outcome
from tests.catalog.factories import make_category, make_free, make_service
from tests.factories import AT, SINCE, TODAY
from tests.orders.factories import World, access, make_ready_order, make_signed_order

pytestmark = pytest.mark.django_db


def close(contract: Contract) -> None:
    set_buyers(
        contract=contract,
        buyers=Contract.Buyers.LISTED,
        reason="Public safety",
        actor=None,
        at=AT,
    )


def put_on_list(world: World) -> None:
    list_buyer(
        contract=world.contract,
        agency=world.agency,
        is_listed=True,
        effective_from=SINCE,
        reason="The list",
        actor=None,
        at=AT,
    )


def problems(order: Order) -> list[str]:
    order = Order.objects.get(pk=order.pk)
    lines = lines_of(order)
    found = problems_of(order, lines, grounds_for(order, lines, on=TODAY), on=TODAY)
    return [problem.message for problem in found]


def test_an_order_of_an_agency_that_is_not_on_the_list_cant_go_out(world: World) -> None:
    order = make_ready_order(world)
    close(world.contract)
    (problem,) = problems(order)
    assert problem.startswith("Contract C4-DNCS-19 is only for the agencies on its list of buyers")
    put_on_list(world)
    assert problems(order) == []


def test_a_contract_for_listed_buyers_is_offered_to_them_alone(world: World) -> None:
    close(world.contract)
    assert contracts_open_to(world.agency, on=TODAY) == []
    put_on_list(world)
    assert contracts_open_to(world.agency, on=TODAY) == [world.contract]
    assert contracts_open_to(world.city, on=TODAY) == []


def set_desk(world: World) -> None:
    set_desk_address(
        contract=world.contract,
        category=make_category(),
        email="voip@desk.example",
        effective_from=SINCE,
        reason="Letter",
        access=access(world.stnd),
        at=AT,
    )


def test_an_order_of_one_category_goes_to_its_desk(world: World) -> None:
    set_desk(world)
    route(order=make_signed_order(world), at=AT)
    assert OutgoingMail.objects.get(purpose="route").recipients == ["voip@desk.example"]


def test_an_order_of_two_categories_goes_to_the_general_desk(world: World) -> None:
    set_desk(world)
    category = make_category("7", "Security")
    world.contract.categories.add(category)
    firewall = make_service("Firewall", world.contract, category=category)
    route(order=make_signed_order(world, world.mandatory, firewall), at=AT)
    assert OutgoingMail.objects.get(purpose="route").recipients == ["desk@contractor.example"]


def test_what_an_ato_lists_is_bought_elsewhere_where_it_is_not_exclusive(world: World) -> None:
    def elsewhere() -> str:
        services = [world.mandatory]
        decisions = decide_services(world.city, services, on=TODAY, source=Source.OTHER)
        return decisions[world.mandatory.pk].outcome

    assert elsewhere() == Outcome.EXCLUSIVE_TO_CALNET
    make_free(world.contract)
    assert elsewhere() == Outcome.ALLOWED
    calnet = decide_services(world.city, [world.mandatory], on=TODAY, source=Source.CALNET)
    assert calnet[world.mandatory.pk].outcome == Outcome.ALLOWED
