"""The columns of a price and services matrix, and where a file has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.matrix.problem import Problem, quote
from catalog.matrix.sheet import Cell
from catalog.matrix.spellings import LOOSE, letters


@dataclass(frozen=True, slots=True)
class Column:
    """`attribute` is the field of MatrixRow; a required column must stand in every file."""

    attribute: str
    heading: str
    required: bool = False


COLUMNS = (
    Column("section", "Section Number", required=True),
    Column("line_item", "Line Item Number"),
    Column("name", "Feature Name", required=True),
    Column("description", "Feature Description"),
    Column("product_id", "Contractor's Product Identifier", required=True),
    Column("unit", "Unit of Measure", required=True),
    Column("designation", "Designation", required=True),
    Column("nrc", "Non-Recurring Charge", required=True),
    Column("mrc", "Monthly Recurring Charge", required=True),
    Column("usage_rate", "Usage Rate"),
    Column("restrictions", "Restrictions, Limitations and Comments"),
    Column("price_basis", "Price Basis"),
    Column("designation_basis", "Designation Basis"),
)
HEADINGS = {column.attribute: column.heading for column in COLUMNS}


REQUIRED = tuple(column.attribute for column in COLUMNS if column.required)
LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column as the file heads it, what it is taken for ("": not used), and its first cells."""

    heading: str
    attribute: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a file keeps each attribute, counted from 0, and which headings are not ours."""

    row: int
    width: int
    positions: dict[str, int]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]
    headings: tuple[tuple[int, str], ...]

    @property
    def lacks(self) -> bool:
        """Whether a required column was not found."""
        return any(attribute not in self.positions for attribute in REQUIRED)

    def columns(self, first_rows: Sequence[Sequence[Cell]]) -> tuple[FileColumn, ...]:
        """The headed columns from left to right, with cells of the rows below."""
        taken = {position: attribute for attribute, position in self.positions.items()}
        return tuple(
            FileColumn(
                heading,
                taken.get(position, ""),
                tuple(quote(row[position]) for row in first_rows if position < len(row)),
            )
            for position, heading in self.headings
        )


def spelling(heading: str) -> str:
    """A heading as it is compared: case, spacing and the kind of apostrophe do not count."""
    return " ".join(heading.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()).casefold()


ATTRIBUTES = {spelling(column.heading): column.attribute for column in COLUMNS}


def attribute_of(heading: str, chosen: Mapping[str, str]) -> str:
    """What a column is taken for, "" for nothing.

    A person's choice for this contractor (`chosen`, by `spelling`) comes before the heading as
    published, and that before common spellings of it.
    """
    spelt = spelling(heading)
    if spelt in chosen:
        return chosen[spelt]
    return ATTRIBUTES.get(spelt) or LOOSE.get(letters(spelt), "")


def read_headings(
    cells: Sequence[Cell], *, row: int, chosen: Mapping[str, str] | None = None
) -> Layout:
    """The layout that a heading row announces, in any order of columns.

    `row` is the heading row's number in the file; `chosen` what persons said of headings.
    """
    headed = [(at, text) for at, cell in enumerate(cells) if (text := str(cell).strip())]
    width = headed[-1][0] + 1 if headed else 0
    positions: dict[str, int] = {}
    problems: list[Problem] = []
    ignored = {at: f"column {at + 1} (no heading)" for at in range(width)}
    for at, heading in headed:
        attribute = attribute_of(heading, chosen or {})
        if not attribute:
            ignored[at] = quote(heading)
            continue
        del ignored[at]
        if attribute in positions:
            problems.append(Problem(row, HEADINGS[attribute], quote(heading), "this column once"))
        else:
            positions[attribute] = at
    return Layout(
        row,
        width,
        positions,
        tuple(ignored.values()),
        (*problems, *_missing(positions, row=row, width=width, headed=headed)),
        tuple((at, heading[:LONGEST_HEADING]) for at, heading in headed),
    )


def _missing(
    positions: Mapping[str, int], *, row: int, width: int, headed: Sequence[tuple[int, str]]
) -> list[Problem]:
    blank = sorted(set(range(width)) - {at for at, _ in headed})
    merged = (
        f"; column {blank[0] + 1} has no heading: a merged cell heads only its first column, so "
        "split it"
        if blank
        else ""
    )
    expected = f"a column with this heading{merged}"
    return [
        Problem(row, HEADINGS[attribute], "", expected)
        for attribute in REQUIRED
        if attribute not in positions
    ]
