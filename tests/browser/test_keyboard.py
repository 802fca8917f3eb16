"""A whole order without a mouse."""

import pytest

from orders.models import Order, State
from stmm.management.commands.load_demo import PASSWORD
from tests.browser.conftest import OpenPage
from tests.browser.journey import NUMBER, SERVICES
from tests.browser.keyboard import Keyboard

pytestmark = pytest.mark.usefixtures("demonstration")


def sign_in(open_page: OpenPage, email: str) -> Keyboard:
    page = open_page()
    page.goto("/")
    keyboard = Keyboard(page)
    keyboard.type("Email", email)
    keyboard.type("Password", PASSWORD)
    keyboard.press("Sign in")
    keyboard.arrive("What do you need?")
    return keyboard


def make_order(keyboard: Keyboard) -> None:
    keyboard.type("What do you need?", "voip")
    keyboard.press("Search")
    keyboard.follow("Add to order")
    keyboard.follow("Start a new order with it")
    keyboard.arrive("New STD. 20")
    keyboard.type("1. Agency Request Number", NUMBER)
    keyboard.press("Start the draft")
    for service in SERVICES[1:]:
        keyboard.arrive("Lines")
        keyboard.press(f"Add {service}")
    keyboard.follow("Change request #3")
    keyboard.arrive("Request #3")
    keyboard.type("Quantity", "12")
    keyboard.press("Save the line")
    keyboard.follow("Continue")
    keyboard.arrive("Where and when")
    keyboard.type("Requested service address", "1382 W Olive Ave\nFresno, CA 93728")
    keyboard.press("Save and continue")
    keyboard.arrive("Billing and contacts")
    keyboard.type("Billing address", "PO Box 942898\nSacramento, CA 94298-0001")
    keyboard.press("Save and continue")


def sign(keyboard: Keyboard) -> None:
    keyboard.follow(NUMBER)
    keyboard.follow("Review and sign")
    keyboard.follow("Go on to sign")
    keyboard.arrive("Sign")
    keyboard.tick("I attest to this sentence")
    keyboard.type("Your password", PASSWORD)
    keyboard.press("Sign and send")


def test_an_order_is_made_handed_over_and_signed_by_keyboard_alone(open_page: OpenPage) -> None:
    atr = sign_in(open_page, "atr@chp.example")
    make_order(atr)
    atr.arrive("Review before signing")
    atr.type("Note to the signer", "For the Fresno area office.")
    atr.press("Hand over for signature")
    atr.arrive(NUMBER)

    catr = sign_in(open_page, "catr@chp.example")
    sign(catr)
    catr.arrive(NUMBER)

    order = Order.objects.get(agency_request_number=NUMBER)
    assert order.state == State.SIGNED
    assert [line.quantity for line in order.lines.all()] == [1, 1, 12]


def test_the_first_stop_of_a_page_leads_past_its_navigation(open_page: OpenPage) -> None:
    keyboard = sign_in(open_page, "atr@chp.example")
    keyboard.page.goto("/orders/")

    keyboard.page.keyboard.press("Tab")
    keyboard.follow("Skip to main content")

    assert keyboard.page.evaluate("document.activeElement.id") == "main"
