"""Columns and cells: what is taken, and what a person is told about the rest."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.matrix import cells
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.rows import MAX_PROBLEMS, Matrix, MatrixRow, read_matrix
from catalog.matrix.sheet import Cell, DateCell
from tests.catalog.matrix_files import HEADINGS, csv_file, line, workbook_with_sheet, xlsx_file


def read_csv(*rows: list[object]) -> Matrix:
    return read_matrix(name="matrix.csv", content=csv_file([HEADINGS, *rows]))


def read_xlsx(*rows: list[object]) -> Matrix:
    return read_matrix(name="matrix.xlsx", content=xlsx_file([HEADINGS, *rows]))


def only_row(matrix: Matrix) -> MatrixRow:
    assert [str(problem) for problem in matrix.problems] == []
    (row,) = matrix.rows
    return row


def only_problem(matrix: Matrix) -> str:
    assert matrix.rows == ()
    (problem,) = matrix.problems
    return str(problem)


def test_the_order_of_columns_is_free() -> None:
    turned: list[list[object]] = [[*HEADINGS[::-1]], line()[::-1]]
    for name, content in (("a.csv", csv_file(turned)), ("a.xlsx", xlsx_file(turned))):
        assert only_row(read_matrix(name=name, content=content)) == only_row(read_csv(line()))


def test_case_spacing_and_curly_apostrophes_of_headings_do_not_count() -> None:
    headings = [heading.upper().replace("'", "’").replace(" ", "  ") for heading in HEADINGS]
    matrix = read_matrix(name="a.csv", content=csv_file([headings, line()]))
    assert matrix.rows == read_csv(line()).rows


def test_extra_columns_are_ignored_and_named() -> None:
    content = csv_file([["Colour", *HEADINGS, "", "Notes"], ["red", *line(), "x", "y"]])
    matrix = read_matrix(name="a.csv", content=content)
    assert matrix.ignored_columns == ("Colour", "column 15 (no heading)", "Notes")
    assert only_row(matrix) == only_row(read_csv(line()))


def test_a_missing_required_column_is_named() -> None:
    content = csv_file([HEADINGS[:6] + HEADINGS[7:], line()[:6] + line()[7:]])
    assert only_problem(read_matrix(name="a.csv", content=content)) == (
        "Row 1, Designation: empty – expected a column with this heading"
    )


def test_a_column_that_stands_twice_is_a_problem() -> None:
    content = csv_file([[*HEADINGS, "feature name"], [*line(), "x"]])
    assert only_problem(read_matrix(name="a.csv", content=content)) == (
        "Row 1, Feature Name: “feature name” – expected this column once"
    )


def test_an_optional_column_may_be_missing() -> None:
    content = csv_file([HEADINGS[:9], line()[:9]])
    row = only_row(read_matrix(name="a.csv", content=content))
    assert (row.usage_rate, row.price_basis) == ("", "")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_headings_stand_on_the_first_filled_row_and_rows_count_as_shown(ending: str) -> None:
    rows: list[list[object]] = [
        [],
        ["", " "],
        list(HEADINGS),
        line(),
        [],
        line(mrc="12,5x", product_id="B"),
    ]
    content = csv_file(rows) if ending == "csv" else xlsx_file(rows)
    matrix = read_matrix(name=f"a.{ending}", content=content)
    assert [row.row for row in matrix.rows] == [4]
    assert str(matrix.problems[0]) == (
        "Row 6, Monthly Recurring Charge: “12,5x” – expected an amount such as 1234.50, 0 or more,"
        " with at most 4 decimals"
    )


def test_a_workbook_may_start_right_of_column_a() -> None:
    content = xlsx_file([["", "", *HEADINGS], ["", "", *line()]])
    assert only_row(read_matrix(name="a.xlsx", content=content)).name == "SIP Trunking"


@pytest.mark.parametrize("content", [b"\n\n", csv_file([HEADINGS]), csv_file([HEADINGS, [""]])])
def test_a_file_without_lines_is_refused(content: bytes) -> None:
    with pytest.raises(MatrixRefused, match="no line below its headings"):
        read_matrix(name="a.csv", content=content)


def test_a_line_cut_short_is_a_problem() -> None:
    assert only_problem(read_csv(line()[:8])) == (
        "Row 2, column 9: empty – expected 13 cells, one for each heading; the line has 8"
    )


def test_a_line_shifted_by_a_comma_is_a_problem() -> None:
    assert "Row 2, column 14: “contract title” – expected no cell without a heading" in (
        only_problem(read_csv(["extra", *line()]))
    )


def test_all_problems_of_a_line_are_told_at_once() -> None:
    matrix = read_csv(line(name="", nrc="-1", designation="maybe"))
    assert [problem.column for problem in matrix.problems] == [
        "Feature Name",
        "Designation",
        "Non-Recurring Charge",
    ]


def test_problems_beyond_a_thousand_are_counted() -> None:
    matrix = read_csv(*[line(mrc="x") for _ in range(MAX_PROBLEMS + 5)])
    assert (len(matrix.problems), matrix.more_problems) == (MAX_PROBLEMS, 5)


def test_a_long_value_is_quoted_in_part_and_on_one_line() -> None:
    problem = read_csv(line(mrc="1\n" + "x" * 500)).problems[0]
    assert problem.value == "1\N{REPLACEMENT CHARACTER}" + "x" * 58 + "…"


def test_the_same_line_again_is_a_repeat_read_once() -> None:
    matrix = read_csv(line(line_item="1"), line(line_item="2"))
    assert len(matrix.rows) == 1
    assert [(r.row, r.first_row, r.product_id) for r in matrix.repeats] == [(3, 2, "S5B02766")]


def test_one_identifier_with_two_contents_names_both_rows() -> None:
    matrix = read_csv(line(), line(mrc="1.00", unit="each"))
    assert str(matrix.problems[0]) == (
        "Row 3, Contractor's Product Identifier: “S5B02766” – expected one content for one "
        "identifier; row 2 has another Unit of Measure, Monthly Recurring Charge"
    )


def test_one_allowance_may_have_two_product_codes() -> None:
    assert len(read_csv(line(product_id="76231"), line(product_id="76223")).rows) == 2


@pytest.mark.parametrize("read", [read_csv, read_xlsx])
@pytest.mark.parametrize("written", ["00123", "85191", "1E5", "=1+1", "S-1 b"])
def test_an_identifier_written_as_text_is_kept_as_it_is(
    read: Callable[..., Matrix], written: str
) -> None:
    assert only_row(read(line(product_id=written))).product_id == written


def test_a_whole_number_is_an_identifier_without_decimals() -> None:
    assert only_row(read_xlsx(line(product_id=85191))).product_id == "85191"


@pytest.mark.parametrize("number", [85191.5, 1e15, dt.date(2014, 10, 12), True])
def test_an_identifier_that_the_sheet_has_changed_is_a_problem(number: object) -> None:
    assert "so format the column as text" in only_problem(read_xlsx(line(product_id=number)))


def test_a_section_kept_as_a_number_is_read_as_shown() -> None:
    assert only_row(read_xlsx(line(section=6.1))).section == "6.1"
    assert only_row(read_xlsx(line(section=20))).section == "20"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("", None),
        ("0", Decimal(0)),
        ("324.25", Decimal("324.25")),
        ("$1,234.50", Decimal("1234.50")),
        (" 0.0125 ", Decimal("0.0125")),
        (0.1, Decimal("0.1")),
        (45, Decimal(45)),
        (99_999_999.9999, Decimal("99999999.9999")),
    ],
)
def test_an_amount_is_exact(cell: Cell, value: Decimal | None) -> None:
    assert cells.amount(cell) == value


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "-1",
            "12,5x",
            "1,23.00",
            "1.23456",
            ".5",
            "1e3",
            "NaN",
            "inf",
            "£1",
            "(1.00)",
            "٣",
            "ICB",
        ),
        *(-1.0, 0.1 + 0.2, 1e-05, float("nan"), float("inf"), True, 1e8, "100000000"),
        DateCell("2014-10-12"),
    ],
)
def test_what_is_no_amount_is_refused(cell: Cell) -> None:
    with pytest.raises(cells.Unexpected, match="an amount"):
        cells.amount(cell)


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=99_999_999, places=4))
def test_four_decimals_survive_the_float_of_a_workbook(value: Decimal) -> None:
    assert cells.amount(float(value)) == value


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Mandatory", "mandatory"),
        ("Required", "mandatory"),
        ("Non-Mandatory", "non_mandatory"),
        ("non mandatory", "non_mandatory"),
        ("DISCRETIONARY", "non_mandatory"),
        ("", "undetermined"),
        ("Undetermined", "undetermined"),
    ],
)
def test_both_vocabularies_of_designation_are_known(word: str, meaning: str) -> None:
    assert cells.designation(word) == meaning


@pytest.mark.parametrize("word", ["Yes", "M", "Mandatory?", "not required", 1.0, True])
def test_another_word_is_no_designation(word: Cell) -> None:
    with pytest.raises(cells.Unexpected, match="Mandatory"):
        cells.designation(word)


@pytest.mark.parametrize("rate", ["0.0120 per minute", "$1,000 per GB of data", ""])
def test_a_usage_rate_is_kept_as_written(rate: str) -> None:
    assert only_row(read_csv(line(usage_rate=rate))).usage_rate == rate


@pytest.mark.parametrize("rate", ["0.0120", "cheap", "per minute", "1 per ", "1 per " + "x" * 100])
def test_another_usage_rate_is_a_problem(rate: str) -> None:
    assert "a rate such as 0.0120 per minute" in only_problem(read_csv(line(usage_rate=rate)))


@pytest.mark.parametrize(
    ("attribute", "longest"),
    [("name", 500), ("description", 2000), ("product_id", 64), ("section", 200)],
)
def test_a_text_has_a_longest_length(attribute: str, longest: int) -> None:
    row = only_row(read_csv(line(**{attribute: "x" * longest})))
    assert getattr(row, attribute) == "x" * longest
    too_long = only_problem(read_csv(line(**{attribute: "x" * (longest + 1)})))
    assert f"at most {longest:,} characters; it has {longest + 1:,}" in too_long


@pytest.mark.parametrize("attribute", ["name", "product_id"])
def test_a_text_that_must_stand_is_asked_for(attribute: str) -> None:
    assert "empty – expected a text" in only_problem(read_csv(line(**{attribute: "\xa0 "})))


@pytest.mark.parametrize("letter", ["\x07", "\x1b", "\u200b", "\u202e", "\x85", "\n"])
def test_control_and_invisible_characters_are_a_problem(letter: str) -> None:
    assert "invisible" in only_problem(read_csv(line(name=f"a{letter}b")))


@pytest.mark.parametrize("read", [read_csv, read_xlsx])
def test_a_description_may_have_several_lines(read: Callable[..., Matrix]) -> None:
    row = only_row(read(line(description="one\r\ntwo\tthree", name="a\xa0b")))
    assert (row.description, row.name) == ("one\ntwo\tthree", "a b")


def test_a_formula_as_text_stays_text() -> None:
    formula = '=HYPERLINK("https://example.org")'
    assert only_row(read_xlsx(line(restrictions=formula))).restrictions == formula


def test_an_error_shown_as_text_is_a_problem() -> None:
    assert "the cell shows an error" in only_problem(read_csv(line(name="#REF!")))


def test_an_error_cell_of_a_workbook_is_named() -> None:
    content = workbook_with_sheet('<row r="1"><c r="B7" t="e"><v>#REF!</v></c></row>')
    with pytest.raises(MatrixRefused, match="Cell B7 shows an error"):
        read_matrix(name="a.xlsx", content=content)


def test_a_byte_order_mark_is_no_part_of_the_first_heading() -> None:
    content = csv_file([HEADINGS, line()], encoding="utf-8-sig")
    assert only_row(read_matrix(name="A.CSV", content=content)) == only_row(read_csv(line()))


def test_two_filled_sheets_are_refused_by_name() -> None:
    content = xlsx_file([HEADINGS, line()], other_sheets=["Notes"])
    with pytest.raises(MatrixRefused, match=r"2 filled sheets \(“Sheet1”, “Notes”\)"):
        read_matrix(name="a.xlsx", content=content)


def test_a_workbook_with_an_empty_sheet_only_is_refused() -> None:
    with pytest.raises(MatrixRefused, match="no visible sheet with a filled cell"):
        read_matrix(name="a.xlsx", content=xlsx_file([]))
