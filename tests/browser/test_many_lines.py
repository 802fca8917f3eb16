"""Many lines at once by keyboard alone, on a narrow screen."""

import pytest
from playwright.sync_api import Page, expect

from orders.models import Order
from stmm.agencies.models import Contact
from tests.agencies.book import CONTACT
from tests.browser.conftest import Axe, SignedIn
from tests.browser.keyboard import Keyboard
from tests.catalog.factories import make_service
from tests.orders.desk_orders import make_acknowledged
from tests.orders.factories import World, make_draft, make_world

LINES = 40


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def look_at(page: Page, axe: Axe) -> None:
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url


def test_forty_lines_are_pasted_by_keyboard_on_a_narrow_screen(
    world: World, signed_in: SignedIn, axe: Axe
) -> None:
    order = make_draft(world)
    products = [make_service(f"VoIP {n}", world.contract).product_id for n in range(LINES)]
    rows = [f"{product},{n}" for n, product in enumerate(products, start=1)]
    page = signed_in(world.atr, width=320)
    page.goto(f"/orders/{order.pk}/lines/")
    keyboard = Keyboard(page)
    keyboard.follow("Paste many lines")
    keyboard.arrive("Paste many lines")
    look_at(page, axe)

    keyboard.type("Lines", "\n".join([f"{rows[0]},lend", *rows[1:]]))
    keyboard.press("Add these lines")
    expect(page.get_by_role("alert", name="There is a problem")).to_be_focused()
    expect(page.get_by_role("table", name="What is to be mended")).to_contain_text("Row 1")
    look_at(page, axe)
    assert not order.lines.exists()

    keyboard.type("Lines", "\n".join(rows))
    keyboard.press("Add these lines")
    keyboard.arrive("Lines")
    expect(page.get_by_role("status")).to_contain_text("40 lines are on the order.")
    look_at(page, axe)
    assert [line.quantity for line in order.lines.all()] == list(range(1, LINES + 1))


def test_a_contact_is_used_without_script_and_enter_saves_the_step(
    world: World, signed_in: SignedIn
) -> None:
    order = make_draft(world)
    Contact.objects.create(agency=world.agency, **CONTACT | {"name": "Sam Lee"})
    page = signed_in(world.atr, javascript=False, width=320)
    page.goto(f"/orders/{order.pk}/contacts/")
    page.get_by_label("Division").fill("Air Operations")
    page.get_by_role("combobox", name="Contact").select_option("Sam Lee")

    page.get_by_role("button", name="Use this contact").click()

    expect(page.get_by_label("Contact name")).to_have_value("Sam Lee")
    expect(page.get_by_label("Division")).to_have_value("Air Operations")
    page.get_by_label("Billing address").fill("P.O. Box 942898")
    page.get_by_label("Phone number").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Review before signing")
    stored = Order.objects.get(pk=order.pk)
    assert (stored.contact_name, stored.billing_address) == ("Sam Lee", "P.O. Box 942898")


def test_a_sent_order_of_many_lines_is_short_on_a_narrow_screen_and_prints_whole(
    world: World, signed_in: SignedIn, axe: Axe
) -> None:
    order = make_acknowledged(world, 60)
    plain = signed_in(world.atr, javascript=False, width=320)
    plain.goto(order.get_absolute_url())
    expect(plain.get_by_role("table", name="How far each line is")).to_have_count(1)
    expect(plain.locator("#line-60")).not_to_be_visible()
    plain.get_by_text("Lines 41 to 60", exact=True).click()
    expect(plain.locator("#line-60")).to_be_visible()

    page = signed_in(world.atr, width=320)
    page.goto(order.get_absolute_url())
    look_at(page, axe)
    page.goto(f"{order.get_absolute_url()}#line-30")
    expect(page.locator("#line-30")).to_be_in_viewport()
    look_at(page, axe)
    page.emulate_media(media="print")
    expect(page.locator("#line-60")).to_be_visible()
