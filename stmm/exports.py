"""Downloads for spreadsheets, in which no text is taken for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any, Literal

import xlsxwriter
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

# What makes a spreadsheet read a cell as a formula, at the start of its text
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\0")
# By it Excel knows UTF-8
BYTE_ORDER_MARK = "\N{BYTE ORDER MARK}"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 64 * 1024  # bytes

Ending = Literal["csv", "xlsx"]


def neutralised(value: Any) -> Any:
    """A text with `'` before it if it starts like a formula; anything else as it is."""
    if isinstance(value, str) and value.startswith(TRIGGERS):
        return f"'{value}"
    return value


class _Line:
    """A file that keeps nothing: what is written to it is given back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A CSV file, line by line, so that a long one is never held whole."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([neutralised(value) for value in row])


def csv_download(
    file_name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        csv_lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, file_name) or ""},
    )


def xlsx_download(
    file_name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str
) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        _workbook(header, rows, sheet),
        content_type=WORKBOOK,
        headers={"Content-Disposition": content_disposition_header(True, file_name) or ""},
    )


def spreadsheet(
    name: str, ending: Ending, header: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str
) -> StreamingHttpResponse:
    """As CSV or as a workbook, whose one sheet is called `sheet`."""
    if ending == "csv":
        return csv_download(f"{name}.csv", header, rows)
    return xlsx_download(f"{name}.xlsx", header, rows, sheet=sheet)


def _workbook(header: Sequence[str], rows: Iterable[Sequence[Any]], title: str) -> Iterator[bytes]:
    """A workbook of one sheet, piece by piece: it grows in a file, and is never held whole."""
    with TemporaryFile() as file:
        options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
        book = xlsxwriter.Workbook(file, options)
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(header) - 1, 18)
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(header):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value)
        book.close()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    """Text as text whatever it looks like; amounts as numbers, days as dates."""
    if isinstance(value, Decimal | int):
        sheet.write_number(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value)
    elif value:
        sheet.write_string(row, column, neutralised(value))
