"""Our services in a browser: found, said to be in use, begun to be disconnected; budgets."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from orders.models import OpenService, Order, OrderLine
from tests.browser.conftest import Axe, SignedIn
from tests.orders.factories import World, make_draft, make_world
from tests.orders.open_services import make_open_service

PAGES = (
    "/orders/services/",
    "/orders/services/?q=none",
    "/orders/services/?sort=luck",
    "/orders/services/unconfirmed/",
    "/orders/services/cost/",
    "/orders/services/cost/new/",
)


@pytest.fixture
def world(transactional_db: None) -> World:
    world = make_world()
    long_ago = timezone.localdate() - timedelta(days=120)
    for account in ("555", "556", "557"):
        make_open_service(
            world,
            12,
            account=account,
            on=long_ago,
            told={"circuit_numbers": "HCGS" + "9" * 40, "sr_number": "SR-1"},
        )
    return world


def fits(page: Page) -> bool:
    width = page.evaluate("document.documentElement.scrollWidth")
    return bool(width <= page.viewport_size["width"]) if page.viewport_size else False


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("who", ["atr", "auditor"])
def test_the_pages_of_services_are_sound_and_fit(
    world: World, signed_in: SignedIn, axe: Axe, width: int, who: str
) -> None:
    page = signed_in(getattr(world, who), width=width)
    service = OpenService.objects.earliest("pk")
    of_one = [f"/orders/services/{service.pk}/{rest}" for rest in ("", "disconnect/", "budget/")]

    for path in (*PAGES, *of_one):
        page.goto(path)
        axe(page)
        assert fits(page), path


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_review_to_a_draft_that_disconnects(
    world: World, signed_in: SignedIn, axe: Axe, javascript: bool
) -> None:
    page = signed_in(world.atr, javascript=javascript)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Our services").click()
    expect(page.get_by_text("$3,456.00")).to_be_visible()
    page.get_by_role("link", name="Not confirmed for 90 days").click()
    page.get_by_role("button", name=re.compile("In use.*Hosted VoIP, 555")).click()
    expect(page.get_by_role("status")).to_contain_text("In use: 12 Hosted VoIP")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Disconnect checked ones").click()
    page.get_by_role("button", name="Begin to disconnect").click()
    expect(page.get_by_role("alert", name="There is a problem")).to_be_visible()
    if javascript:
        axe(page)
    page.get_by_label(re.compile("Agency Request Number")).fill("CHP-OFF-1")
    page.get_by_role("button", name="Begin to disconnect").click()
    expect(page.get_by_text("account 556")).to_be_visible()
    order = Order.objects.get(agency_request_number="CHP-OFF-1")
    assert [(line.quantity, line.billing_account) for line in order.lines.all()] == [
        (12, "556"),
        (12, "557"),
    ]


def test_a_line_chooses_the_service_it_disconnects(
    world: World, signed_in: SignedIn, axe: Axe
) -> None:
    order = make_draft(world, world.mandatory)
    page = signed_in(world.atr, width=320)
    page.goto(f"/orders/{order.pk}/lines/{order.lines.get().pk}/")
    page.get_by_label("Disconnect").check()
    choice = page.get_by_label("Existing service")
    words = choice.get_by_role("option").filter(has_text="account 556").inner_text()
    choice.select_option(label=words)
    axe(page)
    assert fits(page)
    page.get_by_label("Quantity").fill("13")
    page.get_by_role("button", name="Save the line").click()
    expect(page.get_by_role("alert")).to_contain_text("12 are open: give 12 or fewer.")
    page.get_by_label("Quantity").fill("12")
    page.get_by_role("button", name="Save the line").click()
    expect(page.get_by_text("account 556")).to_be_visible()
    assert OrderLine.objects.get(order=order).billing_account == "556"


def test_a_budget_is_set_and_compared_with_what_is_to_be_paid(
    world: World, signed_in: SignedIn, axe: Axe
) -> None:
    page = signed_in(world.catr)
    page.goto("/orders/services/cost/")
    page.get_by_role("link", name="Add a budget line").click()
    page.get_by_label("Budget code").fill("0044")
    page.get_by_label("Monthly budget, in dollars").fill("1000")
    page.get_by_role("button", name="Save the budget line").click()
    service = OpenService.objects.earliest("pk")
    page.goto(f"/orders/services/{service.pk}/")
    page.get_by_role("link", name="Set the budget code").click()
    page.get_by_label("Budget code").select_option("0044")
    page.get_by_role("button", name="Save the code").click()
    page.goto("/orders/services/cost/")
    row = page.get_by_role("row").filter(has_text="0044")
    expect(row).to_contain_text("−$152.00")
    expect(row).to_contain_text("Over budget")
    axe(page)
    row.get_by_role("button", name="Remove budget line 0044").click()
    expect(page.get_by_role("row").filter(has_text="0044")).to_contain_text("No budget")
