"""The pages from upload to publication: what they show, and what they answer."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.models import CatalogEdition, Contract, MatrixUpload
from stmm.accounts.models import User
from tests.catalog.factories import make_contract, make_designation
from tests.catalog.matrix_files import HEADINGS, csv_file, line
from tests.catalog.uploads import make_stnd, make_upload, publish, reread, send
from tests.factories import SINCE, signed_in

pytestmark = pytest.mark.django_db
NEXT = date(2024, 7, 1)
KEY = "6f1f3a52-9a34-4a5c-8f7e-0d6f6a3c1b12"


@pytest.fixture
def stnd() -> User:
    return make_stnd()


@pytest.fixture
def browser(stnd: User) -> Client:
    return signed_in(stnd)


@pytest.fixture
def contract() -> Contract:
    return make_contract("C3-A-1")


def text_of(browser: Client, address: str) -> str:
    content = browser.get(address, follow=True).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


def post_file(browser: Client, contract: Contract, name: str, content: bytes) -> str:
    data = {
        "contract": contract.pk,
        "file": SimpleUploadedFile(name, content),
        "effective_from": "2024-07-01",
        "key": KEY,
    }
    return browser.post(reverse("uploads:new"), data, follow=True).content.decode()


def test_an_uploaded_file_waits_with_its_progress_shown(
    browser: Client, contract: Contract
) -> None:
    page = post_file(browser, contract, "m.csv", csv_file([HEADINGS, line()]))
    assert "Waiting to be read" in page
    assert "<progress" in page
    assert 'hx-trigger="every 2s"' in page


def test_the_waiting_page_gives_way_to_the_comparison(browser: Client, contract: Contract) -> None:
    upload = send(contract, [line()])
    address = upload.get_absolute_url()
    assert browser.get(address, headers={"HX-Request": "true"}).status_code == 200
    reread(upload)
    answer = browser.get(address, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.csv", b"", "The file is empty"),
        ("m.pdf", b"%PDF", "Choose a file named .xlsx"),
        ("m", b"x", "Choose a file named .xlsx"),
    ],
)
def test_a_file_that_can_not_be_a_matrix_is_refused_at_the_form(
    browser: Client, contract: Contract, name: str, content: bytes, message: str
) -> None:
    page = post_file(browser, contract, name, content)
    assert "Problem: " in page
    assert message in page
    assert not MatrixUpload.objects.exists()


def test_a_day_before_the_latest_edition_is_refused_at_the_form(
    browser: Client, contract: Contract
) -> None:
    publish(make_upload(contract, [line()], effective_from=date(2025, 1, 1)))
    page = post_file(browser, contract, "m.csv", csv_file([HEADINGS, line()]))
    assert "effective from January 1, 2025" in page


def test_the_comparison_shows_old_and_new_with_the_largest_price_move_first(
    browser: Client, contract: Contract
) -> None:
    before = [line(product_id=name, mrc=f"{price}.00") for name, price in (("A", 10), ("B", 100))]
    publish(make_upload(contract, before))
    after = [line(product_id=name, mrc=price) for name, price in (("A", "15.00"), ("B", "99.00"))]
    upload = make_upload(contract, after, effective_from=NEXT)
    page = text_of(browser, f"{upload.get_absolute_url()}?show=prices")
    assert "Nothing has changed in the catalog" in page
    assert "$10.00 → $15.00 +50.0%" in page
    assert "$100.00 → $99.00 −1.0%" in page
    assert page.index("$15.00") < page.index("$99.00")


def test_each_list_of_the_comparison_can_be_looked_at(browser: Client, contract: Contract) -> None:
    publish(make_upload(contract, [line(product_id="A"), line(product_id="B")]))
    lines = [
        line(product_id="A", designation="Non-Mandatory"),
        line(product_id="C"),
        line(product_id="C"),
    ]
    upload = make_upload(contract, lines, effective_from=NEXT)
    shown = {
        "added": "Lines the catalog doesn’t have yet",
        "withdrawn": "Services the file no longer lists",
        "flags": "Mandatory (Required) → Non-mandatory (Discretionary)",
        "repeated": "row 3",
        "nonsense": "Lines that change",
    }
    for key, words in shown.items():
        assert words in text_of(browser, f"{upload.get_absolute_url()}?show={key}"), key


def test_cells_in_error_are_told_with_row_column_value_and_expectation(
    browser: Client, contract: Contract
) -> None:
    upload = make_upload(contract, [line(), line(product_id="B", mrc="-5")])
    page = text_of(browser, upload.get_absolute_url())
    assert "Can’t be loaded" in page
    assert "3 Monthly Recurring Charge “-5” an amount such as 1234.50, 0 or more" in page
    assert "Publish, effective" not in page


def test_the_comparison_is_downloaded_whole_and_no_cell_is_a_formula(
    browser: Client, contract: Contract
) -> None:
    publish(make_upload(contract, [line(product_id="A", name="Old"), line(product_id="B")]))
    lines = [line(product_id="A", name="=1+1"), line(product_id="C"), line(product_id="C")]
    upload = make_upload(contract, lines, effective_from=NEXT)
    answer = browser.get(reverse("uploads:comparison", args=[upload.pk]))
    text = b"".join(answer).decode()
    assert "Changed,2,A,'=1+1,Feature Name,Old,'=1+1," in text
    assert "Withdrawn,,B" in text
    assert "Repeated,4,C" in text
    assert "Added,3,C" in text


def test_publishing_by_the_page_and_its_refusals(
    browser: Client, stnd: User, contract: Contract
) -> None:
    own = make_upload(contract, [line()], by=stnd)
    address = reverse("uploads:publish", args=[own.pk])
    assert "A second person publishes" in text_of(browser, own.get_absolute_url())
    page = browser.post(address, {"shown": 1}, follow=True).content.decode()
    assert "A second person publishes" in page
    upload = make_upload(contract, [line()])
    make_designation("mandatory", contract)
    publish_it = reverse("uploads:publish", args=[upload.pk])
    browser.post(publish_it, {"shown": 1})
    assert CatalogEdition.objects.get().loaded_by == stnd
    page = browser.post(address, {"shown": 1}, follow=True).content.decode()
    assert "Not done" in page


def test_columns_are_corrected_on_a_page(browser: Client, contract: Contract) -> None:
    headings = ["Preis" if name == "Monthly Recurring Charge" else name for name in HEADINGS]
    upload = make_upload(contract, content=csv_file([headings, line()]))
    address = reverse("uploads:columns", args=[upload.pk])
    assert "First cells: 300.75" in text_of(browser, address)
    data = {
        f"column_{at}": attribute or "none" for at, (_, attribute, _) in enumerate(upload.columns)
    }
    page = browser.post(address, data).content.decode()
    assert "No column is chosen for: Monthly Recurring Charge." in page
    page = browser.post(address, data | {"column_8": "nrc"}).content.decode()
    assert "Non-Recurring Charge is chosen for two columns." in page
    browser.post(address, data | {"column_8": "mrc"})
    assert reread(upload).state == "checked"
    publish(MatrixUpload.objects.get())
    assert "can’t be changed now" in text_of(browser, address)


def test_comparing_for_another_day_and_rejecting(browser: Client, contract: Contract) -> None:
    publish(make_upload(contract, [line()], effective_from=SINCE))
    upload = make_upload(contract, [line(mrc="1.00")], effective_from=NEXT)
    compare = reverse("uploads:compare", args=[upload.pk])
    page = browser.post(compare, {"effective_from": "2001-01-01"}).content.decode()
    assert "Problem: " in page
    browser.post(compare, {"effective_from": "2024-08-01"})
    assert reread(upload).effective_from == date(2024, 8, 1)
    reject = reverse("uploads:reject", args=[upload.pk])
    assert "Problem: " in browser.post(reject, {"reason": ""}).content.decode()
    browser.post(reject, {"reason": "The wrong year"})
    assert "Reason: The wrong year" in text_of(browser, upload.get_absolute_url())
    assert "The wrong year" not in text_of(browser, reverse("uploads:list"))
    assert "Rejected" in text_of(browser, reverse("uploads:list"))
