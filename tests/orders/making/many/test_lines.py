"""Rows of a table to lines of an order: each cell read, each problem told by row and column."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.matrix.problem import Problem
from catalog.matrix.sheet import Cell, DateCell
from orders.files.many_lines import COLUMNS, MOST_LINES, LineRow, Rows, read_lines, read_pasted
from orders.models import OrderLine
from tests.factories import TODAY

Type = OrderLine.Type
TOMORROW = date(2026, 3, 3)
HEADINGS = [column.heading for column in COLUMNS]


def pasted(text: str) -> Rows:
    return read_pasted(text, on=TODAY)


def the_line(*cells: Cell) -> LineRow:
    rows = read_lines([cells], on=TODAY)
    assert rows.problems == ()
    (line,) = rows.lines
    return line


def told(rows: Rows) -> list[str]:
    return [str(problem) for problem in rows.problems]


def test_a_line_needs_its_product_id_alone() -> None:
    assert pasted("0085191").lines == (LineRow(1, "0085191", 1, Type.ADD, None, "", "", ""),)


def test_a_full_row_in_the_order_of_the_form() -> None:
    rows = pasted("V1\t1,200\tdisconnect\t3/3/2026\t0012\tDesk phone\tAfter five")

    assert rows.lines == (
        LineRow(1, "V1", 1200, Type.DISCONNECT, TOMORROW, "0012", "Desk phone", "After five"),
    )
    assert [(named.product_id, named.order_type) for named in rows.named] == [("V1", "disconnect")]


def test_commas_separate_cells_where_there_is_no_tab_and_quotes_hold_what_has_both() -> None:
    rows = pasted('V1,2,,,,"Phone, for desk 4","Says ""now"""\n\nV2,,Add\n')

    assert [(line.row, line.description, line.comment) for line in rows.lines] == [
        (1, "Phone, for desk 4", 'Says "now"'),
        (3, "", ""),
    ]


def test_a_tab_in_any_line_is_what_separates_the_cells_of_all() -> None:
    rows = pasted("V1\nV2\t3\t\t\t\tPhone, black")

    assert [(line.quantity, line.description) for line in rows.lines] == [
        (1, ""),
        (3, "Phone, black"),
    ]


def test_a_cell_may_have_lines_as_a_spreadsheet_copies_them() -> None:
    (line,) = pasted('V1\t1\t\t\t\t"First\r\nsecond"\t').lines

    assert line.description == "First\nsecond"


def test_a_first_cell_that_is_empty_keeps_its_place() -> None:
    assert told(pasted("\t2")) == [
        "Row 1, Product ID: empty – expected a text; this column is filled on every line"
    ]


@pytest.mark.parametrize(
    "heading",
    ["Comment,Product ID,Qty", "comments,PRODUCT-ID,quantity", "Comment,USOC,Quantity"],
)
def test_headings_put_the_columns_in_any_order(heading: str) -> None:
    (line,) = pasted(f"{heading}\nSoon,V1,3").lines

    assert (line.row, line.product_id, line.quantity, line.comment) == (2, "V1", 3, "Soon")


def test_our_own_headings_are_those_of_the_form() -> None:
    (line,) = read_lines([HEADINGS, ["V1", 2.0, "Move", "", "0012", "", ""]], on=TODAY).lines

    assert (line.quantity, line.order_type, line.billing_account) == (2, Type.MOVE, "0012")


def test_a_product_called_like_one_heading_is_a_line() -> None:
    assert [line.product_id for line in pasted("Date").lines] == ["Date"]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (
            "Product ID,Floor\nV1,4",
            "Row 1, column 2: “Floor” – expected one of these headings: Product ID, Quantity,",
        ),
        ("Quantity,Comment\n1,x", "Row 1, Product ID: empty – expected a column with this heading"),
        ("Product ID,SKU\nV1,4", ""),
        (
            "Product ID,Qty,Quantity\nV1,1,1",
            "Row 1, Quantity: “Quantity” – expected this column once",
        ),
        (
            "Product ID,\nV1,4",
            "Row 2, column 2: “4” – expected nothing, as this column has no heading",
        ),
        (
            "V1,1,,,,,,more",
            "Row 1, column 8: “more” – expected nothing: without headings the columns are "
            + ", ".join(HEADINGS),
        ),
    ],
)
def test_columns_that_are_not_ours_are_told(table: str, problem: str) -> None:
    found = told(pasted(table))

    assert len(found) == 1
    assert found[0].startswith(problem)


@pytest.mark.parametrize(
    ("cells", "column", "expected"),
    [
        (["V1", "0"], "Quantity", "a whole number from 1 to 1,000,000, or nothing for 1"),
        (["V1", "1000001"], "Quantity", "a whole number from 1 to 1,000,000, or nothing for 1"),
        (["V1", "9" * 5000], "Quantity", "a whole number from 1 to 1,000,000, or nothing for 1"),
        (["V1", 2.5], "Quantity", "a whole number from 1 to 1,000,000, or nothing for 1"),
        (["V1", 1e300], "Quantity", "a whole number from 1 to 1,000,000, or nothing for 1"),
        (["V1", float("nan")], "Quantity", "a whole number from 1 to 1,000,000, or nothing for 1"),
        (["V1", "٣"], "Quantity", "a whole number from 1 to 1,000,000, or nothing for 1"),
        (["V1", True], "Quantity", "a whole number from 1 to 1,000,000, or nothing for 1"),
        (["V1", "", "lend"], "Order type", "Add, Disconnect, Change or Move, or nothing for Add"),
        (
            ["V1", "", "", "3/1/2026"],
            "Requested date of service",
            "today or a later day, as this one has passed",
        ),
        (
            ["V1", "", "", "2/30/2026"],
            "Requested date of service",
            "a day such as 4/15/2026 or 2026-04-15, or nothing",
        ),
        (
            ["V1", "", "", "soon"],
            "Requested date of service",
            "a day such as 4/15/2026 or 2026-04-15, or nothing",
        ),
        (
            ["V1", "", "", 46113.0],
            "Requested date of service",
            "a day such as 4/15/2026 or 2026-04-15, or nothing",
        ),
        (
            ["V1", "", "change"],
            "Existing billing account number",
            "the number: Change needs it",
        ),
        (
            ["V1", "", "", "", 1.5],
            "Existing billing account number",
            "an identifier; the cell is a number, so format the column as text",
        ),
        (
            ["V1", "", "", "", "9" * 61],
            "Existing billing account number",
            "at most 60 characters; it has 61",
        ),
        ([DateCell("2026-04-15")], "Product ID", "text; the cell holds a date or time, so"),
        (["V" * 65], "Product ID", "at most 64 characters; it has 65"),
        (["V1", "", "", "", "", "", "😀"], "Comment", "“😀” (GRINNING FACE)"),
        (["V1", "", "", "", "", "x" * 2001], "Description", "at most 2,000 characters"),
    ],
)
def test_a_cell_that_holds_something_else_is_told_by_row_and_column(
    cells: list[Cell], column: str, expected: str
) -> None:
    rows = read_lines([[], cells], on=TODAY)

    (problem,) = rows.problems
    assert (problem.row, problem.column) == (2, column)
    assert expected in problem.expected
    assert rows.lines == ()


@pytest.mark.parametrize(
    "cell", ["2026-03-03", "3/3/2026", "03/03/26", DateCell("2026-03-03 00:00:00")]
)
def test_a_day_is_read_as_people_and_spreadsheets_write_it(cell: Cell) -> None:
    assert the_line("V1", "", "", cell).requested_date == TOMORROW


def test_today_is_not_too_soon() -> None:
    assert the_line("V1", "", "", "3/2/2026").requested_date == TODAY


def test_what_a_download_put_before_a_formula_is_taken_off() -> None:
    line = the_line("'-V1", "", "", "", "'=12", "'plain", "'@home")

    assert line.product_id == "-V1"
    assert (line.billing_account, line.description, line.comment) == ("=12", "'plain", "@home")


def test_every_problem_of_every_row_is_told_and_sound_rows_are_kept_apart() -> None:
    rows = pasted("V1\tx\tlend\nV2\nV3\t0")

    assert [(problem.row, problem.column) for problem in rows.problems] == [
        (1, "Quantity"),
        (1, "Order type"),
        (3, "Quantity"),
    ]
    assert [line.product_id for line in rows.lines] == ["V2"]
    assert [named.product_id for named in rows.named] == ["V1", "V2", "V3"]


@pytest.mark.parametrize("row", ['V2\t"open', 'V2\t"a" b'])
def test_a_quotation_mark_out_of_place_is_told_by_its_row(row: str) -> None:
    rows = pasted(f"V1\tnone\n{row}\nV3")

    assert [(problem.row, problem.column) for problem in rows.problems] == [
        (1, "Quantity"),
        (2, "this line"),
    ]


def test_no_more_lines_are_read_than_an_order_has() -> None:
    at_most = pasted("Product ID\n" + "V1\n" * MOST_LINES)
    assert (len(at_most.lines), at_most.problems) == (MOST_LINES, ())

    rows = pasted("V1\n" * (MOST_LINES + 50))

    assert rows.problems == (
        Problem(501, "this line", "V1", "at most 500 lines; put the rest on another order"),
    )


@given(st.text())
def test_any_text_gives_lines_or_problems(text: str) -> None:
    rows = pasted(text)

    assert rows.lines or rows.problems or not rows.named


@given(st.text(alphabet=st.sampled_from("V1,\t\"\n\r /0x'=é\x07\x00"), max_size=80))
def test_any_text_of_the_signs_of_a_table_gives_lines_or_problems(text: str) -> None:
    for rows in (pasted(text), pasted(f"Product ID\tQuantity\n{text}")):
        assert all(1 <= line.quantity <= 1_000_000 for line in rows.lines)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(categories=("Lu", "Nd"), max_codepoint=127), min_size=1),
            st.integers(1, 1_000_000),
            st.text(st.sampled_from('abc ,"\n'), max_size=40),
        ),
        max_size=10,
    )
)
def test_what_a_spreadsheet_writes_is_read_back(table: list[tuple[str, int, str]]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter="\t")
    for product, quantity, description in table:
        writer.writerow([product[:64], quantity, "", "", "", description])

    rows = pasted(file.getvalue())

    assert [(line.product_id, line.quantity, line.description) for line in rows.lines] == [
        (product[:64], quantity, description.strip()) for product, quantity, description in table
    ]
