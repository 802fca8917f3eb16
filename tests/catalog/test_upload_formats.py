"""Every kind of file that is read: the same lines from each, the same distrust of each."""

import contextlib
import struct
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.matrix.columns import COLUMNS, HEADINGS, attribute_of
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.rows import read_matrix
from catalog.matrix.spellings import LOOSE, SPELLINGS
from tests.catalog import matrix_files
from tests.catalog.matrix_files import archive_of, csv_file, line, sound_parts, xlsx_file
from tests.catalog.workbook_files import (
    ERROR_CELL,
    compound_file,
    ods_file,
    ods_of,
    xls_file,
)

ROWS: list[list[object]] = [
    list(matrix_files.HEADINGS),
    line(product_id="0085191", description="with; every | sign, \t here"),
    line(product_id="B", mrc=5.5, nrc=80),
]


def delimited(delimiter: str) -> bytes:
    cells = (
        delimiter.join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in ROWS
    )
    return "\r\n".join(cells).encode()


KINDS: dict[str, bytes] = {
    "a.xls": xls_file(ROWS),
    "a.ods": ods_file(ROWS),
    "a.csv": csv_file(ROWS),
    "semicolons.csv": delimited(";"),
    "a.tsv": delimited("\t"),
    "pipes.txt": delimited("|"),
    "UPPER.CSV": csv_file(ROWS),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_gives_the_same_lines(name: str) -> None:
    matrix = read_matrix(name=name, content=KINDS[name])
    expected = read_matrix(name="a.xlsx", content=xlsx_file(ROWS))
    assert [str(problem) for problem in matrix.problems] == []
    assert [row.product_id for row in matrix.rows] == ["0085191", "B"]
    assert [(row.mrc, row.nrc) for row in matrix.rows] == [
        (row.mrc, row.nrc) for row in expected.rows
    ]


def ods(marked: str) -> bytes:
    return ods_of(f"<table:table-row>{marked}</table:table-row>")


ENCRYPTED = '<m xmlns:manifest="urn:m"><manifest:encryption-data/></m>'


def bomb() -> bytes:
    parts = {"mimetype": b"x", "content.xml": b"<a>" + b" " * 120 * 1024 * 1024 + b"</a>"}
    return archive_of(parts)


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an ods with a macro": ("a.ods", lambda: ods_file(ROWS, Basic__script="x"), "holds macros"),
    "an ods with a script": ("a.ods", lambda: ods_file(ROWS, Scripts__a="x"), "holds macros"),
    "an ods with an object": (
        "a.ods",
        lambda: ods_of("", {"Object 1/content.xml": "<a/>"}),
        "embedded files",
    ),
    "an ods with a link": ("a.ods", lambda: ods("<table:table-source/>"), "other files"),
    "an ods with a data link": ("a.ods", lambda: ods("<office:dde-source/>"), "other files"),
    "an ods with a broken cell": (
        "a.ods",
        lambda: ods('<table:table-cell calcext:value-type="error"/>'),
        "shows an error",
    ),
    "an ods with entities": (
        "a.ods",
        lambda: archive_of({"content.xml": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}),
        "defines its own entities",
    ),
    "an ods with a password": (
        "a.ods",
        lambda: ods_of(
            "",
            {"META-INF/manifest.xml": '<m xmlns:manifest="urn:m"><manifest:encryption-data/></m>'},
        ),
        "password",
    ),
    "an ods that is a bomb": ("a.ods", bomb, "unpacks to far more"),
    "an ods of endless rows": (
        "a.ods",
        lambda: ods_of(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
            ' table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
            "</table:table-row>"
        ),
        "more memory or time|damaged|wider|below row",
    ),
    "an ods cut short": ("a.ods", lambda: ods_file(ROWS)[:-90], "damaged"),
    "an ods that is an xlsx": ("a.ods", lambda: archive_of(sound_parts()), "damaged"),
    "an ods that is text": ("a.ods", lambda: csv_file(ROWS), "OpenDocument spreadsheet but is not"),
    "an xls that is an xlsx": ("a.xls", lambda: xlsx_file(ROWS), "old Excel workbook but is not"),
    "an xls of no workbook": ("a.xls", lambda: compound_file("Book?", b"x" * 5000), "damaged"),
    "an xls cut short": ("a.xls", lambda: xls_file(ROWS)[:900], "damaged|more memory"),
    "an xls with a macro": (
        "a.xls",
        lambda: xls_file(ROWS) + "_VBA_PROJECT".encode("utf-16-le"),
        "holds macros",
    ),
    "an xls with a broken cell": (
        "a.xls",
        lambda: xls_file([*ROWS, [ERROR_CELL, *line()[1:]]]),
        "shows an error",
    ),
    "an xls with a broken formula": (
        "a.xls",
        lambda: xls_file(ROWS).replace(
            struct.pack("<HHHHH", 0x0203, 14, 2, 8, 0) + struct.pack("<d", 5.5),
            struct.pack("<HHHHH", 0x0006, 14, 2, 8, 0) + b"\x02\0\x17\0\0\0\xff\xff",
        ),
        "shows an error",
    ),
    "an empty xls": ("a.xls", lambda: b"", "is empty"),
    "an empty ods": ("a.ods", lambda: b"", "is empty"),
    "a document": ("a.pdf", lambda: b"%PDF-1.7", "Only files named"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_in_plain_words(case: str) -> None:
    name, make, message = HOSTILE[case]
    with pytest.raises(MatrixRefused, match=message):
        read_matrix(name=name, content=make())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_workbook_with_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["a.xls", "a.ods"]))
    content = bytearray(KINDS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MatrixRefused):
        read_matrix(name=name, content=bytes(content))


@pytest.mark.parametrize(
    ("heading", "attribute"),
    [
        ("MRC", "mrc"),
        ("One-Time Charge", "nrc"),
        ("Product ID", "product_id"),
        ("Contractor’s Product ID", "product_id"),
        ("Unit of measure", "unit"),
        ("UOM", "unit"),
        ("Mandatory / Non-Mandatory", "designation"),
        ("Colour", ""),
    ],
)
def test_common_spellings_of_headings_are_known(heading: str, attribute: str) -> None:
    assert attribute_of(heading, {}) == attribute


def test_a_persons_choice_comes_before_every_spelling() -> None:
    assert attribute_of("MRC", {"mrc": "nrc"}) == "nrc"
    assert attribute_of("Designation", {"designation": ""}) == ""


def test_no_spelling_means_two_columns_and_each_means_one_that_there_is() -> None:
    assert len(LOOSE) == sum(len(spelled) for spelled in SPELLINGS.values())
    assert set(SPELLINGS) == {column.attribute for column in COLUMNS} == set(HEADINGS)


def test_columns_and_their_first_cells_are_told_even_where_one_is_missing() -> None:
    content = csv_file([["Product ID", "Colour"], ["A", "red"], ["B", "blue"]])
    matrix = read_matrix(name="a.csv", content=content)
    told = [(column.heading, column.attribute, column.samples) for column in matrix.columns]
    assert told == [("Product ID", "product_id", ("A", "B")), ("Colour", "", ("red", "blue"))]
    assert matrix.problems


def test_progress_is_told_while_a_long_file_is_read() -> None:
    lines = [line(product_id=f"S{number}") for number in range(10_001)]
    heard: list[int] = []
    read_matrix(
        name="a.csv", content=csv_file([matrix_files.HEADINGS, *lines]), progress=heard.append
    )
    assert heard == [5_000, 10_000]
