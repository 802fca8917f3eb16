"""Files made to do harm: each is refused in plain words, soon, and this process lives on (S2)."""

import contextlib
import io
import re
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.matrix.archive import MAX_PARTS, MIB, scan
from catalog.matrix.limits import MAX_COLUMNS, MAX_FILE_BYTES, MAX_LINE_BYTES, MAX_ROWS
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.rows import read_matrix
from catalog.matrix.sheet import _values, read_workbook
from tests.catalog.matrix_files import (
    HEADINGS,
    SHEET,
    TYPES,
    archive_of,
    csv_file,
    line,
    sound_parts,
    workbook_with_sheet,
    xlsx_file,
)

SECONDS = 5
CHILD_BYTES = 512 * MIB
Make = Callable[[], bytes]


def sound() -> bytes:
    return xlsx_file([HEADINGS, line()])


def with_part(name: str, content: bytes = b"x") -> Make:
    return lambda: archive_of(sound_parts() | {name: content})


def changed(old: bytes, new: bytes, *, times: int = -1) -> Make:
    """The sound workbook with bytes of the archive itself changed."""
    return lambda: sound().replace(old, new, times)


def with_type(content_type: str) -> Make:
    override = f'<Override PartName="/xl/a.bin" ContentType="{content_type}"/></Types>'

    def make() -> bytes:
        parts = sound_parts()
        return archive_of(
            parts | {TYPES: parts[TYPES].replace(b"</Types>", override.encode())},
        )

    return make


def with_xml(xml: bytes) -> Make:
    return lambda: archive_of(sound_parts() | {SHEET: xml})


def cells(*references: str, value: str = "<v>1</v>") -> Make:
    rows = "".join(
        f'<row r="{reference.lstrip("ABCDEFX")}"><c r="{reference}">{value}</c></row>'
        for reference in references
    )
    return lambda: workbook_with_sheet(rows)


def size_lie() -> bytes:
    """A part that says it is 10 bytes long and inflates to 150 MB."""
    bomb = archive_of({"xl/media/a.png": bytes(150 * MIB)})
    true_size = struct.pack("<L", 150 * MIB)
    return bomb.replace(true_size, struct.pack("<L", 10))


def packed_part(packed: bytes) -> bytes:
    """A stored part whose two headers then say that it is deflated."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.bin"), packed)
    stored, deflated = b"\0\0\0\0\x21\0", b"\x08\0\0\0\x21\0"  # method, then 1980-01-01
    return file.getvalue().replace(stored, deflated)


def spoilt() -> bytes:
    return packed_part(b"\xff" * 64)


def cut_short() -> bytes:
    return packed_part(zlib.compress(bytes(range(256)), wbits=-15)[:-20])


def packed_by_bzip2() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.bin", b"x" * 1000)
    return file.getvalue()


def overlapping_parts() -> bytes:
    """A hundred directory entries that all point at the same megabytes."""
    whole = archive_of({"000.bin": bytes(range(256)) * 4096 * 3})
    at = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    entry = whole[at:end]
    directory = entry * 100
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 100, 100, len(directory), at, 0)
    return whole[:at] + directory + tail


def million_letters_shared() -> bytes:
    """A text of a megabyte, named by fifty thousand cells."""
    parts = sound_parts()
    text = f"<sst><si><t>{'x' * 1000 * 1000}</t></si></sst>"
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 50_001))
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    texts = text.replace("x" * 1000, "abcdefghij" * 100).encode()
    junk = bytes(zlib.crc32(bytes([n % 256, n // 256])) % 256 for n in range(20_000))
    return archive_of(
        parts | {"xl/sharedStrings.xml": texts, SHEET: sheet.encode(), "xl/media/a.png": junk}
    )


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><worksheet><sheetData>&c;</sheetData></worksheet>"""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
NESTED = b"<worksheet>" + b"<a>" * 200_000

ARCHIVES: dict[str, tuple[Make, str]] = {
    "a bomb of one part": (lambda: archive_of({"a": bytes(120 * MIB)}), "unpacks to far more"),
    "a bomb of many parts": (
        lambda: archive_of({f"{n}.bin": bytes(5 * MIB) for n in range(45)}),
        "unpacks to far more",
    ),
    "a ratio above 200": (with_part("xl/media/a.png", bytes(2 * MIB)), "unpacks to far more"),
    "many small bombs": (
        lambda: archive_of({f"{n}.bin": bytes(900_000) for n in range(150)}),
        "unpacks to far more",
    ),
    "a size that lies": (size_lie, "unpacks to far more"),
    "overlapping parts": (overlapping_parts, "damaged"),
    "201 parts": (lambda: archive_of({str(n): b"" for n in range(MAX_PARTS + 1)}), "unpacks"),
    "40,000 parts": (lambda: archive_of({str(n): b"" for n in range(40_000)}), "unpacks"),
    "a part above the archive": (with_part("xl/../../etc/passwd"), "a place outside itself"),
    "an absolute part": (with_part("/etc/passwd"), "a place outside itself"),
    "a part with a backslash": (with_part("xl\\..\\a.xml"), "a place outside itself"),
    "a part on a drive": (with_part("C:a.xml"), "a place outside itself"),
    "two parts of one name": (with_part("XL/workbook.xml", b"<a/>"), "damaged"),
    "a macro": (with_part("xl/vbaProject.bin"), "holds macros"),
    "a macro of another name": (with_type("application/vnd.ms-office.vbaProject"), "holds macros"),
    "a macro workbook": (
        with_type("application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "holds macros",
    ),
    "an external link": (with_part("xl/externalLinks/externalLink1.xml", b"<a/>"), "other files"),
    "a data connection": (with_part("xl/connections.xml", b"<connections/>"), "other files"),
    "an embedded file": (with_part("xl/embeddings/oleObject1.bin"), "embedded files"),
    "a control": (with_part("xl/activeX/activeX1.bin"), "embedded files"),
    "entities that multiply": (with_xml(LAUGHS), "defines its own entities"),
    "an external entity": (
        with_xml(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>'),
        "defines its own entities",
    ),
    "entities in the types": (with_part(TYPES, LAUGHS), "defines its own entities"),
    "endless types": (with_part(TYPES, b"<Types>" + b" " * 2 * MIB), "unpacks to far more"),
    "a part with a password": (
        changed(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01"),
        "pass",
    ),
    "a part of no xml": (with_xml(b"\x89PNG\r\n"), "damaged"),
    "types of no xml": (with_part(TYPES, b"<Types><Override></Types>"), "damaged"),
    "packed bytes spoilt": (spoilt, "damaged"),
    "packed bytes cut short": (cut_short, "damaged"),
    "another way of packing": (packed_by_bzip2, "damaged"),
    "an empty sheet part": (with_xml(b""), "damaged"),
    "a sheet nested deeply": (with_xml(NESTED), "no visible sheet"),
    "a truncated archive": (lambda: sound()[:-200], "damaged"),
    "an archive cut in the middle": (lambda: sound()[:2000], "damaged"),
    "an archive of something else": (lambda: archive_of({"a.txt": b"hello"}), "damaged"),
    "cells at both ends of the sheet": (cells("A1", "XFD1048576"), "more memory or time"),
    "a cell beyond the sheet": (cells("A1", "XFD4294967295"), "more memory or time"),
    "a cell in column XFD": (cells("A1", "XFD2"), "wider than 64 columns"),
    "a cell in the last row": (cells("A1", "A1048576"), "below row 200,000"),
    "a cell of no place": (cells("A1", "A99999999999999999999"), "more memory or time"),
    "a text that is not there": (
        lambda: workbook_with_sheet('<row r="1"><c r="A1" t="s"><v>4294967295</v></c></row>'),
        "damaged",
    ),
    "a megabyte in every cell": (million_letters_shared, "more memory or time|unpacks"),
}
FILES: dict[str, tuple[str, Make, str]] = {
    "no bytes": ("a.xlsx", lambda: b"", "is empty"),
    "no bytes of csv": ("a.csv", lambda: b"", "is empty"),
    "text named .xlsx": (
        "a.xlsx",
        lambda: csv_file([HEADINGS, line()]),
        "named as an Excel workbook but is not one",
    ),
    "a workbook named .csv": ("a.csv", sound, "is a workbook"),
    "an encrypted workbook": ("a.xlsx", lambda: OLE, "protected by a password"),
    "an old workbook": ("a.csv", lambda: OLE, "old .xls"),
    "a macro workbook by name": ("a.xlsm", sound, "Only files named"),
    "a file without ending": ("matrix", sound, "Only files named"),
    "too large a file": ("a.csv", lambda: b"x" * (MAX_FILE_BYTES + 1), "larger than 50 MB"),
    "a csv with NUL": ("a.csv", lambda: csv_file([HEADINGS, line(name="a\0b")]), "NUL bytes"),
    "a csv in UTF-16": (
        "a.csv",
        lambda: csv_file([HEADINGS, line()], encoding="utf-16"),
        "in UTF-16",
    ),
    "a csv in Windows letters": (
        "a.csv",
        lambda: csv_file([HEADINGS, line(name="naïve")], encoding="cp1252"),
        "not in UTF-8",
    ),
    "a csv with half a surrogate": ("a.csv", lambda: b"a,\xed\xa0\x80\n", "not in UTF-8"),
    "a csv of too many rows": (
        "a.csv",
        lambda: csv_file([HEADINGS]) + b"x\n" * MAX_ROWS,
        "below row 200,000",
    ),
    "a csv of too many columns": ("a.csv", lambda: b"," * MAX_COLUMNS, "wider than 64 columns"),
    "a csv cell of 10 MB": ("a.csv", lambda: b"x" * 10 * MIB, "longer than 131,072"),
    "a csv with a quote left open": ("a.csv", lambda: b'a,"b\n', "quotation mark is missing"),
}


# The refusal of a workbook, and the kilobytes of the largest child that read it
READ_AND_TELL = """
import resource, sys
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.rows import read_matrix
try:
    read_matrix(name="a.xlsx", content=sys.stdin.buffer.read())
except MatrixRefused as refusal:
    print(refusal)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def cpu_seconds() -> float:
    """Spent by this process and its children: the clock on the wall also counts other work."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def assert_refused(name: str, content: bytes, message: str) -> None:
    started = cpu_seconds()
    with pytest.raises(MatrixRefused, match=message):
        read_matrix(name=name, content=content)
    assert cpu_seconds() - started < SECONDS


@pytest.mark.parametrize("case", ARCHIVES)
def test_a_hostile_workbook_is_refused(case: str) -> None:
    make, message = ARCHIVES[case]
    assert_refused("matrix.xlsx", make(), message)


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_matrix_is_refused(case: str) -> None:
    name, make, message = FILES[case]
    assert_refused(name, make(), message)


def test_a_file_is_read_after_a_reader_was_killed() -> None:
    assert_refused("a.xlsx", cells("A1", "XFD1048576")(), "more memory or time")
    assert len(read_matrix(name="a.xlsx", content=sound()).rows) == 1


def test_no_child_process_takes_more_than_512_mib() -> None:
    # In a small process: a child is counted with the size of the process it was forked from
    found = subprocess.run(
        [sys.executable, "-c", READ_AND_TELL],
        input=million_letters_shared(),
        capture_output=True,
        check=True,
    )
    said, largest = found.stdout.decode().splitlines()

    assert re.search("more memory or time|unpacks", said)
    assert 0 < int(largest) * 1024 < CHILD_BYTES


def test_a_reader_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(MatrixRefused, match="more memory or time"):
        list(read_workbook(sound(), seconds=0.001))


def test_the_reader_is_stopped_when_nobody_takes_its_rows() -> None:
    rows = read_workbook(xlsx_file([HEADINGS, *[line() for _ in range(5_000)]]))
    assert list(next(rows)) == HEADINGS
    started = time.monotonic()
    rows.close()
    assert time.monotonic() - started < SECONDS


@pytest.mark.parametrize("said", [b"", b'[["a"]]', b"[[\n", b"[" + b" " * MAX_LINE_BYTES + b"]\n"])
def test_a_broken_child_is_not_believed(said: bytes) -> None:
    assert list(_values(io.BytesIO(said))) == []


def test_a_checksum_that_does_not_fit_is_found() -> None:
    content = sound()
    crc = struct.pack("<L", zlib.crc32(sound_parts()[SHEET]))
    assert content.count(crc) == 2
    with pytest.raises(MatrixRefused, match="damaged"):
        scan(content.replace(crc, b"\x01\x02\x03\x04"))


def test_a_name_that_differs_in_the_two_headers_is_found() -> None:
    with pytest.raises(MatrixRefused, match="damaged"):
        scan(sound().replace(b"xl/workbook.xml", b"xl/workbooks.ml", 1))


def test_stored_parts_are_scanned_as_packed_ones() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sound_parts().items():
            archive.writestr(name, content)
    assert len(read_matrix(name="a.xlsx", content=file.getvalue()).rows) == 1


def test_a_number_that_is_none_is_a_problem_of_its_cell() -> None:
    headings = "".join(
        f'<c t="inlineStr"><is><t>{heading}</t></is></c>' for heading in HEADINGS[:9]
    )
    values = [f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in line()[:7]]
    numbers = "<c><v>NaN</v></c><c><v>1e999</v></c>"
    content = workbook_with_sheet(f"<row>{headings}</row><row>{''.join(values)}{numbers}</row>")
    matrix = read_matrix(name="a.xlsx", content=content)
    assert [(problem.row, problem.value) for problem in matrix.problems] == [(2, "nan"), (2, "inf")]


def refuses_or_reads(name: str, content: bytes) -> None:
    with contextlib.suppress(MatrixRefused):
        read_matrix(name=name, content=content)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_as_csv_are_read_or_refused(content: bytes) -> None:
    refuses_or_reads("a.csv", content)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from('a,"\n\r $1.é\x07'), max_size=80))
def test_random_lines_below_sound_headings_are_read_or_refused(text: str) -> None:
    refuses_or_reads("a.csv", csv_file([HEADINGS]) + text.encode())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.booleans())
def test_random_bytes_as_xlsx_are_refused(content: bytes, zip_start: bool) -> None:
    start = b"PK\x03\x04" if zip_start else b""
    refuses_or_reads("a.xlsx", start + content)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_workbook_with_a_byte_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(sound())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255))
    refuses_or_reads("a.xlsx", bytes(content))


@settings(deadline=None)
@given(st.data())
def test_the_scan_of_a_changed_archive_raises_only_refusals(data: st.DataObject) -> None:
    content = bytearray(sound())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MatrixRefused):
        scan(bytes(content))
