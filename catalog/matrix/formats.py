"""Which kinds of file are read, by the ending of their names."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePath

from catalog.matrix.archive import OLE_START, SAVE_PLAIN, WORKBOOKS
from catalog.matrix.delimited import read_delimited
from catalog.matrix.limits import MAX_FILE_BYTES, TOO_LARGE
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.sheet import Rows, read_workbook

READERS: dict[str, Callable[[bytes], Rows]] = {
    ending: partial(read_workbook, ending=ending) for ending in WORKBOOKS
} | dict.fromkeys((".csv", ".tsv", ".txt"), read_delimited)
MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
}
ENDINGS = ", ".join(READERS)


def ending_of(name: str) -> str:
    """The ending of a file's name, as READERS has it: ".xlsx"."""
    return PurePath(name).suffix.lower()


def read_rows(*, name: str, content: bytes, sheet: str = "") -> Rows:
    """Every row of the file from its first, empty ones too; an empty cell is "".

    Of a workbook with several filled sheets the one called `sheet` is read, if one is.
    Raises MatrixRefused, at once or while rows are taken: a caller keeps nothing before the end.
    """
    if not content:
        raise MatrixRefused("The file is empty.")
    if len(content) > MAX_FILE_BYTES:
        raise MatrixRefused(TOO_LARGE)
    ending = ending_of(name)
    if ending not in READERS:
        raise MatrixRefused(f"Only files named {ENDINGS} are read here. {SAVE_PLAIN}")
    if ending != ".xls" and content.startswith(OLE_START):
        raise MatrixRefused(
            f"The file is named {ending} but is an old .xls, or is protected by a password. "
            f"{SAVE_PLAIN}"
        )
    if sheet and ending in WORKBOOKS:
        return read_workbook(content, ending=ending, sheet=sheet)
    return READERS[ending](content)
