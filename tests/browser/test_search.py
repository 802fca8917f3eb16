"""The search in a browser: narrowed, widened, mended, downloaded, and by strangers."""

import pytest
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from stmm.accounts.models import User
from tests.browser.conftest import Axe, OpenPage, SignedIn

pytestmark = pytest.mark.usefixtures("demonstration")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_search_is_narrowed_and_widened_again(
    signed_in: SignedIn, axe: Axe, javascript: bool
) -> None:
    page = signed_in(User.objects.get(email="atr@chp.example"), javascript=javascript)

    page.goto("/catalog/?q=services")
    before = page.locator("#found").inner_text()
    page.get_by_role("group", name="Designation").get_by_label("Non-mandatory").check()
    page.get_by_role("button", name="Apply filters").click()

    chips = page.get_by_role("list", name="Filters that are on")
    expect(chips).to_contain_text("Designation: Non-mandatory (Discretionary)")
    expect(page).to_have_url("/catalog/?q=services&designation=non_mandatory")
    expect(page.locator("#found")).not_to_have_text(before)
    if javascript:
        axe(page)
    page.get_by_role("link", name="Remove the filter Designation").click()
    expect(page.locator("#found")).to_have_text(before)


@pytest.mark.parametrize("width", [1280, 320])
def test_a_misspelt_word_finds_what_was_meant(signed_in: SignedIn, axe: Axe, width: int) -> None:
    page = signed_in(User.objects.get(email="atr@chp.example"), width=width)

    page.goto("/catalog/")
    page.get_by_label("What do you need?").fill("voipp")
    page.get_by_role("button", name="Search").click()

    main = page.get_by_role("main")
    expect(main).to_contain_text("No results for “voipp”; showing results for “voip”.")
    expect(page.get_by_role("article", name="Cloud Hosted VoIP Services")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_found_is_downloaded_for_excel(signed_in: SignedIn) -> None:
    page = signed_in(User.objects.get(email="atr@chp.example"))

    page.goto("/catalog/?q=voip")
    with page.expect_download() as started:
        page.get_by_role("link", name="Excel").click()

    assert started.value.suggested_filename.endswith(".xlsx")
    assert started.value.path().read_bytes().startswith(b"PK")


def test_a_stranger_searches_a_public_catalogue(
    open_page: OpenPage, axe: Axe, settings: Settings
) -> None:
    settings.STMM_PUBLIC_CATALOG = True
    page = open_page()

    page.goto("/catalog/?q=voip")
    page.get_by_role("link", name="Cloud Hosted VoIP Services").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Cloud Hosted VoIP Services")
    axe(page)
