"""The acceptance journey: from a search to the auditor's copy of what the contractor got."""

import pytest
from playwright.sync_api import Page, expect

from stmm.accounts.models import User
from stmm.documents.models import StoredDocument
from tests.browser import journey
from tests.browser.conftest import Axe, SignedIn
from tests.browser.journey import Look
from tests.worker import run_worker

pytestmark = pytest.mark.usefixtures("demonstration")


class OpenAs:
    """Opens the pages of people of the demonstration, all in the same kind of browser."""

    def __init__(self, signed_in: SignedIn, *, javascript: bool = True, width: int = 1280) -> None:
        self._signed_in = signed_in
        self._javascript, self._width = javascript, width

    def __call__(self, email: str) -> Page:
        user = User.objects.get(email=email)
        return self._signed_in(user, javascript=self._javascript, width=self._width)


def do_the_main_job(open_as: OpenAs, look: Look) -> tuple[bytes, bytes]:
    """The file in the mail to the contractor, and the auditor's."""
    atr = open_as("atr@chp.example")
    journey.find_and_begin(atr, look)
    journey.add_lines(atr, look)
    journey.fill_in(atr, look)
    journey.hand_over(atr, look)
    catr = open_as("catr@chp.example")
    journey.sign(catr, look)
    run_worker()
    mailed = journey.mailed_file(catr, look)
    return mailed, journey.audited_file(open_as("auditor@auditor.example"), look)


def check_files(mailed: bytes, audited: bytes) -> None:
    assert mailed.startswith(b"%PDF-")
    assert audited == mailed == bytes(StoredDocument.objects.get(kind="std20").content)


def sideways(page: Page) -> int:
    """By how many CSS pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_the_main_job_ends_in_two_equal_files_and_axe_finds_nothing_on_the_way(
    signed_in: SignedIn, axe: Axe
) -> None:
    check_files(*do_the_main_job(OpenAs(signed_in), axe))


def test_the_main_job_works_without_javascript(signed_in: SignedIn) -> None:
    def look(page: Page) -> None:
        expect(page.get_by_role("main")).to_be_visible()

    check_files(*do_the_main_job(OpenAs(signed_in, javascript=False), look))


def test_the_main_job_fits_a_screen_of_320_pixels_and_axe_finds_nothing_there(
    signed_in: SignedIn, axe: Axe
) -> None:
    def look(page: Page) -> None:
        assert sideways(page) <= 0, page.url
        axe(page)

    check_files(*do_the_main_job(OpenAs(signed_in, width=320), look))
