"""Workbooks of the kinds that no library here writes: OpenDocument, and Excel 97 to 2003."""

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    f' xmlns:office="{_NAMES}office:1.0" xmlns:table="{_NAMES}table:1.0"'
    f' xmlns:text="{_NAMES}text:1.0" xmlns:calcext="urn:org:documentfoundation:calcext:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Matrix">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{_NAMES}manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def ods_file(rows: Sequence[Sequence[object]], **added: str) -> bytes:
    """A spreadsheet of texts and numbers; `added` parts by name, "/" written as "__"."""
    return ods_of("".join(_ods_row(row) for row in rows), added)


def ods_of(xml_of_rows: str, added: Mapping[str, str] | None = None) -> bytes:
    parts = {
        "mimetype": ODS,
        "META-INF/manifest.xml": MANIFEST,
        "content.xml": CONTENT.format(xml_of_rows),
    }
    parts |= {name.replace("__", "/"): text for name, text in (added or {}).items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def _ods_row(row: Sequence[object]) -> str:
    return f"<table:table-row>{''.join(_ods_cell(cell) for cell in row)}</table:table-row>"


def _ods_cell(cell: object) -> str:
    if isinstance(cell, str):
        kind, value = "string", ""
    else:
        kind, value = "float", f' office:value="{cell}"'
    text = f"<text:p>{escape(str(cell))}</text:p>"
    return f'<table:table-cell office:value-type="{kind}"{value}>{text}</table:table-cell>'


SECTOR = 512
FREE, END, OF_FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
ERROR_CELL = object()


def xls_file(rows: Sequence[Sequence[object]]) -> bytes:
    """A BIFF8 workbook of one sheet in a compound file ([MS-XLS], [MS-CFB]).

    Texts, numbers, and ERROR_CELL for a cell that shows #REF!.
    """
    return compound_file("Workbook", _biff8(rows))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _biff8(rows: Sequence[Sequence[object]]) -> bytes:
    name = b"Matrix"
    width = max(len(row) for row in rows)
    end = _record(0x000A, b"")
    before = _begin(0x0005) + _record(0x0042, struct.pack("<H", 1200))
    length = len(before) + 4 + 8 + len(name) + len(end)
    sheet = struct.pack("<IBBBB", length, 0, 0, len(name), 0) + name
    dimensions = struct.pack("<IIHHH", 0, len(rows), 0, width, 0)
    cells = b"".join(_cells(rows))
    return (
        before
        + _record(0x0085, sheet)
        + end
        + _begin(0x0010)
        + _record(0x0200, dimensions)
        + cells
        + end
    )


def _cells(rows: Sequence[Sequence[object]]) -> Iterator[bytes]:
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", at, column, 0)
            if cell is ERROR_CELL:
                yield _record(0x0205, place + bytes([0x17, 1]))
            elif isinstance(cell, int | float):
                yield _record(0x0203, place + struct.pack("<d", cell))
            elif cell:
                text = str(cell)
                letters = text.encode("utf-16-le")
                yield _record(0x0204, place + struct.pack("<HB", len(text), 1) + letters)


def compound_file(name: str, stream: bytes) -> bytes:
    """One stream of at least 4,096 bytes, so that it lies in ordinary sectors."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % SECTOR)
    sectors = len(stream) // SECTOR
    # The first sectors are the directory's and the table's, the stream follows
    tables = -(-(sectors + 2) // (SECTOR // 4 - 1))
    start = 1 + tables
    chain = [END, *[OF_FAT] * tables, *range(start + 1, start + sectors), END]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * SECTOR, b"\xff")
    directory = _entry("Root Entry", 5, END, 0, child=1) + _entry(name, 2, start, len(stream))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<IIIIIIIII", 0, tables, 0, 0, 4096, END, 0, END, 0)
        + struct.pack("<109I", *range(1, 1 + tables), *[FREE] * (109 - tables))
    )
    return header + directory.ljust(SECTOR, b"\0") + fat + stream


def _entry(name: str, kind: int, start: int, size: int, *, child: int = FREE) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    entry = letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters), kind, 1)
    entry += struct.pack("<III", FREE, FREE, child) + bytes(36)
    return entry + struct.pack("<IQ", start, size)
