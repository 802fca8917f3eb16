"""A price and services matrix file to its lines, its problems and its repeated lines."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from decimal import Decimal
from itertools import chain, islice
from sys import intern
from typing import Any

from catalog.matrix import cells
from catalog.matrix.columns import HEADINGS, FileColumn, Layout, read_headings
from catalog.matrix.formats import read_rows
from catalog.matrix.problem import Problem, quote
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.sheet import Cell

MAX_PROBLEMS = 1_000
# How many rows below the headings are looked at before the lines are read
FIRST_ROWS = 10
SAMPLES = 3
PROGRESS_EVERY = 5_000
NO_LINES = "The file has no line below its headings."
LEADING_CODE = re.compile(r"(?>\d+(?:\.\d+)*)(?![A-Za-z])", re.ASCII)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One line of a matrix. Charges are dollars, None where the file has none."""

    row: int
    section: str
    line_item: str
    name: str
    description: str
    product_id: str
    unit: str
    designation: cells.Designation
    nrc: Decimal | None
    mrc: Decimal | None
    usage_rate: str
    restrictions: str
    price_basis: str
    designation_basis: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A line that says again what an earlier line said, but for its line item number."""

    row: int
    first_row: int
    product_id: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a file holds. `more_problems` counts those beyond the first 1,000."""

    rows: tuple[MatrixRow, ...]
    problems: tuple[Problem, ...]
    repeats: tuple[Repeat, ...]
    ignored_columns: tuple[str, ...]
    more_problems: int = 0
    columns: tuple[FileColumn, ...] = field(default=(), compare=False)


Progress = Callable[[int], None]
Numbered = tuple[int, Sequence[Cell]]
CONTENT = tuple(f.name for f in fields(MatrixRow) if f.name not in ("row", "line_item"))


def _short(cell: Cell) -> str:
    # Interned: a hundred thousand lines share a few hundred such texts.
    return intern(cells.text(cell, longest=200))


# In the order of MatrixRow's fields.
READ: dict[str, Callable[[Cell], object]] = {
    "section": _short,
    "line_item": lambda cell: cells.text(cell, longest=50),
    "name": lambda cell: cells.text(cell, longest=500, required=True),
    "description": lambda cell: cells.text(cell, longest=2000, lines=True),
    "product_id": lambda cell: cells.identifier(cell, longest=64),
    "unit": _short,
    "designation": cells.designation,
    "nrc": cells.amount,
    "mrc": cells.amount,
    "usage_rate": lambda cell: cells.usage_rate(cell, longest=100),
    "restrictions": lambda cell: cells.text(cell, longest=2000, lines=True),
    "price_basis": _short,
    "designation_basis": _short,
}


@dataclass
class _Reading:
    """A matrix while it is read."""

    layout: Layout
    columns: tuple[FileColumn, ...] = ()
    by_product: dict[str, MatrixRow] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)
    more_problems: int = 0

    def __post_init__(self) -> None:
        positions = self.layout.positions
        self.plan = [(name, positions.get(name), read) for name, read in READ.items()]

    def complain(self, problem: Problem) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1

    def matrix(self) -> Matrix:
        return Matrix(
            tuple(self.by_product.values()),
            tuple(self.problems),
            tuple(self.repeats),
            self.layout.ignored,
            self.more_problems,
            self.columns,
        )


def read_matrix(
    *,
    name: str,
    content: bytes,
    chosen: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Matrix:
    """Read a whole matrix file of one of the FORMATS; load nothing of it while it has problems.

    The first filled row holds the headings; `chosen` says what some of them mean (by `spelling`).
    `progress` is told the number of the row now and then. Raises MatrixRefused where the file as
    a whole is not read: not a matrix format, damaged, hostile, too large, or without lines.
    """
    with closing(read_rows(name=name, content=content)) as all_rows:
        filled = ((at, row) for at, row in enumerate(all_rows, start=1) if not _is_empty(row))
        at, headings = next(filled, (0, ()))
        layout = read_headings(headings, row=at, chosen=chosen)
        first = list(islice(filled, FIRST_ROWS))
        reading = _Reading(
            layout,
            layout.columns([row for _, row in first[:SAMPLES]]),
            problems=_problems_of_headings(layout, first, chosen) if at else [],
        )
        if not reading.problems:
            _read_lines(reading, chain(first, filled), progress)
    if not reading.by_product and not reading.problems:
        raise MatrixRefused(NO_LINES)
    return reading.matrix()


def _problems_of_headings(
    layout: Layout, first: Sequence[Numbered], chosen: Mapping[str, str] | None
) -> list[Problem]:
    """What is wrong with the heading row; one problem alone where it stands further down."""
    for at, row in first if layout.lacks else ():
        if not read_headings(row, row=at, chosen=chosen).lacks:
            found = quote(layout.headings[0][1])
            expected = f"the headings, which stand in row {at}; delete the rows above them"
            return [Problem(layout.row, "first filled row", found, expected)]
    return list(layout.problems)


def _read_lines(reading: _Reading, lines: Iterator[Numbered], progress: Progress | None) -> None:
    for count, (at, row) in enumerate(lines, start=1):
        _read_line(reading, at, row)
        if progress is not None and count % PROGRESS_EVERY == 0:
            progress(count)


def category_code(section: str, known_codes: Collection[str]) -> str | None:
    """The longest known category code that a section number starts with, or None.

    "6.1.2.3.7.1" and "6.1.2.2 (additional)" are in 6.1, "1.2 MPLS, VPN" is in 1.2; "10.1" is
    never in 1, as codes are compared dot by dot.
    """
    leading = LEADING_CODE.match(section.strip())
    steps = leading.group().split(".") if leading else []
    candidates = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((code for code in candidates if code in known_codes), None)


def _is_empty(row: Iterable[Cell]) -> bool:
    return all(isinstance(cell, str) and not cell.strip() for cell in row)


def _read_line(reading: _Reading, at: int, row: Sequence[Cell]) -> None:
    misshapen = _misshapen(reading.layout.width, at, row)
    if misshapen:
        reading.complain(misshapen)
        return
    values: list[Any] = []
    for attribute, position, read in reading.plan:
        cell = "" if position is None else row[position]
        try:
            values.append(read(cell))
        except cells.Unexpected as error:
            reading.complain(Problem(at, HEADINGS[attribute], quote(cell), error.expected))
    if len(values) == len(reading.plan):
        _keep(reading, MatrixRow(at, *values))


def _misshapen(width: int, at: int, row: Sequence[Cell]) -> Problem | None:
    """A line with fewer or more cells than headings: its values may stand in wrong columns."""
    if len(row) < width:
        expected = f"{width} cells, one for each heading; the line has {len(row)}"
        return Problem(at, f"column {len(row) + 1}", "", expected)
    for position in range(width, len(row)):
        if not _is_empty([row[position]]):
            expected = "no cell without a heading; in a .csv, a comma in a text needs quotes"
            return Problem(at, f"column {position + 1}", quote(row[position]), expected)
    return None


def _keep(reading: _Reading, row: MatrixRow) -> None:
    first = reading.by_product.setdefault(row.product_id, row)
    if first is row:
        return
    differing = [name for name in CONTENT if getattr(first, name) != getattr(row, name)]
    if not differing:
        reading.repeats.append(Repeat(row.row, first.row, row.product_id))
        return
    other = ", ".join(HEADINGS[name] for name in differing)
    expected = f"one content for one identifier; row {first.row} has another {other}"
    reading.complain(Problem(row.row, HEADINGS["product_id"], row.product_id, expected))
