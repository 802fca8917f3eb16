"""A contractor's file of notices: read cell by cell, every wrong cell named."""

import pytest

from catalog.matrix.refusal import MatrixRefused
from orders.files import desk_notices
from orders.files.desk_notices import HEADINGS, Kind, Notice, Reading, read_notices
from orders.models.progress import RejectionReason
from tests.orders.desk.notice_files import csv_of, problems, read, workbook_of
from tests.orders.desk_orders import (
    FRIDAY,
    SENT_ON,
)

TO = f"{FRIDAY}"


def test_each_kind_of_row_is_read() -> None:
    assert read(
        ("S-1", "", "Acknowledge", "", "", "", "", "", ""),
        ("S-2", "", "reject", "", "duplicate", "See S-1", "", "", ""),
        ("S-3", "2", "commit", "2020-03-09", "", "Later", "", "", ""),
        ("S-3", "", "JEOPARDY", "", "", "No copper", "", "", ""),
        ("S-3", 1, "complete", "3/9/2020", "", "", "C-1\nC-2", "B-2", "SR-3"),
    ) == [
        Notice(2, Kind.ACKNOWLEDGE, "S-1"),
        Notice(3, Kind.REJECT, "S-2", reason=RejectionReason.DUPLICATE, text="See S-1"),
        Notice(4, Kind.COMMIT, "S-3", 2, FRIDAY.replace(day=9), text="Later"),
        Notice(5, Kind.JEOPARDY, "S-3", text="No copper"),
        Notice(
            6,
            Kind.COMPLETE,
            "S-3",
            1,
            FRIDAY.replace(day=9),
            circuit_numbers="C-1\nC-2",
            billing_account="B-2",
            sr_number="SR-3",
        ),
    ]


@pytest.mark.parametrize("said", ["wrong_contract", "Wrong contract", "WRONG CONTRACT"])
def test_a_reason_is_given_by_its_code_or_its_words(said: str) -> None:
    (notice,) = read(("S-1", "", "reject", "", said, "", "", "", ""))

    assert notice.reason is RejectionReason.WRONG_CONTRACT


def test_a_workbook_gives_the_same() -> None:
    content = workbook_of(("S-3", 2, "commit", FRIDAY), ("S-3", 2, "complete", SENT_ON))

    assert read_notices(name="n.xlsx", content=content) == Reading(
        [Notice(2, Kind.COMMIT, "S-3", 2, FRIDAY), Notice(3, Kind.COMPLETE, "S-3", 2, SENT_ON)]
    )


def test_columns_may_stand_in_any_order_and_some_may_be_missing() -> None:
    content = csv_of(("commit", "S-3", TO), headings=("NOTICE", "Order", "date"))

    reading = read_notices(name="n.csv", content=content)

    assert reading == Reading([Notice(2, Kind.COMMIT, "S-3", None, FRIDAY)])


def test_empty_rows_and_columns_without_a_heading_are_passed_over() -> None:
    content = b"Order,Notice,\n\nS-1,acknowledge\n,,\nS-2,acknowledge,\n"

    notices = read_notices(name="n.csv", content=content).notices

    assert [(notice.row, notice.order) for notice in notices] == [(3, "S-1"), (5, "S-2")]


CODES = "wrong_contract, not_offered, unknown_account, incomplete, duplicate, other"


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("", "", "acknowledge"), "Row 2, Order: empty – expected a text; this column is filled"),
        (("S-1", "", "ack"), "Row 2, Notice: “ack” – expected one of acknowledge, reject,"),
        (("S-1", "", ""), "Row 2, Notice: empty – expected one of"),
        (("S-1", "x", "commit", TO), "Row 2, Line: “x” – expected the number of a request"),
        (("S-1", "0", "commit", TO), "Row 2, Line: “0” – expected the number of a request"),
        (("S-1", "²", "commit", TO), "Row 2, Line: “²” – expected the number of a request"),
        (("S-1", "1", "commit", ""), "Row 2, Date: empty – expected a day such as 2026-03-09"),
        (("S-1", "1", "commit", "soon"), "Row 2, Date: “soon” – expected a day such as"),
        (("S-1", "1", "commit", "13/40/26"), "Row 2, Date: “13/40/26” – expected a day"),
        (("S-1", "", "reject"), f"Row 2, Reason code: empty – expected one of {CODES}"),
        (("S-1", "", "reject", "", "no"), f"Row 2, Reason code: “no” – expected one of {CODES}"),
        (("S-1", "", "reject", "", "other"), "Row 2, Text: empty – expected a text; this notice"),
        (("S-1", "", "jeopardy"), "Row 2, Text: empty – expected a text; this notice says why"),
        (
            ("S-1", "1", "acknowledge"),
            "Row 2, Line: “1” – expected nothing: “acknowledge” has no use for this column",
        ),
        (
            ("S-1", "1", "commit", TO, "", "", "C-1"),
            "Row 2, Circuit numbers: “C-1” – expected nothing: “commit” has no use for this",
        ),
    ],
)
def test_a_wrong_cell_is_named_by_row_column_value_and_what_is_expected(
    row: tuple[str, ...], found: str
) -> None:
    filled = (*row, *[""] * (len(HEADINGS) - len(row)))

    (problem,) = problems(csv_of(filled))

    assert problem.startswith(found)


def test_every_wrong_cell_of_the_file_is_named() -> None:
    content = csv_of(
        ("", "x", "commit", "soon", "", "", "", "", ""),
        ("S-1", "", "nothing", "", "", "", "", "", ""),
    )

    assert [problem.split(":")[0] for problem in problems(content)] == [
        "Row 2, Order",
        "Row 2, Line",
        "Row 2, Date",
        "Row 3, Notice",
    ]


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (("Order", "Notice", "Colour"), ["Row 1, column 3: “Colour” – expected each of these"]),
        (("Order", "Notice", "order"), ["Row 1, column 3: “order” – expected each of these"]),
        (("Order", "Line"), ["Row 1, Notice: empty – expected a column with this heading"]),
    ],
)
def test_wrong_headings_are_named(headings: tuple[str, ...], found: list[str]) -> None:
    named = problems(csv_of(("S-1", "", ""), headings=headings))

    assert len(named) == len(found)
    assert all(name.startswith(start) for name, start in zip(named, found, strict=True))


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("n.csv", b"", "The file is empty"),
        ("n.csv", b"\n\n", "no notice below its headings"),
        ("n.csv", b"Order,Notice\n", "no notice below its headings"),
        ("n.exe", b"MZ", "Only files named"),
        ("n.csv", b"\xff\xfea", "UTF-8"),
        ("n.xlsx", b"not a workbook", "is not one"),
    ],
)
def test_what_is_no_file_of_notices_is_refused(name: str, content: bytes, refusal: str) -> None:
    with pytest.raises(MatrixRefused, match=refusal):
        read_notices(name=name, content=content)


def test_a_file_has_so_many_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_notices, "MOST_NOTICES", 2)
    row = ("S-1", "", "acknowledge", "", "", "", "", "", "")

    assert len(read(row, row)) == 2
    with pytest.raises(MatrixRefused, match="more than 2 notices"):
        read(row, row, row)
