"""Matrix files made for the tests: sound ones, and archives taken apart and changed."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence

import xlsxwriter

from catalog.matrix.columns import COLUMNS

HEADINGS = [column.heading for column in COLUMNS]
LINE: dict[str, object] = {
    "Section Number": "1.2 MPLS, VPN and Converged VoIP",
    "Line Item Number": "1",
    "Feature Name": "SIP Trunking",
    "Feature Description": "",
    "Contractor's Product Identifier": "S5B02766",
    "Unit of Measure": "month",
    "Designation": "Mandatory",
    "Non-Recurring Charge": "80.00",
    "Monthly Recurring Charge": "300.75",
    "Usage Rate": "",
    "Restrictions, Limitations and Comments": "",
    "Price Basis": "sample",
    "Designation Basis": "contract title",
}
SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"


def line(**changes: object) -> list[object]:
    """The cells of one sound line; `changes` are by attribute of MatrixRow."""
    by_attribute = {column.attribute: LINE[column.heading] for column in COLUMNS}
    return list((by_attribute | changes).values())


def csv_file(rows: Sequence[Sequence[object]], *, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Sequence[Sequence[object]], *, other_sheets: Sequence[str] = ()) -> bytes:
    """A workbook with each cell as the type it has here; text stays text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_urls": False, "nan_inf_to_errors": True}) as book:
        book.set_properties({"created": dt.datetime(2019, 2, 28)})  # noqa: DTZ001  zip has no zone
        date_format = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                elif hasattr(cell, "isoformat"):
                    sheet.write_datetime(at, column, cell, date_format)
                else:
                    sheet.write(at, column, cell)
        for name in other_sheets:
            book.add_worksheet(name).write_string(0, 0, "filled")
    return file.getvalue()


def parts_of(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_of(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def sound_parts() -> dict[str, bytes]:
    return parts_of(xlsx_file([HEADINGS, line()]))


def workbook_with(**added: bytes) -> bytes:
    return archive_of(sound_parts() | added)


def workbook_with_sheet(xml_of_rows: str) -> bytes:
    """A workbook whose one sheet has these `<row>` elements."""
    sheet = (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org'
        f'/spreadsheetml/2006/main"><sheetData>{xml_of_rows}</sheetData></worksheet>'
    )
    return archive_of(sound_parts() | {SHEET: sheet.encode()})
