"""From a contractor's file to an edition in a browser: upload, dry run, a second person's word."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from catalog.demonstration import FOLDER
from catalog.models import CatalogEdition
from stmm.accounts.models import User
from tests.browser.conftest import Axe, SignedIn
from tests.worker import run_worker

pytestmark = pytest.mark.usefixtures("demonstration")
CONTRACT = "C4-DNCS-19-001-40"


@pytest.fixture
def matrix(tmp_path: Path) -> Path:
    """AT&T's next matrix: one charge dearer, one line gone, its columns turned and renamed."""
    source = FOLDER / "catalogs" / f"att_{CONTRACT}.csv"
    rows = list(csv.reader(source.read_text(encoding="utf-8-sig").splitlines()))
    at = rows[0].index("Monthly Recurring Charge")
    rows[0][at] = "MRC"
    rows[1][at] = "1234.50"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(row[::-1] for row in rows[:-1])
    path = tmp_path / "att-next.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def upload(page: Page, matrix: Path) -> None:
    page.goto("/catalog/uploads/")
    page.get_by_role("link", name="Upload a matrix").click()
    option = page.get_by_label("Contract", exact=True).locator("option", has_text=CONTRACT)
    page.get_by_label("Contract", exact=True).select_option(option.get_attribute("value"))
    page.get_by_label("Price and services matrix").set_input_files(matrix)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("status").first).to_contain_text("Nothing is published by that")
    expect(page.locator("#progress")).to_contain_text("Waiting to be read")


@pytest.mark.parametrize(
    ("javascript", "width"), [(True, 1280), (True, 320), (False, 1280)], ids=str
)
def test_a_file_is_uploaded_compared_and_published_by_a_second_person(
    signed_in: SignedIn, axe: Axe, matrix: Path, javascript: bool, width: int
) -> None:
    uploader = User.objects.get(email="analyst@cdt.example")
    second = User.objects.get(email="publisher@cdt.example")
    page = signed_in(uploader, javascript=javascript, width=width)

    upload(page, matrix)
    run_worker()
    if not javascript:
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="Comparison")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("A second person publishes")
    expect(page.get_by_role("table", name="Lines that change")).to_contain_text("→ $1,234.50")
    if javascript:
        axe(page)
    assert fits(page)

    other = signed_in(second, javascript=javascript, width=width)
    other.goto(page.url)
    other.get_by_role("button", name="Publish, effective").click()
    expect(other.get_by_role("status").first).to_contain_text("is published")
    assert CatalogEdition.objects.latest("pk").loaded_by == second
    if javascript:
        axe(other)
    assert fits(other)
