"""Files of notices, as contractors' programs and spreadsheets write them."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from orders.files.desk_notices import HEADINGS, Notice, read_notices


def csv_of(*rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    lines = [headings, *rows]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in lines).encode()


def workbook_of(*rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    """As a spreadsheet program saves it: numbers are numbers, days are days."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for at, row in enumerate([headings, *rows]):
        sheet.write_row(at, 0, row)
    book.close()
    return file.getvalue()


def read(*rows: Sequence[object]) -> list[Notice]:
    reading = read_notices(name="n.csv", content=csv_of(*rows))
    assert reading.problems == []
    return reading.notices


def problems(content: bytes) -> list[str]:
    return [str(problem) for problem in read_notices(name="n.csv", content=content).problems]
