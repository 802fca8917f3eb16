"""The results as CSV and Excel: exactly what is filtered, and no formula in it."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from catalog.exports import COLUMNS
from stmm.exports import BYTE_ORDER_MARK, TRIGGERS
from tests.catalog.factories import MANDATORY, make_contract, make_designation, make_service
from tests.factories import SINCE, make_user, signed_in

pytestmark = pytest.mark.django_db
CSV, XLSX = reverse("catalog:search-csv"), reverse("catalog:search-xlsx")


@pytest.fixture
def reader() -> Client:
    return signed_in(make_user())


def get(client: Client, url: str, **query: Any) -> bytes:
    answer: Any = client.get(f"{url}?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def csv_rows(client: Client, **query: Any) -> list[dict[str, str]]:
    content = get(client, CSV, **query).decode().removeprefix(BYTE_ORDER_MARK)
    return list(csv.DictReader(StringIO(content, newline="")))


def xlsx_rows(client: Client, **query: Any) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(get(client, XLSX, **query)))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_a_row_says_all_of_a_service_and_that_its_price_is_a_sample(reader: Client) -> None:
    service = make_service(
        "Voice", make_contract("C3-A-1"), product_id="00851", mrc="96.25", description="Calls"
    )
    make_designation(MANDATORY, service)
    (row,) = csv_rows(reader)
    assert tuple(row) == COLUMNS
    assert row["Product ID"] == "00851"
    assert row["Contract"] == "C3-A-1"
    assert Decimal(row["Monthly (MRC), US dollars"]) == Decimal("96.25")
    assert row["Price basis"] == "sample"
    assert row["Designation"] == "Mandatory (Required)"
    assert row["As of"] == str(timezone.localdate())
    assert (row["So from"], row["So through"]) == (str(SINCE), "")


def test_excel_keeps_text_as_text_amounts_as_numbers_and_days_as_days(reader: Client) -> None:
    make_service("Voice", product_id="00851", mrc="96.25", nrc=None)
    header, row = xlsx_rows(reader)
    found = dict(zip(header, row, strict=True))
    assert tuple(header) == COLUMNS
    assert found["Product ID"] == "00851"
    assert found["Monthly (MRC), US dollars"] == 96.25
    assert found["One-time (NRC), US dollars"] == ""
    assert found["So from"] == SINCE
    assert found["Price basis"] == "sample"


def test_the_files_hold_what_the_page_finds_in_its_order(reader: Client) -> None:
    contract = make_contract()
    for number in range(25):
        make_service(f"Trunk {number:02d}", contract, mrc=str(100 - number))
    make_service("Other", contract)
    query = {"q": "trunk", "price": 3, "sort": "charge", "page": 2}
    named = [f"Trunk {number:02d}" for number in range(24, 0, -1)]
    assert [row["Service"] for row in csv_rows(reader, **query)] == named
    place = COLUMNS.index("Service")
    assert [row[place] for row in xlsx_rows(reader, **query)[1:]] == named


@pytest.mark.parametrize("trigger", TRIGGERS[:4])
def test_no_text_becomes_a_formula(reader: Client, trigger: str) -> None:
    make_service(f"{trigger}1+1", product_id=f"{trigger}A1", description=f"{trigger}cmd")
    (row,) = csv_rows(reader)
    assert row["Service"] == f"'{trigger}1+1"
    header, line = xlsx_rows(reader)
    found = dict(zip(header, line, strict=True))
    assert found["Product ID"] == f"'{trigger}A1"
    assert found["Description"] == f"'{trigger}cmd"


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_a_hundred_services_take_the_queries_of_one(reader: Client, url: str) -> None:
    contract = make_contract()
    make_service("Service", contract)
    with CaptureQueriesContext(connection) as one:
        get(reader, url, q="service")
    for number in range(100):
        make_service(f"Service {number}", contract)
    with CaptureQueriesContext(connection) as hundred:
        get(reader, url, q="service")
    assert len(hundred) == len(one) <= 9


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_a_filter_that_can_not_be_read_leads_back_to_the_page(reader: Client, url: str) -> None:
    answer = reader.get(f"{url}?category=abc&q=voip")
    assert answer.headers["Location"] == f"{reverse('catalog:search')}?category=abc&q=voip"
