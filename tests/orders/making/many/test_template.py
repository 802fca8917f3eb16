"""The spreadsheet that is filled in with many lines, read back as another program reads it."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from orders.files.line_template import line_template
from orders.files.many_lines import COLUMNS
from tests.catalog.factories import make_contract, make_offer, make_service
from tests.factories import TODAY
from tests.orders.factories import World, make_draft
from tests.orders.pages import goes_to, page, post


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def xml_of(content: bytes, part: str) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(part).decode()


def test_it_has_the_headings_and_what_is_offered_today(world: World) -> None:
    make_service(
        "Long distance", world.contract, product_id="0085191", mrc=None, nrc=Decimal("0.0125"),
        usage_rate="0.0120 per minute", price_basis="matrix",
    )  # fmt: skip
    gone = make_service("Pagers", world.contract)
    make_offer(gone, effective_from=date(2021, 1, 1), withdrawn=True)
    make_service("Elsewhere", make_contract())

    found = sheets(line_template(world.contract, on=TODAY))

    assert list(found) == ["Lines", "Products"]
    assert found["Lines"] == [[column.heading for column in COLUMNS]]
    products = {row[0]: row[1:] for row in found["Products"][1:]}
    assert len(products) == 4
    assert products["0085191"] == [
        "Long distance", "month", "", 0.0125, "0.0120 per minute", "matrix",
    ]  # fmt: skip
    assert products[world.mandatory.product_id] == [
        "Hosted VoIP", "month", 96.0, 45.0, "", "Sample price",
    ]  # fmt: skip


def test_its_cells_are_checked_while_people_type(world: World) -> None:
    xml = xml_of(line_template(world.contract, on=TODAY), "xl/worksheets/sheet1.xml")

    assert "<formula1>Products!$A$2:$A$4</formula1>" in xml
    assert '<formula1>"Add,Disconnect,Change,Move"</formula1>' in xml
    assert xml.count("<dataValidation ") == 4
    assert 'sqref="A2:A501"' in xml


def test_a_contract_that_offers_nothing_has_no_list_to_choose_from(world: World) -> None:
    content = line_template(make_contract(), on=TODAY)

    assert len(sheets(content)["Products"]) == 1
    assert xml_of(content, "xl/worksheets/sheet1.xml").count("<dataValidation ") == 3


def test_no_text_of_the_catalogue_is_taken_for_a_formula(world: World) -> None:
    make_service("=1+1", world.contract, product_id="-V1")

    content = line_template(world.contract, on=TODAY)

    products = {row[0]: row[1] for row in sheets(content)["Products"][1:]}
    assert products["'-V1"] == "'=1+1"
    assert "<f>" not in xml_of(content, "xl/worksheets/sheet2.xml")


def test_it_is_downloaded_from_the_draft_and_read_when_it_comes_back(world: World) -> None:
    make_service("Odd", world.contract, product_id="-V1")
    order = make_draft(world)
    answer = page(world.atr, "orders:lines-template", order.pk)
    assert answer["Content-Disposition"] == 'attachment; filename="lines for C4-DNCS-19.xlsx"'

    sent = post(
        world.atr, "orders:upload-lines", order.pk, key=uuid4(),
        file=SimpleUploadedFile("lines.xlsx", answer.content),
    )  # fmt: skip
    assert "There is no line here" in str(sent.context["form"].errors)
    filled = f"{','.join(column.heading for column in COLUMNS)}\n'-V1,2\n".encode()
    sent = post(
        world.atr, "orders:upload-lines", order.pk, key=uuid4(),
        file=SimpleUploadedFile("lines.csv", filled),
    )  # fmt: skip

    assert goes_to(sent, "orders:lines", order.pk)
    assert order.lines.get().product_id == "-V1"


@pytest.mark.parametrize("services", [1, 60])
def test_it_takes_one_query_for_any_number_of_products(world: World, services: int) -> None:
    for number in range(services):
        make_service(f"VoIP {number}", world.contract)

    with CaptureQueriesContext(connection) as captured:
        line_template(world.contract, on=TODAY)

    assert len(captured) == 1
