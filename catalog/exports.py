"""Services found, as rows of a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

import xlsxwriter
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from catalog.models import Designation
from catalog.models.services import ListingQuerySet
from catalog.search.stretches import FOREVER
from stmm.exports import neutralised

AT_ONCE = 2000  # rows
PIECE = 64 * 1024  # bytes
COLUMNS = (
    "Contractor",
    "Program",
    "Contract",
    "Category",
    "Category name",
    "Section",
    "Product ID",
    "Service",
    "Description",
    "Restrictions",
    "Unit",
    "Monthly (MRC), US dollars",
    "One-time (NRC), US dollars",
    "Usage rate",
    "Price basis",
    "Designation",
    "As of",
    "So from",
    "So through",
)
_FIELDS = (
    "contract__contractor__name",
    "contract__vehicle",
    "contract__number",
    "category__code",
    "category__name",
    "service__section",
    "service__product_id",
    "service__name",
    "offer__description",
    "offer__restrictions",
    "unit",
    "offer__mrc",
    "offer__nrc",
    "offer__usage_rate",
    "offer__price_basis",
    "designation",
    "starts_on",
    "until",
)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows(listings: ListingQuerySet, *, on: date) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each listing, in one query, a few at a time.

    The last two columns say for which Pacific days charges and designation hold; the last one
    is empty while no change is known.
    """
    found = listings.values_list(*_FIELDS).iterator(chunk_size=AT_ONCE)
    for *stated, designation, starts_on, until in found:
        last_day = "" if until == FOREVER else until - timedelta(days=1)
        yield (*stated, Designation.Value(designation).label, on, starts_on, last_day)


def xlsx_download(
    file_name: str, header: Sequence[str], lines: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        _workbook(header, lines),
        content_type=WORKBOOK,
        headers={"Content-Disposition": content_disposition_header(True, file_name) or ""},
    )


def _workbook(header: Sequence[str], lines: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A workbook of one sheet, piece by piece: it grows in a file, and is never held whole."""
    with TemporaryFile() as file:
        options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
        book = xlsxwriter.Workbook(file, options)
        sheet = book.add_worksheet("Catalog")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(header) - 1, 18)
        bold = book.add_format({"bold": True})
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, bold)
        for number, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                _write(sheet, number, column, value)
        book.close()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    """Text as text whatever it looks like; amounts as numbers, days as dates."""
    if isinstance(value, Decimal):
        sheet.write_number(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value)
    elif value:
        sheet.write_string(row, column, neutralised(value))
