"""The process that opens a workbook: `python -m catalog.matrix.child .xlsx ""`, workbook on stdin.

It writes one JSON value a line to stdout: lists of rows, and as the last line `{"end": true}` or
`{"refused": "why"}`. A reader that aborts or runs out of memory takes only this process with it.
JSON because its reader can be trusted with whatever a broken process writes.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from itertools import islice

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from catalog.matrix.archive import DAMAGED, MIB, PROTECTED, scan
from catalog.matrix.limits import MAX_COLUMNS, MAX_ROWS, TOO_MANY_COLUMNS, TOO_MANY_ROWS, TOO_MUCH
from catalog.matrix.refusal import MatrixRefused

ADDRESS_SPACE_BYTES = 512 * MIB
CPU_SECONDS = 30
ROWS_A_LINE = 500
MATRIX = "sheet with the price and services matrix"


def main(ending: str, preferred: str) -> None:
    """Read the workbook on stdin within limits that this process sets on itself."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        content = sys.stdin.buffer.read()
        scan(content, ending=ending)
        for rows in _batches(_only_sheet(content, preferred)):
            _write(rows)
        _write({"end": True})
    except MatrixRefused as refused:
        _write({"refused": str(refused)})
    except MemoryError:
        _write({"refused": TOO_MUCH})
    except PasswordError:
        _write({"refused": PROTECTED})
    except (CalamineError, ValueError, OSError):
        _write({"refused": DAMAGED})


def _write(value: object) -> None:
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_date_cell)
    sys.stdout.buffer.write(line.encode() + b"\n")


def _date_cell(value: object) -> dict[str, str]:
    """Dates, times and durations, which JSON has no word for."""
    return {"date": str(value)}


def _only_sheet(content: bytes, preferred: str) -> CalamineSheet:
    """The one sheet a person sees that is not empty. Which of two to take is not ours to guess.

    Only the one with the `preferred` name is taken before others.
    """
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    visible = [
        workbook.get_sheet_by_name(sheet.name)
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    filled = [sheet for sheet in visible if sheet.start is not None]
    filled = [sheet for sheet in filled if sheet.name == preferred] or filled
    if not filled:
        raise MatrixRefused("The workbook has no visible sheet with a filled cell.")
    if len(filled) > 1:
        names = ", ".join(f"“{sheet.name[:31]}”" for sheet in filled[:5])
        wanted = f"one to be read, or call it “{preferred}”" if preferred else MATRIX
        raise MatrixRefused(
            f"The workbook has {len(filled)} filled sheets ({names}). Keep only the {wanted}, and "
            "send the file again."
        )
    sheet = filled[0]
    if sheet.total_height > MAX_ROWS:
        raise MatrixRefused(TOO_MANY_ROWS)
    if sheet.total_width > MAX_COLUMNS:
        raise MatrixRefused(TOO_MANY_COLUMNS)
    return sheet


def _batches(sheet: CalamineSheet) -> Iterator[list[list[object]]]:
    left_out = [""] * (sheet.start[1] if sheet.start else 0)
    rows: Iterator[list[object]] = ([*left_out, *row] for row in sheet.iter_rows())
    while batch := list(islice(rows, ROWS_A_LINE)):
        yield batch


if __name__ == "__main__":
    main(*sys.argv[1:])
