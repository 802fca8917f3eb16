"""The review and the decision of an exemption request in a browser."""

import pytest
from playwright.sync_api import Page, expect

from exemptions.models import ExemptionRequest, RequestState
from tests.browser.conftest import Axe, SignedIn
from tests.browser.test_desk import Look
from tests.exemptions.factories import Case, make_case, make_request
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
State = RequestState
WIDTHS = pytest.mark.parametrize("width", [1280, 320])


@pytest.fixture
def case(transactional_db: None) -> Case:
    return make_case()


def state(request: ExemptionRequest) -> str:
    request.refresh_from_db()
    return request.state


def refuse_empty(page: Page, look: Look, button: str, heading: str) -> None:
    """The form without anything in it says what is lacking, and has the focus there."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("alert", name="There is a problem")).to_be_focused()
    look(heading)


def take_and_ask(page: Page, look: Look, request: ExemptionRequest) -> None:
    page.goto("/exemptions/queue/")
    look("Queue of exemption requests")
    page.get_by_role("button", name="Take it").click()
    look(request.number)
    page.get_by_role("link", name="Ask the agency").click()
    look("Ask the agency")
    refuse_empty(page, look, "Send the question", "Ask the agency")
    page.get_by_label("Your question").fill("Which sites?")
    page.get_by_role("button", name="Send the question").click()
    look(request.number)
    expect(page.get_by_role("main")).to_contain_text("the clock stands still")


def answer(page: Page, look: Look, request: ExemptionRequest) -> None:
    page.goto(request.get_absolute_url())
    look(request.number)
    page.get_by_role("link", name="Answer").click()
    look("Answer the Department")
    page.get_by_label("Your answer").fill("Both.")
    page.get_by_role("button", name="Send the answer").click()
    look(request.number)


def recommend(page: Page, look: Look, request: ExemptionRequest, outcome: str) -> None:
    page.goto("/")
    look("Home")
    page.get_by_role("link", name=request.number).click()
    page.get_by_role("link", name="Recommend", exact=True).click()
    heading = f"Recommend on {request}"
    look(heading)
    refuse_empty(page, look, "Recommend", heading)
    page.get_by_label(outcome, exact=True).check()
    page.get_by_label("No CALNET service at the sites").check()
    page.get_by_label("CALNET meets the need").check()
    page.get_by_role("textbox", name="Conditions").fill("Send STND the contract.")
    page.get_by_label("What it rests on").fill("Both were asked.")
    page.get_by_role("button", name="Recommend", exact=True).click()
    look(request.number)


def come_to_decide(page: Page, look: Look, request: ExemptionRequest) -> None:
    page.goto("/")
    look("Home")
    page.get_by_role("link", name=request.number).click()
    look(f"Decide {request}")


@WIDTHS
def test_asked_answered_returned_and_denied(
    signed_in: SignedIn, axe: Axe, case: Case, width: int
) -> None:
    request = make_request(case, State.SENT)
    analyst, agency, director = (
        signed_in(user, width=width) for user in (case.analyst, case.atr, case.deputy_director)
    )
    look_at = {page: Look(page, axe, width) for page in (analyst, agency, director)}
    take_and_ask(analyst, look_at[analyst], request)
    answer(agency, look_at[agency], request)
    recommend(analyst, look_at[analyst], request, "Deny")

    come_to_decide(director, look_at[director], request)
    director.get_by_text("To return it with a question").click()
    director.get_by_label("Return", exact=True).check()
    director.get_by_label("Charges are missing").check()
    director.get_by_label("In your own words").fill("And what does it cost?")
    director.get_by_label("Your password").fill(PASSWORD)
    director.get_by_role("button", name="Decide").click()
    look_at[director](request.number)
    assert state(request) == State.QUESTION_OUT

    answer(agency, look_at[agency], request)
    recommend(analyst, look_at[analyst], request, "Deny")
    come_to_decide(director, look_at[director], request)
    expect(director.get_by_label("CALNET meets the need")).to_be_checked()
    director.get_by_label("In your own words").fill("AT&T serves the summit.")
    director.get_by_label("Your password").fill(PASSWORD)
    director.get_by_role("button", name="Decide").click()
    look_at[director](request.number)
    assert state(request) == State.DENIED


@pytest.mark.parametrize("javascript", [True, False])
def test_approved_with_conditions_by_a_delegate(
    signed_in: SignedIn, axe: Axe, case: Case, javascript: bool
) -> None:
    request = make_request(case, State.IN_REVIEW)
    analyst = signed_in(case.analyst, width=1280)
    recommend(analyst, Look(analyst, axe, 1280), request, "Approve")
    page = signed_in(case.delegate, javascript=javascript)

    page.goto(f"{request.get_absolute_url()}decide/")
    expect(page.get_by_role("textbox", name="Condition 1 (optional)")).to_have_value(
        "Send STND the contract."
    )
    page.get_by_role("textbox", name="Condition 2 (optional)").fill("Report the costs.")
    page.get_by_label("Condition 2, due by").fill("2126-12-31")
    page.get_by_label("In your own words").fill("The storm took the fibre.")
    page.get_by_label("Your password").fill("a guess")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert", name="There is a problem")).to_contain_text(
        "This is not your password."
    )
    expect(page.get_by_role("textbox", name="Condition 2 (optional)")).to_have_value(
        "Report the costs."
    )
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Decide").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(request.number)
    expect(page.get_by_role("main")).to_contain_text("Report the costs.")
    assert state(request) == State.APPROVED
