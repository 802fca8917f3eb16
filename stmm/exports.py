"""Downloads for spreadsheets, in which no text is taken for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

# What makes a spreadsheet read a cell as a formula, at the start of its text
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\0")
# By it Excel knows UTF-8
BYTE_ORDER_MARK = "\N{BYTE ORDER MARK}"


def neutralised(value: Any) -> Any:
    """A text with `'` before it if it starts like a formula; anything else as it is."""
    if isinstance(value, str) and value.startswith(TRIGGERS):
        return f"'{value}"
    return value


class _Line:
    """A file that keeps nothing: what is written to it is given back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A CSV file, line by line, so that a long one is never held whole."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([neutralised(value) for value in row])


def csv_download(
    file_name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        csv_lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, file_name) or ""},
    )
