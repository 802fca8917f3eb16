"""A contractor's file of notices: each row to what it says, or to what is wrong with its cells."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from catalog.matrix.cells import Unexpected, text
from catalog.matrix.formats import read_rows
from catalog.matrix.problem import Problem, quote
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.sheet import Cell, DateCell
from orders.models.progress import RejectionReason

MOST_NOTICES = 2_000
ORDER, LINE, NOTICE, DATE, CODE, TEXT, CIRCUITS, ACCOUNT, SR_NUMBER = HEADINGS = (
    "Order",
    "Line",
    "Notice",
    "Date",
    "Reason code",
    "Text",
    "Circuit numbers",
    "Billing account",
    "SR Number",
)
# By whom a heading is spelt without capitals and spaces
_BY_SPELLING = {"".join(heading.split()).casefold(): heading for heading in HEADINGS}
_DAYS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y")


class Kind(StrEnum):
    """What a row may say."""

    ACKNOWLEDGE = "acknowledge"
    REJECT = "reject"
    COMMIT = "commit"
    JEOPARDY = "jeopardy"
    COMPLETE = "complete"


# What a notice needs, and what it may have besides; any other cell of its row is empty
_NEEDED: Mapping[Kind, tuple[str, ...]] = {
    Kind.ACKNOWLEDGE: (),
    Kind.REJECT: (CODE,),
    Kind.COMMIT: (DATE,),
    Kind.JEOPARDY: (TEXT,),
    Kind.COMPLETE: (DATE,),
}
_BESIDES: Mapping[Kind, tuple[str, ...]] = {
    Kind.ACKNOWLEDGE: (),
    Kind.REJECT: (TEXT,),
    Kind.COMMIT: (LINE, TEXT),
    Kind.JEOPARDY: (LINE,),
    Kind.COMPLETE: (LINE, CIRCUITS, ACCOUNT, SR_NUMBER),
}
_EXPECTED = {
    DATE: "a day such as 2026-03-09 or 3/9/2026",
    CODE: f"one of {', '.join(RejectionReason.values)}",
    TEXT: "a text; this notice says why",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One row. `line` None means all lines of the order that are under way."""

    row: int = field(compare=False)
    kind: Kind
    order: str
    line: int | None = None
    day: date | None = None
    reason: RejectionReason | None = None
    text: str = ""
    circuit_numbers: str = ""
    billing_account: str = ""
    sr_number: str = ""


@dataclass(slots=True)
class Reading:
    """What a file says, and all that is wrong with its cells."""

    notices: list[Notice] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    not_read: set[str] = field(default_factory=set)
    """Orders of rows with such cells: what else the file says of them may rest on those."""


def read_notices(*, name: str, content: bytes) -> Reading:
    """All notices of a file. Raises MatrixRefused where the file as a whole is not read."""
    reading = Reading()
    with closing(read_rows(name=name, content=content)) as all_rows:
        filled = ((at, row) for at, row in enumerate(all_rows, start=1) if not _is_empty(row))
        at, headings = next(filled, (0, ()))
        columns, reading.problems = _columns(at, headings)
        if not reading.problems:
            for at, row in filled:
                if len(reading.notices) + len(reading.problems) >= MOST_NOTICES:
                    raise MatrixRefused(
                        f"The file has more than {MOST_NOTICES:,} notices. Split it."
                    )
                _read(at, _by_column(columns, row), reading)
    if not reading.notices and not reading.problems:
        raise MatrixRefused("The file has no notice below its headings.")
    return reading


def _is_empty(row: Sequence[Cell]) -> bool:
    return all(isinstance(cell, str) and not cell.strip() for cell in row)


def _columns(at: int, headings: Sequence[Cell]) -> tuple[dict[str, int], list[Problem]]:
    """Where each column stands, by its heading as it is spelt here."""
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    for position, cell in enumerate(headings):
        if not (spelling := "".join(str(cell).split()).casefold()):
            continue
        heading = _BY_SPELLING.get(spelling)
        if heading is None or heading in columns:
            expected = f"each of these headings once: {', '.join(HEADINGS)}"
            problems.append(Problem(at, f"column {position + 1}", quote(cell), expected))
        else:
            columns[heading] = position
    missing = [heading for heading in (ORDER, NOTICE) if at and heading not in columns]
    problems += [Problem(at, heading, "", "a column with this heading") for heading in missing]
    return columns, problems


def _by_column(columns: Mapping[str, int], row: Sequence[Cell]) -> dict[str, Cell]:
    return {
        heading: row[position] if position < len(row) else ""
        for heading, position in columns.items()
    }


@dataclass(slots=True)
class _Row:
    """One row while it is read."""

    at: int
    cells: Mapping[str, Cell]
    problems: list[Problem] = field(default_factory=list)

    def read(self, column: str, reader: Callable[[Cell], object]) -> object:
        cell = self.cells.get(column, "")
        try:
            return reader(cell)
        except Unexpected as error:
            self.problems.append(Problem(self.at, column, quote(cell), error.expected))
            return None


def _read(at: int, cells: Mapping[str, Cell], reading: Reading) -> None:
    row = _Row(at, cells)
    values = {"order": row.read(ORDER, _required), "kind": row.read(NOTICE, _kind)}
    if isinstance(kind := values["kind"], Kind):
        for heading, name, reader in _READERS:
            if heading in _NEEDED[kind]:
                values[name] = row.read(heading, _filled(heading, reader))
            elif heading in _BESIDES[kind]:
                values[name] = row.read(heading, reader)
            else:
                row.read(heading, _nothing(kind))
        if values.get("reason") is RejectionReason.OTHER and values["text"] == "":
            row.problems.append(Problem(at, TEXT, "", _EXPECTED[TEXT]))
    if row.problems:
        reading.problems += row.problems
        reading.not_read.add(str(values["order"]))
    else:
        reading.notices.append(Notice(row=at, **values))  # type: ignore[arg-type]  # each as its reader gives it


def _required(cell: Cell) -> str:
    return text(cell, longest=60, required=True)


def _kind(cell: Cell) -> Kind:
    with suppress(ValueError):
        return Kind(str(cell).strip().casefold())
    raise Unexpected(f"one of {', '.join(Kind)}")


def _line(cell: Cell) -> int | None:
    said = text(cell, longest=10)
    if not said:
        return None
    if said.isascii() and said.isdigit() and int(said):
        return int(said)
    raise Unexpected("the number of a request, such as 1, or nothing for all lines")


def _day(cell: Cell) -> date | None:
    said = cell.text if isinstance(cell, DateCell) else str(cell).strip()
    for form in _DAYS:
        with suppress(ValueError):
            return datetime.strptime(said, form).date()  # noqa: DTZ007  a day, of no time zone
    if said:
        raise Unexpected(_EXPECTED[DATE])
    return None


def _reason(cell: Cell) -> RejectionReason | None:
    said = text(cell, longest=60).casefold()
    if not said:
        return None
    found = (each for each in RejectionReason if said in (each.value, each.label.casefold()))
    if reason := next(found, None):
        return reason
    raise Unexpected(_EXPECTED[CODE])


def _filled(heading: str, reader: Callable[[Cell], object]) -> Callable[[Cell], object]:
    def read(cell: Cell) -> object:
        if value := reader(cell):
            return value
        raise Unexpected(_EXPECTED[heading])

    return read


def _nothing(kind: Kind) -> Callable[[Cell], object]:
    def read(cell: Cell) -> object:
        if not _is_empty([cell]):
            raise Unexpected(f"nothing: “{kind}” has no use for this column")
        return None

    return read


_READERS: tuple[tuple[str, str, Callable[[Cell], object]], ...] = (
    (LINE, "line", _line),
    (DATE, "day", _day),
    (CODE, "reason", _reason),
    (TEXT, "text", lambda cell: text(cell, longest=900, lines=True)),
    (CIRCUITS, "circuit_numbers", lambda cell: text(cell, longest=2000, lines=True)),
    (ACCOUNT, "billing_account", lambda cell: text(cell, longest=60)),
    (SR_NUMBER, "sr_number", lambda cell: text(cell, longest=60)),
)
