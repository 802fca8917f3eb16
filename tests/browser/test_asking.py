"""An exemption request in a browser: begun, filled in with errors, mended, signed by the AIO."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from exemptions.models import ExemptionRequest, RequestState
from tests.browser.conftest import Axe, SignedIn
from tests.catalog.factories import FAR
from tests.exemptions.factories import Case, make_case, make_request
from tests.factories import PASSWORD

WIDTHS = [1280, 320]
LONG = "No CALNET contractor serves the summit.\n\nEach was asked; the fibre ends 40 miles away."


@pytest.fixture
def case(transactional_db: None) -> Case:
    return make_case()


def look(page: Page, axe: Axe) -> None:
    axe(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size is not None
    assert width <= page.viewport_size["width"], page.url


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{button}")).first.click()


def has_problem(page: Page) -> None:
    expect(page.get_by_role("alert", name="There is a problem")).to_be_focused()


def begin(page: Page, axe: Axe) -> None:
    page.goto("/exemptions/")
    look(page, axe)
    page.get_by_role("link", name="New request").click()
    press(page, "Begin the request")
    has_problem(page)
    look(page, axe)
    page.get_by_label("One specific project").fill("Radio site backhaul at Cold Springs")
    press(page, "Begin the request")


def describe(page: Page, axe: Axe) -> None:
    press(page, "Save and continue")
    has_problem(page)
    look(page, axe)
    page.get_by_label("The proposed services").fill("Ten links over licensed microwave.")
    page.get_by_label("The proposed source").fill("Sierra Microwave")
    press(page, "Save and continue")


def add_services(page: Page, axe: Axe) -> None:
    page.get_by_label("Search the catalog").fill("voip")
    press(page, "Search")
    look(page, axe)
    press(page, "Add Converged VoIP")
    press(page, "Save the service")
    has_problem(page)
    look(page, axe)
    page.get_by_label("Quantity").fill("10")
    page.get_by_label("Proposed source, a month").fill("$1,180.50")
    press(page, "Save the service")
    page.get_by_label("The service, in words").fill("Tower space at Cold Springs")
    page.get_by_label("Proposed source, once").fill("400")
    press(page, "Add it")
    expect(page.get_by_text("$11,805.00")).to_be_visible()
    press(page, "Move up Tower space")
    look(page, axe)


def give_reasons_from_the_review(page: Page, axe: Axe) -> None:
    """What is lacking leads to the very field."""
    page.goto(page.url.replace("/services/", "/review/"))
    look(page, axe)
    page.get_by_role("link", name="Give the compelling business reason.").click()
    expect(page).to_have_url(re.compile("/reasons/#id_compelling_reason$"))
    for label in ("The compelling business", "Why the CALNET services", "What happens if"):
        page.get_by_label(label).fill(LONG)
    press(page, "Save and continue")


def give_the_term(page: Page, axe: Axe) -> None:
    page.get_by_label("First day wanted").fill("2098-01-10")
    page.get_by_label("Last day wanted").fill("2098-01-01")
    press(page, "Save and continue")
    has_problem(page)
    look(page, axe)
    page.get_by_label("Last day wanted").fill("2099-01-09")
    page.get_by_label("Reference of another").fill("GTD-2026-014")
    press(page, "Save and continue")


def attach(page: Page, axe: Axe, folder: Path) -> None:
    for name, content in (("quote.pdf", b"%PDF-1.7 a quote"), ("page.pdf", b"<html>")):
        file = folder / name
        file.write_bytes(content)
        page.get_by_label("PDF file").set_input_files(file)
        press(page, "Attach")
    has_problem(page)
    look(page, axe)
    page.get_by_role("link", name="Continue").click()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_request_is_begun_mended_and_signed_by_the_officer(
    case: Case, signed_in: SignedIn, axe: Axe, width: int, tmp_path: Path
) -> None:
    page = signed_in(case.atr, width=width)
    begin(page, axe)
    describe(page, axe)
    add_services(page, axe)
    give_reasons_from_the_review(page, axe)
    give_the_term(page, axe)
    attach(page, axe, tmp_path)
    look(page, axe)
    press(page, "Tell the Agency Information Officer")
    expect(page.get_by_text("is told that it is ready").last).to_be_visible()
    request = ExemptionRequest.objects.get()

    officer = signed_in(case.officer, width=width)
    officer.goto("/")
    look(officer, axe)
    officer.get_by_role("link", name=str(request)).click()
    officer.get_by_role("link", name="Continue the draft").click()
    expect(officer.get_by_text("If you change this request")).to_be_visible()
    look(officer, axe)
    officer.goto(f"/exemptions/{request.pk}/review/")
    officer.get_by_role("link", name="Go on to sign").click()
    press(officer, "Sign and send")
    has_problem(officer)
    look(officer, axe)
    officer.get_by_label(re.compile("I sign and submit")).check()
    officer.get_by_label("Your password").fill(PASSWORD)
    press(officer, "Sign and send")
    expect(officer.get_by_text("is signed and sent to STND").last).to_be_visible()
    look(officer, axe)
    request.refresh_from_db()
    assert request.state == RequestState.SENT


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("who", ["atr", "analyst", "auditor"])
def test_the_page_of_a_request_is_sound_and_fits(
    case: Case, signed_in: SignedIn, axe: Axe, width: int, who: str
) -> None:
    page = signed_in(getattr(case, who), width=width)
    for state in (RequestState.QUESTION_OUT, RequestState.APPROVED, RequestState.REVOKED):
        page.goto(make_request(case, state, until=FAR).get_absolute_url())
        look(page, axe)
    page.goto("/exemptions/?state=approved")
    look(page, axe)


def test_two_people_at_one_draft_without_scripts(case: Case, signed_in: SignedIn, axe: Axe) -> None:
    draft = make_request(case, until=FAR)
    first, second = (signed_in(person, javascript=False) for person in (case.atr, case.catr))
    for page in (first, second):
        page.goto(f"/exemptions/{draft.pk}/project/")
    first.get_by_label("The proposed source").fill("Frontier")
    press(first, "Save for later")
    second.get_by_label("The proposed source").fill("Verizon")
    press(second, "Save and continue")

    expect(second.get_by_text("Now in the request: “Frontier”").last).to_be_visible()
    expect(second.get_by_label("The proposed source")).to_have_value("Verizon")
