"""Exemptions that were decided, in a browser: used up, ended, revoked; each page by axe."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from exemptions.models import ExemptionRequest, RequestState
from tests.browser.conftest import Axe, OpenPage, SignedIn
from tests.exemptions.factories import Case, make_case, make_request
from tests.exemptions.living import buy, first_item, make_condition, make_delegation
from tests.exemptions.verdicts import approval, decided
from tests.factories import PASSWORD, TODAY

FAR = date(2199, 1, 1)
WIDTHS = pytest.mark.parametrize("width", [1280, 320])


@pytest.fixture
def case(transactional_db: None) -> Case:
    return make_case()


@pytest.fixture
def approved(case: Case) -> ExemptionRequest:
    return make_request(case, RequestState.APPROVED, granted=3, amount=Decimal("300.00"), until=FAR)


def look(page: Page, axe: Axe) -> None:
    axe(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size is not None
    assert width <= page.viewport_size["width"], page.url


@WIDTHS
def test_a_condition_is_met_and_what_is_used_up_is_seen(
    case: Case, approved: ExemptionRequest, signed_in: SignedIn, axe: Axe, width: int
) -> None:
    make_condition(approved)
    make_condition(approved, due_on=TODAY)
    page = signed_in(case.atr, width=width)
    page.goto(approved.get_absolute_url())
    look(page, axe)
    page.get_by_role("link", name="Say how it was met").first.click()
    page.get_by_role("button", name="Record it as met").click()
    expect(page.get_by_role("alert", name="There is a problem")).to_be_focused()
    look(page, axe)
    page.get_by_label("How it was met").fill("The list was sent on March 1.")
    page.get_by_role("button", name="Record it as met").click()
    buy(case, first_item(approved), quantity=3, amount="300.00")
    page.reload()

    scope = page.get_by_role("table", name="What is granted, and what remains")
    expect(scope).to_contain_text("Used up")
    expect(page.get_by_role("table", name="Purchases that rely on it")).to_contain_text("$300.00")
    look(page, axe)
    page.goto("/")
    expect(
        page.get_by_role("heading", name="Conditions of exemptions, not met yet")
    ).to_be_visible()
    look(page, axe)


@WIDTHS
def test_an_ended_exemption_says_so(case: Case, signed_in: SignedIn, axe: Axe, width: int) -> None:
    ended = make_request(case, RequestState.EXPIRED, until=date(2026, 4, 1))
    page = signed_in(case.officer, width=width)
    page.goto(ended.get_absolute_url())

    expect(page.get_by_text("Purchases after March 31, 2026 are not covered.")).to_be_visible()
    expect(page.get_by_role("link", name="Revoke this exemption")).to_have_count(0)
    look(page, axe)


@WIDTHS
def test_the_consequences_are_seen_before_an_exemption_is_revoked(
    case: Case, approved: ExemptionRequest, signed_in: SignedIn, axe: Axe, width: int
) -> None:
    buy(case, first_item(approved), by=case.catr)
    page = signed_in(case.deputy_director, width=width)
    page.goto(approved.get_absolute_url())
    page.get_by_role("link", name="Revoke this exemption").click()
    expect(page.get_by_role("table", name="Purchases that relied on it")).to_contain_text("$80.00")
    look(page, axe)
    page.get_by_label("Reason").fill("CALNET serves the summit now.")
    page.get_by_label("Your password").fill("a guess")
    page.get_by_role("button", name="Revoke the exemption").click()
    expect(page.get_by_role("alert", name="There is a problem")).to_be_focused()
    expect(page.get_by_label("Reason")).to_have_value("CALNET serves the summit now.")
    look(page, axe)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Revoke the exemption").click()

    expect(page.get_by_text("Nothing may be bought under it any more")).to_be_visible()
    look(page, axe)


@WIDTHS
def test_delegations_in_a_browser(case: Case, signed_in: SignedIn, axe: Axe, width: int) -> None:
    make_request(case, RequestState.SENT, asks_for_delegation=True)
    delegation = make_delegation(case)
    page = signed_in(case.analyst, width=width)
    for path in ("", "lacking/", "new/", f"{delegation.pk}/", f"{delegation.pk}/withdraw/"):
        page.goto(f"/exemptions/delegations/{path}")
        look(page, axe)


@WIDTHS
def test_reports_and_the_register_in_a_browser(
    case: Case, signed_in: SignedIn, axe: Axe, width: int
) -> None:
    decided(case, approval(until=FAR))
    make_request(case, RequestState.SENT)
    page = signed_in(case.auditor, width=width)
    page.goto("/exemptions/reports/?since=2026-03-01&to=2026-03-31")
    expect(page.get_by_role("img", name="Approvals by ground")).to_be_visible()
    look(page, axe)
    page.goto("/exemptions/reports/?since=2026-03-02&to=2026-03-01")
    look(page, axe)
    page.goto("/exemptions/register/")
    look(page, axe)


def test_the_public_register_of_a_stranger(
    case: Case, open_page: OpenPage, axe: Axe, settings: Settings
) -> None:
    settings.STMM_PUBLIC_EXEMPTIONS = True
    decided(case, approval(until=FAR))
    page = open_page(width=320)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Register of exemption decisions").click()

    expect(page.get_by_text("In term")).to_be_visible()
    look(page, axe)
