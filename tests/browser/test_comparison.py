"""Comparing contractors, in a browser: found by search, compared, as of another day."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from catalog.models import Service
from tests.browser.conftest import Axe, SignedIn
from tests.catalog.factories import LONG_AGO, make_contract, make_offer, make_service
from tests.factories import Role, make_appointment


@pytest.fixture
def service(transactional_db: None) -> Service:
    """$10 at AT&T, $8 before LONG_AGO; $9 at Verizon."""
    service = make_service("Hosted VoIP seat", make_contract(), mrc=Decimal(8), nrc=Decimal(0))
    make_offer(service, effective_from=LONG_AGO, mrc=Decimal(10), nrc=Decimal(0))
    verizon = make_contract(contractor="Verizon")
    make_service("Hosted VoIP seat", verizon, mrc=Decimal(9), nrc=Decimal(0))
    return service


@pytest.mark.parametrize("javascript", [True, False])
def test_a_service_is_compared_for_a_quantity_and_a_day(
    service: Service, signed_in: SignedIn, axe: Axe, javascript: bool
) -> None:
    page = signed_in(make_appointment(Role.ATR).user, javascript=javascript)
    page.goto(f"/catalog/services/{service.pk}/")
    page.get_by_role("link", name="Compare Hosted VoIP seat").click()
    lowest = page.get_by_role("row").filter(has_text="Lowest")
    expect(lowest).to_contain_text("Verizon")
    page.get_by_label("Quantity").fill("5")
    page.get_by_label("As of").fill("2021-06-01")
    page.get_by_role("button", name="Compare").click()
    expect(lowest).to_contain_text("AT&T")
    expect(lowest).to_contain_text("$1,440.00")
    expect(page.get_by_text("not of today")).to_be_visible()
    if javascript:
        axe(page)


def test_an_analyst_marks_what_is_equivalent(
    service: Service, signed_in: SignedIn, axe: Axe
) -> None:
    page = signed_in(make_appointment(Role.STND).user, width=320)
    page.goto(f"/catalog/services/{service.pk}/compare/")
    axe(page)
    page.get_by_role("button", name="Mark Hosted VoIP seat, Verizon").click()
    expect(page.get_by_text("Equivalent, says the Department")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320


def test_the_price_chart_is_an_image_with_a_name(
    service: Service, signed_in: SignedIn, axe: Axe
) -> None:
    page = signed_in(make_appointment(Role.ATR).user)
    page.goto(f"/catalog/services/{service.pk}/?on=2021-06-01")
    expect(page.get_by_role("img", name="Monthly charge (MRC) since the start")).to_be_visible()
    axe(page)
