"""In a browser: an approval and the signature after it, an amendment, a line cancelled."""

import pytest
from playwright.sync_api import Page, expect

from orders.models import LineProgress, Order, State
from stmm.management.commands.load_demo import PASSWORD
from tests.browser import journey
from tests.browser.conftest import Axe, SignedIn
from tests.browser.journey import Look, arrive
from tests.browser.test_main_job import OpenAs, sideways
from tests.worker import run_worker

pytestmark = pytest.mark.usefixtures("demonstration")

RULE = "wants its CATR’s approval of every order. Hand it over"


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(words)


def want_the_catrs_word(catr: Page, look: Look) -> None:
    catr.goto("/agencies/")
    catr.get_by_role("link", name="California Highway Patrol").click()
    catr.get_by_role("link", name="Who signs orders").click()
    arrive(catr, "Who signs", look)
    catr.get_by_label("Always").check()
    catr.get_by_role("button", name="Record the rule").click()
    says(catr, "The rule is recorded")
    look(catr)


def name_a_deputy(catr: Page, look: Look) -> None:
    catr.get_by_role("link", name="Name a deputy").click()
    arrive(catr, "Name a deputy", look)
    catr.get_by_label("ATR").select_option(label="Ana Reyes")
    catr.get_by_label("First day").fill("2125-03-02")
    catr.get_by_label("Last day").fill("2125-03-06")
    catr.get_by_role("button", name="Name the deputy").click()
    says(catr, "Ana Reyes stands in for the CATR")
    look(catr)
    catr.get_by_role("button", name="End now for Ana Reyes").click()
    says(catr, "Ana Reyes does not stand in for the CATR any more")


def make_order(atr: Page, look: Look) -> None:
    """Up to the review, which says that the CATR's word is wanted."""
    journey.find_and_begin(atr, look)
    journey.add_lines(atr, look)
    journey.fill_in(atr, look)
    expect(atr.get_by_role("main")).to_contain_text(RULE)
    expect(atr.get_by_role("main")).to_contain_text("Buyer: non-exempt State agency")
    journey.hand_over(atr, look)


def approve(catr: Page, order: Order, look: Look) -> None:
    catr.goto(f"/orders/{order.pk}/review/")
    arrive(catr, "Review before signing", look)
    catr.get_by_role("button", name="Approve as CATR").click()
    says(catr, "is approved: any ATR can sign it")
    expect(catr.get_by_role("table", name="Approvals of this order")).to_contain_text("In force")
    look(catr)


def sign(page: Page, order: Order, look: Look) -> None:
    page.goto(f"/orders/{order.pk}/review/")
    arrive(page, "Review before signing", look)
    page.get_by_role("link", name="Go on to sign").click()
    arrive(page, "Sign", look)
    page.get_by_label("I attest to this sentence").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign and send").click()
    says(page, "is signed")
    run_worker()


def write_a_note(atr: Page, order: Order, look: Look) -> None:
    atr.goto(order.get_absolute_url())
    atr.get_by_text("Add a note").click()
    atr.get_by_label("Note", exact=True).fill("Ask the Fresno office first.")
    atr.get_by_role("button", name="Add the note").click()
    says(atr, "The note is on the order")
    expect(atr.get_by_role("region", name="Notes inside")).to_contain_text("Ask the Fresno office")
    look(atr)


def amend(atr: Page, order: Order, look: Look) -> Order:
    atr.goto(order.get_absolute_url())
    atr.get_by_role("link", name="Amend").click()
    arrive(atr, "Amend this order", look)
    atr.get_by_label("Reason").fill("Two more stations.")
    atr.get_by_role("button", name="Start the amendment").click()
    arrive(atr, "Lines", look)
    atr.get_by_role("link", name="Change request #3").click()
    atr.get_by_label("Quantity").fill("14")
    atr.get_by_role("button", name="Save the line").click()
    arrive(atr, "Lines", look)
    draft = Order.objects.get(supersedes=order)
    atr.goto(f"/orders/{draft.pk}/review/")
    changes = atr.get_by_role("region", name="What the amendment changes")
    row = changes.locator("tbody tr", has_text="Quantity")
    expect(row.locator("td")).to_have_text(["12", "14"])
    look(atr)
    return draft


def cancel_a_line(atr: Page, order: Order, look: Look) -> None:
    atr.goto(order.get_absolute_url())
    atr.get_by_role("link", name="Cancel lines or all").click()
    arrive(atr, "Cancel lines or all", look)
    atr.get_by_label("Only the lines that I check").check()
    atr.get_by_label(f"#2 Add 1 {journey.SERVICES[1]}").check()
    atr.get_by_label("Reason").fill("The old line serves another year.")
    atr.get_by_role("button", name="Cancel what I chose").click()
    says(atr, "are cancelled. The order desk is told by mail.")
    look(atr)


def ask_for_a_sooner_day(atr: Page, look: Look) -> None:
    atr.get_by_role("link", name="Ask for a sooner day").click()
    arrive(atr, "Ask for a sooner day", look)
    atr.get_by_label("Wanted on").fill("2125-03-02")
    atr.get_by_label("Reason").fill("The office opens sooner.")
    atr.get_by_role("button", name="Ask the contractor").click()
    says(atr, "The order desk is asked by mail")
    look(atr)


def change_a_sent_order(open_as: OpenAs, look: Look) -> None:
    """From the rule to the cancelled line of the amendment."""
    catr, atr = open_as("catr@chp.example"), open_as("atr@chp.example")
    want_the_catrs_word(catr, look)
    name_a_deputy(catr, look)
    make_order(atr, look)
    order = Order.objects.get(agency_request_number=journey.NUMBER)
    approve(catr, order, look)
    sign(atr, order, look)
    write_a_note(atr, order, look)
    draft = amend(atr, order, look)
    sign(catr, draft, look)
    atr.goto(order.get_absolute_url())
    expect(atr.get_by_role("main")).to_contain_text("Superseded by its amendment")
    look(atr)
    cancel_a_line(atr, draft, look)
    ask_for_a_sooner_day(atr, look)


def check(order: Order) -> None:
    """What became of it, and what its contractor's desk may not read of it."""
    former, amendment = order, Order.objects.get(supersedes=order)
    assert (former.state, amendment.state) == (State.SUPERSEDED, State.ROUTED)
    assert former.signature.role == "ATR"
    rows = LineProgress.objects.filter(line__order=amendment)
    assert list(rows.values_list("state", flat=True)) == ["open", "cancelled", "open"]


@pytest.mark.parametrize("width", [1280, 320])
def test_an_order_is_approved_signed_amended_and_cancelled_in_part(
    signed_in: SignedIn, axe: Axe, width: int
) -> None:
    open_as = OpenAs(signed_in, width=width)

    def look(page: Page) -> None:
        assert sideways(page) <= 0, page.url
        axe(page)

    change_a_sent_order(open_as, look)

    order = Order.objects.get(agency_request_number=journey.NUMBER)
    check(order)
    desk = open_as("desk@att.example")
    desk.goto(order.get_absolute_url())
    expect(desk.get_by_role("main")).to_contain_text("Superseded by its amendment")
    expect(desk.get_by_role("main")).not_to_contain_text("Ask the Fresno office")
    expect(desk.get_by_role("main")).not_to_contain_text("CATR’s approval")
    look(desk)


def test_it_works_without_javascript(signed_in: SignedIn) -> None:
    def look(page: Page) -> None:
        expect(page.get_by_role("main")).to_be_visible()

    change_a_sent_order(OpenAs(signed_in, javascript=False), look)

    check(Order.objects.get(agency_request_number=journey.NUMBER))
