"""An order of a local agency is refused with the signature or the approval that is missing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Service
from orders.completeness.ato import ON_STD20, ato_problems
from orders.compliance.decisions import contracts_open_to
from orders.models import AtoPaper, AuthorizationToOrder, Order
from orders.services.atos import acts as atos
from orders.services.atos import papers
from orders.services.atos import signing as ato_signing
from stmm.refusals import Incomplete
from tests.catalog.factories import make_category, make_service
from tests.factories import AT, TODAY
from tests.orders.ato_papers import (
    again,
    approve,
    fill,
    make_eligible,
    make_submitted,
    of,
    ready,
    sign_for_agency,
)
from tests.orders.factories import KNOWN, World, make_ready_order, sign

Make = Callable[[World, AtoPaper], object]
STEPS: list[tuple[Make, str]] = [
    (lambda _, paper: paper, "is a draft: it lacks the agency’s signature, the contractor’s"),
    (ready, "lacks the agency’s signature (PO-4.1)."),
    (lambda world, paper: sign_for_agency(world, ready(world, paper)), "lacks the contractor’s"),
    (make_submitted, "lacks the State’s approval (PO-4.1)."),
    (
        lambda world, paper: ato_signing.return_paper(
            paper=make_submitted(world, paper), reason="No", access=of(world.stnd), at=AT
        ),
        "was returned by the State",
    ),
]
IDS = ["draft", "ready", "agency signed", "submitted", "returned"]


@pytest.fixture
def order(world: World) -> Order:
    """Ready, of the city's purchaser, under the contract of its ATO."""
    return make_ready_order(world, world.mandatory, by=world.purchaser)


def said(order: Order) -> list[str]:
    order = Order.objects.select_related("agency", "contract").get(pk=order.pk)
    return [
        problem.message
        for problem in ato_problems(order, ordered(order), on=TODAY, places=ON_STD20)
    ]


def ordered(order: Order) -> dict[str, Service]:
    return {str(line): line.service for line in order.lines.select_related("service")}


def renew_the_first_one(world: World) -> AtoPaper:
    """As if the ATO were still being made: withdrawn, and begun again."""
    at = AT
    AuthorizationToOrder.objects.filter(pk=world.ato.pk).update(
        ended_on=TODAY, end_recorded_at=at, end_reason="For this test"
    )
    world.contract.categories.add(make_category())
    paper = atos.begin(
        agency=world.city, contract=world.contract, access=of(world.purchaser), at=at
    )
    return fill(world, paper)


def test_an_approved_ato_lets_its_services_through(world: World, order: Order) -> None:
    assert said(order) == []
    assert sign(order, by=world.purchaser).signed_at


def test_a_state_order_needs_none(world: World) -> None:
    assert said(make_ready_order(world)) == []


@pytest.mark.parametrize(("make", "lacking"), STEPS, ids=IDS)
def test_what_the_initial_ato_lacks_is_named(
    world: World, order: Order, make: Make, lacking: str
) -> None:
    make(world, renew_the_first_one(world))

    (message,) = said(order)
    assert message.startswith(f"The ATO of City of Lodi for C4-DNCS-19 {lacking}")
    with pytest.raises(Incomplete, match=lacking[:20]):
        sign(order, by=world.purchaser)


def test_once_the_state_approves_the_order_goes_through(world: World, order: Order) -> None:
    make_eligible(world.city)
    paper = make_submitted(world, renew_the_first_one(world))
    approve(world, paper)

    assert said(order) == []
    assert sign(order, by=world.purchaser, at=AT + timedelta(hours=1)).signed_at


def test_an_ended_ato_lets_nothing_through(world: World, order: Order) -> None:
    AuthorizationToOrder.objects.filter(pk=world.ato.pk).update(
        ended_on=TODAY, end_recorded_at=AT, end_reason="For this test"
    )

    (message,) = said(order)
    assert message.startswith("City of Lodi has no ATO for contract C4-DNCS-19: begin one")
    assert contracts_open_to(world.city, on=TODAY) == []
    assert contracts_open_to(world.city, on=TODAY - timedelta(days=1)) == [world.contract]


@pytest.mark.parametrize(("make", "lacking"), STEPS, ids=IDS)
def test_what_an_amendment_lacks_is_named_for_the_line_it_adds(
    world: World, make: Make, lacking: str
) -> None:
    lan = make_category("5", "LAN")
    world.contract.categories.add(lan)
    router = make_service("Router", world.contract, category=lan, recorded_at=KNOWN)
    order = make_ready_order(world, world.mandatory, router, by=world.purchaser)
    assert said(order) == ["Request #2: Router is not on the ATO: amend the ATO first (PO-4.1)."]

    paper = atos.amend(ato=world.ato, access=of(world.purchaser), at=AT)
    make(world, fill(world, paper, categories=[lan]))

    (message,) = said(order)
    assert message.startswith("Request #2: Amendment 1 of the ATO, which adds it, " + lacking)


def test_a_withdrawn_amendment_adds_nothing(world: World) -> None:
    lan = make_category("5", "LAN")
    world.contract.categories.add(lan)
    router = make_service("Router", world.contract, category=lan, recorded_at=KNOWN)
    order = make_ready_order(world, router, by=world.purchaser)
    paper = fill(
        world, atos.amend(ato=world.ato, access=of(world.purchaser), at=AT), categories=[lan]
    )
    papers.withdraw_paper(paper=again(paper), reason="No", access=of(world.purchaser), at=AT)

    assert said(order) == ["Request #1: Router is not on the ATO: amend the ATO first (PO-4.1)."]


def test_the_queries_do_not_grow_with_the_lines(world: World) -> None:
    order = make_ready_order(world, world.mandatory, world.optional, by=world.purchaser)
    with CaptureQueriesContext(connection) as queries:
        ato_problems(order, ordered(order), on=TODAY, places=ON_STD20)

    # The lines themselves, the papers, what they list
    assert len(queries) <= 4
