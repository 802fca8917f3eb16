"""Leaving CALNET and local purchasing documents in a browser, from the first page to the end."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from orders.models import Leaving, LeavingState, LocalOrder, LocalState, OpenService, Order
from tests.browser.conftest import Axe, SignedIn
from tests.catalog.factories import make_contract, make_free
from tests.factories import TODAY
from tests.orders.factories import World, make_ato, make_world
from tests.orders.leavings import make_city_service
from tests.orders.local_orders import DOCUMENT, make_acknowledged
from tests.worker import run_worker

WIDTHS = [1280, 320]


@pytest.fixture
def world(transactional_db: None) -> World:
    """A city that one contract does not bind, and another one binds from today on."""
    world = make_world()
    make_free(world.contract)
    bound = make_contract("C4-BOUND", world.contract.contractor.name)
    make_ato(world.city, bound, approved_on=timezone.localdate())
    make_city_service(world, told={"circuit_numbers": "HCGS" + "9" * 40, "sr_number": "SR-1"})
    return world


def fits(page: Page) -> bool:
    width = page.evaluate("document.documentElement.scrollWidth")
    return bool(width <= page.viewport_size["width"]) if page.viewport_size else False


def look(page: Page, axe: Axe) -> None:
    axe(page)
    assert fits(page), page.url


@pytest.mark.parametrize("width", WIDTHS)
def test_a_city_leaves_from_the_first_page_to_the_disconnect_order(
    world: World, signed_in: SignedIn, axe: Axe, width: int
) -> None:
    page = signed_in(world.purchaser, width=width)
    page.goto("/orders/services/")
    page.get_by_role("link", name="notices of leaving CALNET").click()
    page.get_by_role("link", name="Leave with services").click()
    look(page, axe)
    page.get_by_label("Contractor and contract").select_option(str(world.contract.pk))
    page.get_by_role("button", name="Start the draft").click()
    expect(page.get_by_role("alert", name="There is a problem")).to_be_visible()
    look(page, axe)
    page.get_by_label(re.compile("Migrate")).check()
    page.get_by_role("button", name="Start the draft").click()
    look(page, axe)
    page.get_by_role("checkbox", name=re.compile("12 × Hosted VoIP")).check()
    page.get_by_role("button", name="Save and continue").click()
    look(page, axe)
    page.get_by_label("Remarks").fill("To Frontier")
    page.get_by_role("button", name="Save and continue").click()
    look(page, axe)
    page.get_by_role("button", name="Give notice").click()
    end = timezone.localdate() + timedelta(days=30)
    expect(page.get_by_text("The letter is being made and sent.").last).to_be_visible()
    run_worker()
    page.reload()
    expect(page.get_by_role("link", name="Download the letter")).to_be_visible()
    expect(page.get_by_text(f"{end:%B} {end.day}, {end.year}").first).to_be_visible()
    look(page, axe)
    page.get_by_role("link", name="Draft the disconnect order").click()
    look(page, axe)
    page.get_by_label("Agency Request Number").fill("LODI-OFF-1")
    page.get_by_role("button", name="Begin the order").click()
    expect(page.get_by_text("account 555")).to_be_visible()
    assert Order.objects.get(agency_request_number="LODI-OFF-1").leaving.letter is not None


@pytest.mark.parametrize("width", WIDTHS)
def test_inside_the_two_years_the_chapter_is_quoted_and_there_is_no_button(
    world: World, signed_in: SignedIn, axe: Axe, width: int
) -> None:
    page = signed_in(world.purchaser, width=width)
    page.goto("/orders/leaving/new/")
    bound = page.get_by_role("option", name=re.compile("C4-BOUND")).get_attribute("value")
    page.get_by_label("Contractor and contract").select_option(bound)
    page.get_by_label(re.compile("Terminate")).check()
    page.get_by_role("button", name="Start the draft").click()
    page.get_by_role("checkbox", name=re.compile("Every service of category")).check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Save and continue").click()
    refusal = page.get_by_role("region", name="Before notice can be given")
    expect(refusal).to_contain_text("for a period of two years")
    expect(refusal).to_contain_text("with a 30 calendar day notice")
    expect(page.get_by_role("button", name="Give notice")).to_have_count(0)
    look(page, axe)
    page.get_by_role("link", name="Withdraw this draft").click()
    look(page, axe)
    page.get_by_label("Why the services stay").fill("We wait")
    page.get_by_role("button", name="Withdraw").click()
    look(page, axe)
    assert Leaving.objects.get().state == LeavingState.WITHDRAWN


@pytest.mark.parametrize("width", WIDTHS)
def test_a_local_document_goes_from_the_city_to_the_desk_and_becomes_a_service(
    world: World, signed_in: SignedIn, axe: Axe, width: int, tmp_path: Path
) -> None:
    file = tmp_path / "purchase order.pdf"
    file.write_bytes(DOCUMENT)
    page = signed_in(world.purchaser, width=width)
    page.goto("/orders/local/new/")
    look(page, axe)
    page.get_by_label("Contractor and contract").select_option(str(world.contract.pk))
    page.get_by_label("Document number").fill("PO-2026-77")
    page.get_by_label("Document date").fill(TODAY.isoformat())
    page.get_by_label("The document (PDF)").set_input_files(file)
    page.get_by_label("Service address").fill("221 West Pine Street")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Quantity of Hosted VoIP").fill("3")
    page.get_by_role("button", name="Add Hosted VoIP").click()
    look(page, axe)
    page.get_by_role("link", name="Continue").click()
    look(page, axe)
    page.get_by_role("button", name="Record and send").click()
    run_worker()
    page.reload()
    expect(page.get_by_role("link", name="Download the record")).to_be_visible()
    look(page, axe)

    order = LocalOrder.objects.get()
    desk = signed_in(world.desk, width=width)
    desk.goto("/orders/desk/")
    desk.get_by_role("link", name="orders on local purchasing documents").click()
    look(desk, axe)
    desk.get_by_role("link", name="PO-2026-77").click()
    desk.get_by_role("button", name="Acknowledge").click()
    desk.get_by_role("link", name="Complete lines").click()
    look(desk, axe)
    desk.get_by_label(re.compile("Line 1")).check()
    desk.get_by_label("SR Number").fill("SR-77")
    desk.get_by_role("button", name="Complete").click()
    expect(desk.get_by_text("1 line is completed.")).to_be_visible()
    look(desk, axe)
    order.refresh_from_db()
    assert order.state == LocalState.COMPLETED
    assert OpenService.objects.get(added_locally_by__order=order).sr_number == "SR-77"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("who", ["purchaser", "desk", "auditor"])
def test_lists_and_small_pages_are_sound_and_fit(
    world: World, signed_in: SignedIn, axe: Axe, width: int, who: str
) -> None:
    order = make_acknowledged(world)
    page = signed_in(getattr(world, who), width=width)
    paths = [
        "/orders/local/",
        "/orders/local/?show=open",
        "/orders/leaving/",
        f"/orders/local/{order.pk}/",
    ]
    if who == "purchaser":
        paths += ["/orders/", "/orders/services/", f"/orders/local/{order.pk}/cancel/"]
    if who == "desk":
        paths += [f"/orders/local/{order.pk}/{rest}/" for rest in ("complete", "reject")]
    for path in paths:
        page.goto(path)
        look(page, axe)
