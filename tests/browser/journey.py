"""The main job's steps in a browser, by what its pages show: names of fields, words on buttons."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from stmm.management.commands.load_demo import PASSWORD

CONTRACT = "C4-DNCS-19-001-40"
NUMBER = "CHP-2026-0147"
SERVICES = (
    "Cloud Hosted VoIP Services",
    "Flat Rate Internet Services",
    "Broadband with Internet Services",
)

# What is done to each page on the way: looked at by axe, measured
Look = Callable[[Page], None]


def arrive(page: Page, heading: str, look: Look) -> None:
    """Wait for a page by its first heading, and look at it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    look(page)


def find_and_begin(page: Page, look: Look) -> None:
    """Search "voip", and start an order with AT&T with what was found."""
    page.goto("/")
    arrive(page, "What do you need?", look)
    page.get_by_label("What do you need?").fill("voip")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url("/catalog/?q=voip")
    result = page.get_by_role("article", name=SERVICES[0])
    expect(result).to_contain_text("AT&T")
    expect(result).to_contain_text(CONTRACT)
    expect(result).to_contain_text("Allowed: your choice.")
    look(page)
    result.get_by_role("link", name="Add to order").click()
    arrive(page, "Add to an order", look)
    page.get_by_role("link", name="Start a new order with it").click()
    arrive(page, "New STD. 20", look)
    expect(page.get_by_label("Contractor and contract").locator("option:checked")).to_contain_text(
        f"AT&T · {CONTRACT}"
    )
    page.get_by_label("1. Agency Request Number").fill(NUMBER)
    page.get_by_role("button", name="Start the draft").click()
    arrive(page, "Lines", look)


def add_lines(page: Page, look: Look) -> None:
    """Two services more; each of the three shows what the chapter says of it."""
    for service in SERVICES[1:]:
        page.get_by_role("button", name=f"Add {service}").click()
        expect(page.get_by_role("row").get_by_role("rowheader", name=service).first).to_be_visible()
    lines = page.get_by_role("table", name="Lines, each with its decision")
    expect(lines.locator("tbody tr")).to_have_count(3)
    expect(lines).to_contain_text("Allowed: your choice.")
    expect(lines).to_contain_text("Allowed: CALNET is required.")
    look(page)
    page.get_by_role("link", name="Change request #3").click()
    arrive(page, "Request #3", look)
    page.get_by_label("Quantity").fill("12")
    page.get_by_role("button", name="Save the line").click()
    arrive(page, "Lines", look)


def fill_in(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Continue").click()
    arrive(page, "Where and when", look)
    page.get_by_label("Requested service address").fill("1382 W Olive Ave\nFresno, CA 93728")
    page.get_by_role("button", name="Save and continue").click()
    arrive(page, "Billing and contacts", look)
    page.get_by_label("Billing address").fill("PO Box 942898\nSacramento, CA 94298-0001")
    page.get_by_role("button", name="Save and continue").click()
    arrive(page, "Review before signing", look)


def hand_over(page: Page, look: Look) -> None:
    page.get_by_label("Note to the signer").fill("For the Fresno area office.")
    page.get_by_role("button", name="Hand over for signature").click()
    expect(page.get_by_role("status")).to_contain_text("waits for a signature")
    arrive(page, NUMBER, look)


def sign(page: Page, look: Look) -> None:
    page.goto("/")
    arrive(page, "What do you need?", look)
    page.get_by_role("table", name="Longest waiting first").get_by_role("link", name=NUMBER).click()
    arrive(page, NUMBER, look)
    page.get_by_role("link", name="Review and sign").click()
    arrive(page, "Review before signing", look)
    page.get_by_role("link", name="Go on to sign").click()
    arrive(page, "Sign", look)
    page.get_by_label("I attest to this sentence").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign and send").click()
    expect(page.get_by_role("status").first).to_contain_text("is signed")
    arrive(page, NUMBER, look)


def mailed_file(page: Page, look: Look) -> bytes:
    """The PDF of the mail, from the page that shows the mail."""
    page.goto("/mail/")
    arrive(page, "Mail to order desks", look)
    page.get_by_role("link", name="STD. 20").click()
    expect(page.get_by_role("heading", level=2, name="Attached")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("calnet-orders@att.example")
    look(page)
    return download(page, ".pdf")


def audited_file(page: Page, look: Look) -> bytes:
    """The PDF as the auditor finds and downloads it."""
    page.goto("/orders/")
    arrive(page, "Orders", look)
    page.get_by_label("Number, agency, contractor").fill(NUMBER)
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile(rf"/orders/\?q={NUMBER}&"))
    look(page)
    page.get_by_role("link", name=NUMBER).click()
    arrive(page, NUMBER, look)
    return download(page, "Download the STD. 20")


def download(page: Page, link: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("link", name=link).click()
    return started.value.path().read_bytes()
