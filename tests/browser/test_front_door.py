"""The first page anyone sees."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Axe, OpenPage


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_sign_in_page_asks_for_an_address_and_a_password(
    open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(javascript=javascript)

    page.goto("/accounts/login/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_label("Email")).to_be_editable()
    expect(page.get_by_label("Password")).to_be_editable()


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_on_the_sign_in_page(open_page: OpenPage, axe: Axe, width: int) -> None:
    page = open_page(width=width)

    page.goto("/accounts/login/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    axe(page)


def test_the_sign_in_page_does_not_scroll_sideways_on_a_narrow_screen(open_page: OpenPage) -> None:
    page = open_page(width=320)

    page.goto("/accounts/login/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_page_that_needs_a_person_leads_to_the_sign_in_page(open_page: OpenPage) -> None:
    page = open_page()

    page.goto("/")

    expect(page).to_have_url("/accounts/login/?next=/")
