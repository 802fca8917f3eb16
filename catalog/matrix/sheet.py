"""The rows of a workbook as plain cells.

A workbook is opened only by a child process (see `child`); this process reads its JSON.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO

from catalog.matrix.archive import WORKBOOKS
from catalog.matrix.limits import MAX_LINE_BYTES, MAX_ROWS_BYTES, TOO_MUCH
from catalog.matrix.refusal import MatrixRefused

# On the wall, the work of this process with the rows included; the child's own limit is 30 seconds
# of processor time, which a busy machine does not shorten.
SECONDS = 60
IMPORT_ROOT = Path(__file__).resolve().parents[2]
# The child has no use for the server's secrets; coverage's variable lets its lines count.
KEPT_VARIABLES = ("PATH", "COVERAGE_PROCESS_CONFIG")


@dataclass(frozen=True, slots=True)
class DateCell:
    """A cell that the workbook holds as a date, a time or a duration."""

    text: str

    def __str__(self) -> str:
        return self.text


Cell = str | float | bool | DateCell
Rows = Generator[Sequence[Cell], None, None]


def read_workbook(
    content: bytes, *, ending: str = ".xlsx", sheet: str = "", seconds: float = SECONDS
) -> Rows:
    """Rows of a workbook, read by a child process that is stopped after `seconds`.

    `ending` is one of WORKBOOKS: what the file is named, and has to be. `sheet` is read where
    several are filled.
    """
    WORKBOOKS[ending].check_start(content)
    with _child(ending, sheet) as child:
        timer = Timer(seconds, child.kill)
        timer.start()
        try:
            yield from _rows_of_child(child, content)
            child.wait()
        finally:
            timer.cancel()
            child.kill()


def _child(ending: str, sheet: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  this very interpreter, an ending of WORKBOOKS, a word of ours
        [sys.executable, "-m", "catalog.matrix.child", ending, sheet],
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
