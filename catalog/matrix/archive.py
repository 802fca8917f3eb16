"""Scan of a zipped workbook before any reader opens it.

The figures an archive declares about itself are not trusted: every part is inflated here, in
pieces, and its bytes are counted while they come out.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # ships no types
from defusedxml import ElementTree as SafeTree

from catalog.matrix.refusal import MatrixRefused

MIB = 1024 * 1024
MAX_PARTS = 200
MAX_PART_BYTES = 100 * MIB
MAX_TOTAL_BYTES = 200 * MIB
MAX_RATIO = 200
RATIO_COUNTS_FROM = MIB
MAX_CONTENT_TYPES_BYTES = MIB
PIECE = 64 * 1024

ZIP_START = b"PK"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CENTRAL_HEADER = b"PK\x01\x02"
LOCAL_HEADER = b"PK\x03\x04"
LOCAL_HEADER_BYTES = 30
ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
SAVE_PLAIN = "Save the sheet as a plain .xlsx or .csv without macros, and send that file."
BOMB = f"The file unpacks to far more than a price and services matrix needs. {SAVE_PLAIN}"
DAMAGED = (
    "The file is damaged, or is not the workbook its name says. Open it in your "
    "spreadsheet program, save it again as .xlsx or .csv, and send that file."
)
MACROS = f"The workbook holds macros. {SAVE_PLAIN}"
EXTERNAL = f"The workbook takes data from other files or servers. {SAVE_PLAIN}"
EMBEDDED = f"The workbook holds embedded files or controls. {SAVE_PLAIN}"
PROTECTED = f"The workbook is protected by a password. Remove it. {SAVE_PLAIN}"
BROKEN_CELL = "A cell shows an error such as #REF! or #N/A. Correct it, and send the file again."

# Looked for in part names and in the declared content types: a part may bear any name.
FORBIDDEN = (
    ("vbaproject", MACROS),
    ("macrosheet", MACROS),
    ("macroenabled", MACROS),
    ("externallink", EXTERNAL),
    ("xl/connections", EXTERNAL),
    ("connections+xml", EXTERNAL),
    ("querytable", EXTERNAL),
    ("embeddings/", EMBEDDED),
    ("oleobject", EMBEDDED),
    ("activex", EMBEDDED),
)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A kind of workbook: how it starts, and what it may not hold beyond what none may.

    `heart` is the part that each has, `parts` are starts of part names, `marks` stand in
    the parts that are MARKED.
    """

    called: str
    start: bytes
    heart: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    marks: tuple[tuple[bytes, str], ...] = ()

    def check_start(self, content: bytes) -> None:
        if not content.startswith(self.start):
            raise MatrixRefused(f"The file is named as {self.called} but is not one. {SAVE_PLAIN}")


WORKBOOKS = {
    ".xlsx": Workbook("an Excel workbook", ZIP_START, "[content_types].xml"),
    ".xls": Workbook("an old Excel workbook", OLE_START),
    ".ods": Workbook(
        "an OpenDocument spreadsheet",
        ZIP_START,
        "content.xml",
        parts=(("basic/", MACROS), ("scripts/", MACROS), ("object ", EMBEDDED)),
        marks=(
            (b"office:dde-source", EXTERNAL),
            (b"table:table-source", EXTERNAL),
            (b"table:cell-range-source", EXTERNAL),
            (b'calcext:value-type="error"', BROKEN_CELL),
            (b"manifest:encryption-data", PROTECTED),
        ),
    ),
}
# The parts of an OpenDocument spreadsheet that have marks; the first says what is encrypted
MARKED = ("meta-inf/manifest.xml", "content.xml")
VBA = "_VBA_PROJECT".encode("utf-16-le")
# A BOOLERR record, or a FORMULA record whose result is an error ([MS-XLS] 2.4.24, 2.5.133)
XLS_ERROR = re.compile(
    rb"\x05\x02\x08\x00.{6}[\x00\x07\x0f\x17\x1d\x24\x2a]\x01"
    rb"|\x06\x00...{6}\x02.[\x00\x07\x0f\x17\x1d\x24\x2a].{3}\xff\xff",
    re.DOTALL,
)
ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]{0,200}?\st=["']e["']""")
CELL_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{1,3}[0-9]{1,7})["']""")


def scan(content: bytes, *, ending: str = ".xlsx") -> None:
    """Pass a workbook that is safe to hand to a reader, or raise MatrixRefused."""
    if ending == ".xls":
        if VBA in content:
            raise MatrixRefused(MACROS)
        if XLS_ERROR.search(content):
            raise MatrixRefused(BROKEN_CELL)
    else:
        _scan_archive(content, WORKBOOKS[ending])


def _scan_archive(content: bytes, kind: Workbook) -> None:
    """Pass a zipped workbook that is safe to hand to a reader, or raise MatrixRefused.

    Reads the whole archive once, holding no more than one piece of a part at a time.
    """
    # Counted in the raw bytes first: a directory of a million entries costs memory to parse.
    if content.count(CENTRAL_HEADER) > MAX_PARTS:
        raise MatrixRefused(BOMB)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    # zipfile says NotImplementedError of an archive that needs a newer version of the format
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise MatrixRefused(DAMAGED) from error
    _check_directory(parts)
    for part in parts:
        _refuse_marked(part.orig_filename.casefold(), kind.parts)
    total = 0
    for part in sorted(parts, key=lambda part: part.orig_filename.casefold() != MARKED[0]):
        total += _check_part(content, part, MAX_TOTAL_BYTES - total, kind)
    if total > RATIO_COUNTS_FROM and total > MAX_RATIO * len(content):
        raise MatrixRefused(BOMB)
    if kind.heart not in {part.orig_filename.casefold() for part in parts}:
        raise MatrixRefused(DAMAGED)


def _check_directory(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.orig_filename for part in parts]
    if len({name.casefold() for name in names}) < len(names):
        raise MatrixRefused(DAMAGED)
    for name in names:
        if name.startswith("/") or ".." in name.split("/") or set(name) & set("\\:\0"):
            raise MatrixRefused(f"The archive names a place outside itself. {SAVE_PLAIN}")
        _refuse_forbidden(name)


def _refuse_forbidden(text: str) -> None:
    for mark, message in FORBIDDEN:
        if mark in text.casefold():
            raise MatrixRefused(message)


def _refuse_marked(name: str, starts: tuple[tuple[str, str], ...]) -> None:
    for start, message in starts:
        if name.startswith(start):
            raise MatrixRefused(message)


def _refuse_marks(piece: bytes, marks: tuple[tuple[bytes, str], ...]) -> None:
    for mark, message in marks:
        if mark in piece:
            raise MatrixRefused(message)


def _check_part(content: bytes, part: zipfile.ZipInfo, allowance: int, kind: Workbook) -> int:
    """Inflate one part of the archive and return its true size in bytes."""
    name = part.orig_filename.casefold()
    is_xml = name.endswith((".xml", ".rels"))
    prolog = _Prolog() if is_xml else None
    keep = bytearray() if name == "[content_types].xml" else None
    marks = kind.marks if name in MARKED else ()
    tail, size, crc = b"", 0, 0
    for piece in _inflate(content, part):
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        _check_size(size, part.compress_size, allowance)
        if prolog is not None:
            prolog.feed(piece)
        if name.startswith("xl/worksheets/"):
            _refuse_error_cells(tail + piece)
        _refuse_marks(tail + piece, marks)
        tail = piece[-256:]
        if keep is not None:
            keep += piece
            _check_size(size, part.compress_size, MAX_CONTENT_TYPES_BYTES)
    if size != part.file_size or crc != part.CRC or (prolog is not None and not prolog.ended):
        raise MatrixRefused(DAMAGED)
    if keep is not None:
        _check_content_types(bytes(keep))
    return size


def _check_size(size: int, packed: int, allowance: int) -> None:
    if size > min(MAX_PART_BYTES, allowance):
        raise MatrixRefused(BOMB)
    if size > RATIO_COUNTS_FROM and size > MAX_RATIO * packed:
        raise MatrixRefused(BOMB)


def _inflate(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Pieces of a part, unpacked. `zipfile` itself stops at the size the archive declares."""
    packed = _packed_bytes(content, part)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from (packed[at : at + PIECE].tobytes() for at in range(0, len(packed), PIECE))
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), PIECE):
            rest: bytes = packed[at : at + PIECE].tobytes()
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, PIECE)
                rest = unpacker.unconsumed_tail
        while not unpacker.eof:
            piece = unpacker.decompress(b"", PIECE)
            if not piece:
                raise MatrixRefused(DAMAGED)
            yield piece
    except zlib.error as error:
        raise MatrixRefused(DAMAGED) from error


def _packed_bytes(content: bytes, part: zipfile.ZipInfo) -> memoryview:
    """The packed bytes of a part, where its own header and the directory agree about it."""
    header = content[part.header_offset : part.header_offset + LOCAL_HEADER_BYTES]
    if len(header) < LOCAL_HEADER_BYTES or not header.startswith(LOCAL_HEADER):
        raise MatrixRefused(DAMAGED)
    flags = int.from_bytes(header[6:8], "little")
    if (flags | part.flag_bits) & ENCRYPTED_FLAGS:
        raise MatrixRefused(PROTECTED)
    method = int.from_bytes(header[8:10], "little")
    if method != part.compress_type or method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise MatrixRefused(DAMAGED)
    name_bytes = int.from_bytes(header[26:28], "little")
    start = part.header_offset + LOCAL_HEADER_BYTES + name_bytes
    name = content[part.header_offset + LOCAL_HEADER_BYTES : start]
    encoding = "utf-8" if part.flag_bits & 0x800 else "cp437"
    if name != part.orig_filename.encode(encoding):
        raise MatrixRefused(DAMAGED)
    start += int.from_bytes(header[28:30], "little")
    packed = memoryview(content)[start : start + part.compress_size]
    if len(packed) < part.compress_size:
        raise MatrixRefused(DAMAGED)
    return packed


class _Prolog:
    """Reads an XML part up to its first element; a DTD can stand nowhere else."""

    def __init__(self) -> None:
        self.ended = False
        self._parser = SafeTree.DefusedXMLParser(target=self, forbid_dtd=True)

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        self.ended = True

    def feed(self, piece: bytes) -> None:
        for at in range(0, len(piece), 512):
            if self.ended:
                return
            try:
                self._parser.feed(piece[at : at + 512])
            except DefusedXmlException as error:
                raise MatrixRefused(
                    f"The workbook defines its own entities. {SAVE_PLAIN}"
                ) from error
            except (SafeTree.ParseError, ValueError, LookupError) as error:
                raise MatrixRefused(DAMAGED) from error


def _check_content_types(xml: bytes) -> None:
    try:
        root = SafeTree.fromstring(xml, forbid_dtd=True)
    except (DefusedXmlException, SafeTree.ParseError, ValueError, LookupError) as error:
        raise MatrixRefused(DAMAGED) from error
    for declared in root:
        _refuse_forbidden(declared.get("ContentType", ""))


def _refuse_error_cells(piece: bytes) -> None:
    # The reader hands an error on as an empty cell: a broken price would become "no charge".
    if b't="e"' not in piece and b"t='e'" not in piece:
        return
    found = ERROR_CELL.search(piece)
    if found:
        where = CELL_REFERENCE.search(found.group())
        cell = f"Cell {where.group(1).decode()}" if where else "A cell"
        raise MatrixRefused(
            f"{cell} shows an error such as #REF! or #N/A. Correct it, and send the file again."
        )
