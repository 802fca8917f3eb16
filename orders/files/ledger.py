"""A purchase ledger's file: each row to one purchase, or to what is wrong with its cells."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from catalog.as_of import FIRST_EDITION
from catalog.matrix.cells import Unexpected, amount, text
from catalog.matrix.formats import read_rows
from catalog.matrix.problem import Problem, quote
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.sheet import Cell, DateCell

MOST_LINES = 50_000
MOST_PROBLEMS = 1_000
PROGRESS_EVERY = 1_000
VENDOR, DESCRIPTION, IDENTIFIER, DOCUMENT, AMOUNT, BOUGHT, FROM, TO, EXEMPTION = HEADINGS = (
    "Vendor",
    "Description",
    "Product ID",
    "Purchase document",
    "Amount",
    "Bought on",
    "Service from",
    "Service to",
    "Exemption",
)
NEEDED = (VENDOR, DESCRIPTION, AMOUNT, BOUGHT)
# By whom a heading is spelt without capitals and spaces
_BY_SPELLING = {"".join(heading.split()).casefold(): heading for heading in HEADINGS}
_DAYS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y")

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One row of a ledger. `amount` in US dollars."""

    row: int
    vendor: str
    description: str
    identifier: str
    reference: str
    amount: Decimal
    purchased_on: date
    starts_on: date | None
    last_day: date | None
    exemption_reference: str


@dataclass(frozen=True, slots=True)
class LedgerContent:
    """All a file holds. `more_problems` counts those beyond the first 1,000."""

    lines: tuple[LedgerLine, ...]
    problems: tuple[Problem, ...]
    more_problems: int = 0


def read_lines(
    *, name: str, content: bytes, until: date, progress: Progress | None = None
) -> LedgerContent:
    """Every line of a ledger, and all that is wrong; who asks records nothing while that is any.

    No purchase is later than the Pacific day `until`. `progress` is told the number of lines now
    and then. Raises MatrixRefused where the file as a whole is not read.
    """
    reading = _Reading(until)
    with closing(read_rows(name=name, content=content)) as all_rows:
        filled = ((at, row) for at, row in enumerate(all_rows, start=1) if not _is_empty(row))
        at, headings = next(filled, (0, ()))
        columns = reading.columns(at, headings)
        for count, (at, row) in enumerate(filled if not reading.problems else (), start=1):
            if count > MOST_LINES:
                raise MatrixRefused(f"The file has more than {MOST_LINES:,} lines. Split it.")
            reading.read(at, columns, row)
            if progress is not None and count % PROGRESS_EVERY == 0:
                progress(count)
    if not reading.lines and not reading.problems:
        raise MatrixRefused("The file has no line below its headings.")
    return LedgerContent(tuple(reading.lines), tuple(reading.problems), reading.more_problems)


def _is_empty(row: Sequence[Cell]) -> bool:
    return all(isinstance(cell, str) and not cell.strip() for cell in row)


@dataclass
class _Reading:
    """A ledger while it is read."""

    until: date
    lines: list[LedgerLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0

    def complain(self, problem: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1

    def columns(self, at: int, headings: Sequence[Cell]) -> dict[str, int]:
        """Where each column stands; headings that are no column of a ledger are not used."""
        columns: dict[str, int] = {}
        for position, cell in enumerate(headings):
            heading = _BY_SPELLING.get("".join(str(cell).split()).casefold())
            if heading in columns:
                self.complain(Problem(at, heading, quote(cell), "this heading once"))
            elif heading is not None:
                columns[heading] = position
        for heading in NEEDED:
            if at and heading not in columns:
                self.complain(Problem(at, heading, "", "a column with this heading"))
        return columns

    def read(self, at: int, columns: Mapping[str, int], row: Sequence[Cell]) -> None:
        values: dict[str, Any] = {}
        before = len(self.problems) + self.more_problems
        for heading, name, reader in _READERS:
            position = columns.get(heading, len(row))
            cell = row[position] if position < len(row) else ""
            try:
                values[name] = reader(cell)
            except Unexpected as error:
                self.complain(Problem(at, heading, quote(cell), error.expected))
        self._check_days(at, values)
        if len(self.problems) + self.more_problems == before:
            self.lines.append(LedgerLine(row=at, **values))

    def _check_days(self, at: int, values: Mapping[str, Any]) -> None:
        bought, first, last = (
            values.get(name) for name in ("purchased_on", "starts_on", "last_day")
        )
        if bought and not FIRST_EDITION <= bought <= self.until:
            expected = f"a day from {FIRST_EDITION} to {self.until}, when the ledger was uploaded"
            self.complain(Problem(at, BOUGHT, str(bought), expected))
        if first and last and last < first:
            self.complain(Problem(at, TO, str(last), "a day that is not before the first one"))


def _day(cell: Cell) -> date | None:
    said = cell.text if isinstance(cell, DateCell) else str(cell).strip()
    for form in _DAYS:
        with suppress(ValueError):
            return datetime.strptime(said, form).date()  # noqa: DTZ007  a day, of no time zone
    if said:
        raise Unexpected("a day such as 2026-03-09 or 3/9/2026")
    return None


def _bought(cell: Cell) -> date:
    if day := _day(cell):
        return day
    raise Unexpected("a day such as 2026-03-09 or 3/9/2026; this column is filled on every line")


def _amount(cell: Cell) -> Decimal:
    value = amount(cell)
    if value is None or value != round(value, 2):
        raise Unexpected("an amount in dollars such as 1234.50; credits are left out of the file")
    return round(value, 2)


def _text(longest: int, *, required: bool = False) -> Callable[[Cell], str]:
    return lambda cell: text(cell, longest=longest, required=required)


# In the order of LedgerLine's fields
_READERS: tuple[tuple[str, str, Callable[[Cell], object]], ...] = (
    (VENDOR, "vendor", _text(200, required=True)),
    (DESCRIPTION, "description", _text(500, required=True)),
    (IDENTIFIER, "identifier", _text(64)),
    (DOCUMENT, "reference", _text(60)),
    (AMOUNT, "amount", _amount),
    (BOUGHT, "purchased_on", _bought),
    (FROM, "starts_on", _day),
    (TO, "last_day", _day),
    (EXEMPTION, "exemption_reference", _text(120)),
)
