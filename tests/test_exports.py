"""Files for spreadsheets: no text of ours becomes somebody's formula."""

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stmm.exports import BYTE_ORDER_MARK, TRIGGERS, csv_download, csv_lines, neutralised

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
DANGEROUS = st.builds(str.__add__, st.sampled_from(TRIGGERS), ANY_TEXT)
ROWS = st.lists(st.tuples(ANY_TEXT | DANGEROUS, ANY_TEXT | DANGEROUS), max_size=5)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe(trigger: str) -> None:
    assert neutralised(f"{trigger}1+1") == f"'{trigger}1+1"


@pytest.mark.parametrize("value", ["", "1+1", "'=1+1", " =1", 12, -12, None])
def test_anything_else_stays_as_it_is(value: object) -> None:
    assert neutralised(value) == value


@settings(max_examples=500, deadline=None)
@given(st.lists(ANY_TEXT | DANGEROUS, min_size=20, max_size=20))
def test_no_neutralised_text_starts_like_a_formula_and_none_loses_a_character(
    texts: list[str],
) -> None:
    for text in texts:
        safe = neutralised(text)
        assert not safe.startswith(TRIGGERS)
        assert safe in (text, f"'{text}")


@settings(max_examples=500, deadline=None)
@given(ROWS)
def test_a_spreadsheet_reads_back_every_row_neutralised(rows: list[tuple[str, str]]) -> None:
    written = "".join(csv_lines(["First", "Second"], rows))

    assert read(written) == [
        ["First", "Second"],
        *([neutralised(value) for value in row] for row in rows),
    ]


def test_a_download_is_named_and_in_utf_8() -> None:
    answer = csv_download("record.csv", ["Name"], [["Peña"]])

    assert answer.getvalue() == "\ufeffName\r\nPeña\r\n".encode()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="record.csv"'
