"""Many lines of a STD. 20 at once, as rows of a table: pasted, or from a file.

Every row is read, and each cell that holds something else is told by row and column.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.matrix import cells
from catalog.matrix.cells import Unexpected
from catalog.matrix.problem import Problem, quote
from catalog.matrix.sheet import Cell
from catalog.matrix.spellings import letters
from orders.models import OrderLine
from stmm.documents.glyphs import normalise, unprintable
from stmm.exports import TRIGGERS

Type = OrderLine.Type

MOST_LINES = 500
_QUANTITY = re.compile(r"\d{1,3}(?:,\d{3})+|\d+", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00:00)?", re.ASCII)
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", re.ASCII)
_TYPES = {label.casefold(): Type(value) for value, label in Type.choices}


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as a row asks for it. `row` counts as a spreadsheet program shows it."""

    row: int
    product_id: str
    quantity: int
    order_type: str
    requested_date: date | None
    billing_account: str
    description: str
    comment: str


@dataclass(frozen=True, slots=True)
class Named:
    """A Product ID of some row; the row may have problems in other cells."""

    row: int
    product_id: str
    order_type: str


@dataclass(frozen=True, slots=True)
class Rows:
    """What a table asks for: `lines` of sound rows, `named` of all rows that name a product."""

    lines: tuple[LineRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    named: tuple[Named, ...] = ()

    @property
    def product_ids(self) -> frozenset[str]:
        return frozenset(named.product_id for named in self.named)


def _plain(cell: Cell) -> Cell:
    """Without the sign by which a download keeps a text from being taken for a formula."""
    if isinstance(cell, str) and cell[:1] == "'" and cell[1:].startswith(TRIGGERS):
        return cell[1:]
    return cell


def _printed(cell: Cell, longest: int, *, lines: bool = False) -> str:
    """A text that the form can print."""
    text = normalise(cells.text(cell, longest=longest, lines=lines))
    found = dict.fromkeys(str(each) for each in unprintable(text))
    if found:
        raise Unexpected(f"what the form can print, which {', '.join(found)} is not")
    return text


def _product_id(cell: Cell) -> str:
    return cells.identifier(cell, longest=64)


def _quantity(cell: Cell) -> int:
    whole = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    written = str(whole).strip()
    if not written:
        return 1
    quantity = int(written.replace(",", "")) if _is_short_number(written) else 0
    if not 1 <= quantity <= 1_000_000:
        raise Unexpected("a whole number from 1 to 1,000,000, or nothing for 1")
    return quantity


def _is_short_number(written: str) -> bool:
    return len(written) < 20 and _QUANTITY.fullmatch(written) is not None


def _order_type(cell: Cell) -> str:
    word = str(cell).strip().casefold()
    if not word:
        return Type.ADD
    if word not in _TYPES:
        raise Unexpected("Add, Disconnect, Change or Move, or nothing for Add")
    return _TYPES[word]


def _day(cell: Cell) -> date | None:
    written = str(cell).strip()
    if not written:
        return None
    day = _written_day(written)
    if day is None:
        raise Unexpected("a day such as 4/15/2026 or 2026-04-15, or nothing")
    return day


def _written_day(written: str) -> date | None:
    if match := _ISO_DAY.fullmatch(written):
        year, month, day = match.groups()
    elif match := _US_DAY.fullmatch(written):
        month, day, year = match.groups()
    else:
        return None
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:  # no such day in the calendar
        return None


def _account(cell: Cell) -> str:
    if isinstance(cell, str) and not cell.strip():
        return ""
    cells.identifier(cell, longest=60)
    return _printed(cell, 60)


def _long_text(cell: Cell) -> str:
    return _printed(cell, 2000, lines=True)


@dataclass(frozen=True, slots=True)
class Column:
    """`attribute` is the field of LineRow; `others` are headings that mean it too."""

    attribute: str
    heading: str
    read: Callable[[Cell], Any]
    others: tuple[str, ...] = ()


# In the order of a table without headings; the words of the form, section 7
COLUMNS = (
    Column(
        "product_id",
        "Product ID",
        _product_id,
        ("product identifier", "feature id", "usoc", "feature id usoc product id", "service id"),
    ),
    Column("quantity", "Quantity", _quantity, ("qty",)),
    Column("order_type", "Order type", _order_type, ("type",)),
    Column(
        "requested_date",
        "Requested date of service",
        _day,
        ("requested date", "service date", "date"),
    ),
    Column(
        "billing_account",
        "Existing billing account number",
        _account,
        ("billing account number", "billing account", "account number", "account", "ban"),
    ),
    Column("description", "Description", _long_text),
    Column("comment", "Comment", _long_text, ("comments",)),
)
HEADINGS = {column.attribute: column.heading for column in COLUMNS}
_MEANT = {
    letters(spelt): column.attribute
    for column in COLUMNS
    for spelt in (column.heading, *column.others)
}
_IN_ORDER = ", ".join(column.heading for column in COLUMNS)


@dataclass
class _Reading:
    """A table while it is read; `places` says which column of ours each cell of a row is of."""

    on: date
    places: dict[int, str] = field(
        default_factory=lambda: {at: column.attribute for at, column in enumerate(COLUMNS)}
    )
    is_headed: bool = False
    lines: list[LineRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)

    def rows(self) -> Rows:
        return Rows(tuple(self.lines), tuple(self.problems), tuple(self.named))


def read_lines(rows: Iterable[Sequence[Cell]], *, on: date) -> Rows:
    """The lines that a table asks for, on the Pacific day `on`, with every problem in it.

    Its first filled row may be headings, in any order of columns. An empty type is Add, an
    empty quantity 1, and nothing is read after the 500th line.
    """
    reading = _Reading(on)
    filled = ((at, row) for at, row in enumerate(rows, start=1) if not _is_empty(row))
    for count, (at, row) in enumerate(filled):
        if count == 0 and _is_heading(row):
            _read_headings(reading, at, row)
            if reading.problems:
                break
        elif count - reading.is_headed >= MOST_LINES:
            expected = f"at most {MOST_LINES} lines; put the rest on another order"
            reading.problems.append(Problem(at, "this line", quote(row[0]), expected))
            break
        else:
            _read_line(reading, at, row)
    return reading.rows()


def read_pasted(text: str, *, on: date) -> Rows:
    """`read_lines` of a text with a line for each row, its cells separated by tabs or commas.

    A tab anywhere means that tabs do, as spreadsheets copy cells.
    """
    delimiter = "\t" if "\t" in text else ","
    table: list[list[str]] = []
    try:
        table.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        # The rows before the one that can't be read are in the table
        expected = "a quotation mark at both ends of a cell and doubled within it, or none"
        problem = Problem(len(table) + 1, "this line", "", expected)
        before = read_lines(table, on=on)
        return Rows(before.lines, (*before.problems, problem), before.named)
    return read_lines(table, on=on)


def _is_empty(row: Iterable[Cell]) -> bool:
    return all(isinstance(cell, str) and not cell.strip() for cell in row)


def _meaning(cell: Cell) -> str:
    return _MEANT.get(letters(str(cell)), "")


def _is_heading(row: Sequence[Cell]) -> bool:
    """The Product ID's heading is there, or two others: no line looks like that."""
    meant = [meaning for cell in row if (meaning := _meaning(cell))]
    return "product_id" in meant or len(meant) > 1


def _read_headings(reading: _Reading, at: int, row: Sequence[Cell]) -> None:
    reading.is_headed, reading.places = True, {}
    for place, cell in enumerate(row):
        meaning = _meaning(cell)
        if meaning and meaning in reading.places.values():
            problem = Problem(at, HEADINGS[meaning], quote(cell), "this column once")
            reading.problems.append(problem)
        elif meaning:
            reading.places[place] = meaning
        elif not _is_empty([cell]):
            expected = f"one of these headings: {_IN_ORDER}; delete other columns"
            reading.problems.append(Problem(at, f"column {place + 1}", quote(cell), expected))
    if "product_id" not in reading.places.values():
        expected = "a column with this heading"
        reading.problems.append(Problem(at, HEADINGS["product_id"], "", expected))


def _read_line(reading: _Reading, at: int, row: Sequence[Cell]) -> None:
    before = len(reading.problems)
    typed: dict[str, Cell] = dict.fromkeys(HEADINGS, "")
    for place, cell in enumerate(row):
        if place in reading.places:
            typed[reading.places[place]] = _plain(cell)
        elif not _is_empty([cell]):
            reading.problems.append(
                Problem(at, f"column {place + 1}", quote(cell), _beyond(reading))
            )
    read: dict[str, Any] = {}
    for column in COLUMNS:
        cell = typed[column.attribute]
        try:
            read[column.attribute] = column.read(cell)
        except Unexpected as error:
            problem = Problem(at, column.heading, quote(cell), error.expected)
            reading.problems.append(problem)
    reading.problems += _of_the_whole(reading, at, read)
    if "product_id" in read:
        kind = read.get("order_type", Type.DISCONNECT)
        reading.named.append(Named(at, read["product_id"], kind))
    if len(reading.problems) == before:
        reading.lines.append(LineRow(at, **read))


def _beyond(reading: _Reading) -> str:
    if reading.is_headed:
        return "nothing, as this column has no heading"
    return f"nothing: without headings the columns are {_IN_ORDER}"


def _of_the_whole(reading: _Reading, at: int, read: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with cells that are right by themselves."""
    day = read.get("requested_date")
    if day is not None and day < reading.on:
        expected = "today or a later day, as this one has passed"
        yield Problem(at, HEADINGS["requested_date"], str(day), expected)
    kind = read.get("order_type", Type.ADD)
    if kind != Type.ADD and read.get("billing_account") == "":
        expected = f"the number: {Type(kind).label} needs it"
        yield Problem(at, HEADINGS["billing_account"], "", expected)
