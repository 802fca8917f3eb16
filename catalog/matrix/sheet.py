"""The rows of a matrix file as plain cells, whatever its format.

A workbook is opened only by a child process (see `child`); this process reads its JSON.
"""

import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from threading import Timer
from typing import IO

from catalog.matrix.archive import SAVE_PLAIN
from catalog.matrix.limits import (
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_LINE_BYTES,
    MAX_ROWS,
    MAX_ROWS_BYTES,
    TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    TOO_MUCH,
)
from catalog.matrix.refusal import MatrixRefused

# On the wall, the work of this process with the rows included; the child's own limit is 30 seconds
# of processor time, which a busy machine does not shorten.
SECONDS = 60
IMPORT_ROOT = Path(__file__).resolve().parents[2]
# The child has no use for the server's secrets; coverage's variable lets its lines count.
KEPT_VARIABLES = ("PATH", "COVERAGE_PROCESS_CONFIG")
ZIP_START = b"PK"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF_16_STARTS = (b"\xff\xfe", b"\xfe\xff")
SAVE_UTF_8 = "Save it as “CSV UTF-8 (comma delimited)”, or as .xlsx, and send that file."


@dataclass(frozen=True, slots=True)
class DateCell:
    """A cell that the workbook holds as a date, a time or a duration."""

    text: str

    def __str__(self) -> str:
        return self.text


Cell = str | float | bool | DateCell
Rows = Generator[Sequence[Cell], None, None]


def read_rows(*, name: str, content: bytes) -> Rows:
    """Every row of the file from its first, empty ones too; an empty cell is "".

    Raises MatrixRefused, at once or while rows are taken: a caller keeps nothing before the end.
    """
    if not content:
        raise MatrixRefused("The file is empty.")
    if len(content) > MAX_FILE_BYTES:
        raise MatrixRefused(TOO_LARGE)
    ending = PurePath(name).suffix.lower()
    if ending not in READERS:
        raise MatrixRefused(f"Only .xlsx and .csv files are read here. {SAVE_PLAIN}")
    if content.startswith(OLE_START):
        raise MatrixRefused(f"The file is an old .xls, or is protected by a password. {SAVE_PLAIN}")
    return READERS[ending](content)


def read_workbook(content: bytes, *, seconds: float = SECONDS) -> Rows:
    """Rows of an .xlsx file, read by a child process that is stopped after `seconds`."""
    if not content.startswith(ZIP_START):
        raise MatrixRefused(f"The file is named .xlsx but is not an Excel workbook. {SAVE_PLAIN}")
    with _child() as child:
        timer = Timer(seconds, child.kill)
        timer.start()
        try:
            yield from _rows_of_child(child, content)
            child.wait()
        finally:
            timer.cancel()
            child.kill()


def _child() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "catalog.matrix.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=IMPORT_ROOT,
        env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
    )


def _rows_of_child(child: subprocess.Popen[bytes], content: bytes) -> Rows:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("The child process was started without pipes.")
    # A child that died says so by the missing end line below.
    with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
        pipe.write(content)
    for value in _values(child.stdout):
        if isinstance(value, list):
            yield from value
        elif "refused" in value:
            raise MatrixRefused(value["refused"])
        else:
            return
    raise MatrixRefused(TOO_MUCH)


def _values(pipe: IO[bytes]) -> Iterator[list[list[Cell]] | dict[str, str]]:
    """The JSON values of whole lines; ends early where the child stops or says too much."""
    left = MAX_ROWS_BYTES
    while (line := pipe.readline(min(left, MAX_LINE_BYTES))).endswith(b"\n"):
        left -= len(line)
        try:
            value = json.loads(line, object_hook=_date_cell_or_message)
        except ValueError:
            return
        yield value


def _date_cell_or_message(value: dict[str, str]) -> DateCell | dict[str, str]:
    return DateCell(value["date"]) if "date" in value else value


def read_csv(content: bytes) -> Rows:
    """Rows of a comma separated file in UTF-8, with or without a byte order mark (RFC 4180)."""
    _refuse_other_than_text(content)
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    number = 0
    try:
        for number, row in enumerate(csv.reader(text, strict=True), start=1):
            if number > MAX_ROWS:
                raise MatrixRefused(TOO_MANY_ROWS)
            if len(row) > MAX_COLUMNS:
                raise MatrixRefused(TOO_MANY_COLUMNS)
            yield row
    except UnicodeDecodeError as error:
        raise MatrixRefused(
            f"The file is not in UTF-8 (a letter after row {number} cannot be read). {SAVE_UTF_8}"
        ) from error
    except csv.Error as error:
        raise MatrixRefused(
            f"Row {number + 1} cannot be read: a quotation mark is missing or a cell is longer "
            "than 131,072 characters. Correct it, and send the file again."
        ) from error


def _refuse_other_than_text(content: bytes) -> None:
    if content.startswith(ZIP_START):
        raise MatrixRefused(f"The file is named .csv but is a workbook or archive. {SAVE_PLAIN}")
    if content.startswith(UTF_16_STARTS):
        raise MatrixRefused(f"The file is in UTF-16. {SAVE_UTF_8}")
    if b"\0" in content:
        raise MatrixRefused(f"The file holds NUL bytes, so it is not plain text. {SAVE_UTF_8}")


READERS: dict[str, Callable[[bytes], Rows]] = {".xlsx": read_workbook, ".csv": read_csv}
