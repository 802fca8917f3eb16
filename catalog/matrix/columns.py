"""The columns of a price and services matrix, and where a file has them."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.matrix.problem import Problem, quote
from catalog.matrix.sheet import Cell


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


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a file keeps each attribute, counted from 0, and which headings are not ours."""

    row: int
    width: int
    positions: dict[str, int]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]


def spelling(heading: str) -> str:
    """A heading as it is compared: case, spacing and the kind of apostrophe do not count."""
    return " ".join(heading.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()).casefold()


ATTRIBUTES = {spelling(column.heading): column.attribute for column in COLUMNS}


def read_headings(cells: Sequence[Cell], *, row: int) -> Layout:
    """The layout that a heading row announces, in any order of columns.

    `row` is the heading row's number in the file.
    """
    positions: dict[str, int] = {}
    ignored: list[str] = []
    problems: list[Problem] = []
    width = 0
    for position, cell in enumerate(cells):
        heading = str(cell).strip()
        if not heading:
            continue
        ignored += [f"column {blank + 1} (no heading)" for blank in range(width, position)]
        width = position + 1
        attribute = ATTRIBUTES.get(spelling(heading))
        if attribute is None:
            ignored.append(quote(heading))
        elif attribute in positions:
            problems.append(Problem(row, HEADINGS[attribute], quote(heading), "this column once"))
        else:
            positions[attribute] = position
    problems += [
        Problem(row, column.heading, "", "a column with this heading")
        for column in COLUMNS
        if column.required and column.attribute not in positions
    ]
    return Layout(row, width, positions, tuple(ignored), tuple(problems))
