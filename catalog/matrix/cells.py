"""One cell of a matrix file to one value, or Unexpected with what should stand there."""

import re
from decimal import Decimal
from typing import Literal

from catalog.matrix.sheet import Cell, DateCell

Designation = Literal["mandatory", "non_mandatory", "undetermined"]

ERROR_TEXTS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
)
# A spreadsheet program keeps 15 digits of a number and shows zeros for the rest.
EXACT_NUMBERS_BELOW = 10**15
AMOUNTS_BELOW = Decimal(100_000_000)
AMOUNT = re.compile(r"\$?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,4})?)", re.ASCII)
RATE = re.compile(r"\$?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)? per \S.*", re.ASCII)
DESIGNATIONS: dict[str, Designation] = {
    "": "undetermined",
    "undetermined": "undetermined",
    "mandatory": "mandatory",
    "required": "mandatory",
    "non mandatory": "non_mandatory",
    "discretionary": "non_mandatory",
}


class Unexpected(Exception):
    """The cell does not hold what its column is for. `expected` completes "expected ..."."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def text(cell: Cell, *, longest: int, lines: bool = False, required: bool = False) -> str:
    """The text of a cell without spaces around it; `lines` allows line breaks and tabs inside.

    Letters that nobody sees (control and format characters) are refused: two texts that look
    alike would differ.
    """
    value = cell.strip() if isinstance(cell, str) else _number_text(cell)
    if not value.isprintable():
        value = _with_visible_letters(value, lines=lines)
    if required and not value:
        raise Unexpected("a text; this column is filled on every line")
    if len(value) > longest:
        raise Unexpected(f"at most {longest:,} characters; it has {len(value):,}")
    if value in ERROR_TEXTS:
        raise Unexpected("a value; the cell shows an error")
    return value


def _with_visible_letters(value: str, *, lines: bool) -> str:
    value = value.replace("\xa0", " ")
    if lines:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    visible = value.replace("\n", "").replace("\t", "") if lines else value
    if not visible.isprintable():
        raise Unexpected("text without control or invisible characters")
    return value


def _number_text(cell: Cell) -> str:
    """A number as its shortest text: 85191.0 is "85191", 6.1 is "6.1"."""
    if isinstance(cell, bool | DateCell):
        kind = "a date or time" if isinstance(cell, DateCell) else "a truth value"
        raise Unexpected(f"text; the cell holds {kind}, so format the column as text")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)


def identifier(cell: Cell, *, longest: int) -> str:
    """A product identifier as text. Leading zeros stay if the file has the cell as text."""
    inexact = isinstance(cell, float) and not cell.is_integer()
    if inexact or (isinstance(cell, float | int) and abs(cell) >= EXACT_NUMBERS_BELOW):
        raise Unexpected("an identifier; the cell is a number, so format the column as text")
    return text(cell, longest=longest, required=True)


def amount(cell: Cell) -> Decimal | None:
    """A charge in dollars, None where the cell is empty: 0 or more, at most 4 decimals.

    A number is taken as the shortest decimal that stands for it, which is what a person typed;
    NaN, infinity, dates and truth values have no such form.
    """
    written = cell.strip() if isinstance(cell, str) else repr(cell)
    if not written:
        return None
    match = AMOUNT.fullmatch(written)
    if match is None:
        raise Unexpected("an amount such as 1234.50, 0 or more, with at most 4 decimals")
    value = Decimal(match[1].replace(",", ""))
    if value >= AMOUNTS_BELOW:
        raise Unexpected(f"an amount below {AMOUNTS_BELOW:,}")
    return value


def designation(cell: Cell) -> Designation:
    """The chapter's word for the Department's word; an empty cell is "undetermined"."""
    word = cell if isinstance(cell, str) else str(cell)
    found = DESIGNATIONS.get(" ".join(word.replace("-", " ").split()).casefold())
    if found is None:
        raise Unexpected("Mandatory (Required), Non-Mandatory (Discretionary) or Undetermined")
    return found


def usage_rate(cell: Cell, *, longest: int) -> str:
    """A rate as the file writes it, "" where there is none."""
    value = cell.strip() if isinstance(cell, str) else str(cell)
    if value and (len(value) > longest or not value.isprintable() or not RATE.fullmatch(value)):
        raise Unexpected("a rate such as 0.0120 per minute, or nothing")
    return value
