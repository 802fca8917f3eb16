"""The workbook in which people fill in many lines, with the services to choose from."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from catalog.models import Contract, Listing
from orders.files.many_lines import COLUMNS, MOST_LINES
from orders.models import OrderLine
from stmm.exports import neutralised

# The sheet that is read when the workbook comes back, and the one to choose from
LINES, PRODUCTS = "Lines", "Products"
_PRODUCT_COLUMNS = (
    "Product ID",
    "Service",
    "Unit",
    "Monthly (MRC), US dollars",
    "One-time (NRC), US dollars",
    "Usage rate",
    "Price",
)
_PLACES = {column.attribute: place for place, column in enumerate(COLUMNS)}
_IDENTIFIERS = ("product_id", "billing_account")
_WIDTHS = {"description": 40, "comment": 40, "billing_account": 32, "requested_date": 26}


def line_template(contract: Contract, *, on: date) -> bytes:
    """An .xlsx with a sheet of headings to fill in, and one of what is offered on the day `on`.

    Identifiers are text, so that their leading zeros stay; no text is taken for a formula.
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        lines, products = book.add_worksheet(LINES), book.add_worksheet(PRODUCTS)
        count = _write_products(book, products, contract, on)
        _write_headings(book, lines)
        _check_cells(lines, count, on)
    return file.getvalue()


def _products(contract: Contract, on: date) -> Iterator[tuple[Any, ...]]:
    """A row of _PRODUCT_COLUMNS for each service offered, in one query."""
    found = Listing.objects.on(on).filter(contract=contract).order_by("service__product_id")
    rows = found.values_list(
        "service__product_id", "service__name", "unit", "offer__mrc", "offer__nrc",
        "offer__usage_rate", "offer__price_basis",
    )  # fmt: skip
    for *stated, basis in rows.iterator(chunk_size=2000):
        yield (*stated, "Sample price" if basis == "sample" else basis)


def _write_products(book: Any, sheet: Any, contract: Contract, on: date) -> int:
    """Gives the number of products."""
    bold, charge = book.add_format({"bold": True}), book.add_format({"num_format": "0.00##"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(_PRODUCT_COLUMNS) - 1, 22)
    sheet.set_column(1, 1, 60)
    for place, title in enumerate(_PRODUCT_COLUMNS):
        sheet.write_string(0, place, title, bold)
    number = 0
    for number, row in enumerate(_products(contract, on), start=1):
        for place, value in enumerate(row):
            if isinstance(value, Decimal):
                sheet.write_number(number, place, value, charge)
            elif value:
                sheet.write_string(number, place, neutralised(value))
    return number


def _write_headings(book: Any, sheet: Any) -> None:
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for column in COLUMNS:
        place, name = _PLACES[column.attribute], column.attribute
        looks = text if name in _IDENTIFIERS else day if name == "requested_date" else None
        sheet.set_column(place, place, _WIDTHS.get(name, 18), looks)
        sheet.write_string(0, place, column.heading, bold)


def _check_cells(sheet: Any, products: int, on: date) -> None:
    """What the spreadsheet program itself checks while people type."""
    checks: dict[str, dict[str, Any]] = {
        "quantity": {
            "validate": "integer",
            "criteria": "between",
            "minimum": 1,
            "maximum": 1_000_000,
            "input_message": "Empty means 1.",
            "error_message": "Give a whole number from 1 to 1,000,000.",
        },
        "order_type": {
            "validate": "list",
            "source": OrderLine.Type.labels,
            "input_message": "Empty means Add.",
            "error_message": "Choose Add, Disconnect, Change or Move.",
        },
        "requested_date": {
            "validate": "date",
            "criteria": ">=",
            "value": on,
            "error_message": "Give today or a later day.",
        },
    }
    if products:
        checks["product_id"] = {
            "validate": "list",
            "source": f"={PRODUCTS}!$A$2:$A${products + 1}",
            # What was withdrawn is not in the list, and can still be disconnected
            "error_type": "warning",
            "input_message": f"As in the sheet {PRODUCTS}.",
            "error_message": f"The sheet {PRODUCTS} has no such Product ID.",
        }
    for attribute, check in checks.items():
        place = _PLACES[attribute]
        sheet.data_validation(1, place, MOST_LINES, place, check)
