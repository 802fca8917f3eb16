"""The rows of a text whose cells are separated by commas, tabs, semicolons or pipes."""

import csv
import io

from catalog.matrix.archive import SAVE_PLAIN, ZIP_START
from catalog.matrix.limits import MAX_COLUMNS, MAX_ROWS, TOO_MANY_COLUMNS, TOO_MANY_ROWS
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.sheet import Rows

# In the order of preference where two separate equally
DELIMITERS = (",", "\t", ";", "|")
UTF_16_STARTS = (b"\xff\xfe", b"\xfe\xff")
SAVE_UTF_8 = "Save it as “CSV UTF-8 (comma delimited)”, or as .xlsx, and send that file."
# Enough for a heading row
LOOKED_AT = 16 * 1024


def read_delimited(content: bytes) -> Rows:
    """Rows of a delimited text in UTF-8, with or without a byte order mark (quotes: RFC 4180).

    The delimiter is the one that separates its first filled line into the most cells.
    """
    _refuse_other_than_text(content)
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    number = 0
    try:
        rows = csv.reader(text, strict=True, delimiter=_delimiter(content))
        for number, row in enumerate(rows, start=1):
            if number > MAX_ROWS:
                raise MatrixRefused(TOO_MANY_ROWS)
            if len(row) > MAX_COLUMNS:
                raise MatrixRefused(TOO_MANY_COLUMNS)
            yield row
    except UnicodeDecodeError as error:
        raise MatrixRefused(
            f"The file is not in UTF-8 (a letter after row {number} cannot be read). {SAVE_UTF_8}"
        ) from error
    except csv.Error as error:
        raise MatrixRefused(
            f"Row {number + 1} cannot be read: a quotation mark is missing or a cell is longer "
            "than 131,072 characters. Correct it, and send the file again."
        ) from error


def _delimiter(content: bytes) -> str:
    start = content[:LOOKED_AT].decode("utf-8-sig", errors="replace")
    line = next((line for line in start.splitlines() if line.strip(" ,;|\t")), "")
    # Not strict: a quote left open is told by the reading itself, with its row
    cells = {
        delimiter: len(next(csv.reader([line], delimiter=delimiter), []))
        for delimiter in DELIMITERS
    }
    return max(DELIMITERS, key=lambda delimiter: cells[delimiter])


def _refuse_other_than_text(content: bytes) -> None:
    if content.startswith(ZIP_START):
        raise MatrixRefused(f"The file is named as a text but is a workbook. {SAVE_PLAIN}")
    if content.startswith(UTF_16_STARTS):
        raise MatrixRefused(f"The file is in UTF-16. {SAVE_UTF_8}")
    if b"\0" in content:
        raise MatrixRefused(f"The file holds NUL bytes, so it is not plain text. {SAVE_UTF_8}")
