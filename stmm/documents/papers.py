"""Stored facts as the one file that everybody gets: a printed page with its own data inside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.template.loader import render_to_string

from stmm.documents.pdf import DataFile, render_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is printed, by which template, in whose name; `at` (aware) is when it was made so.

    `data` is embedded as the file `data_name`, whose ending says its type.
    """

    template: str
    context: Mapping[str, object]
    author: str
    at: datetime
    data_name: str
    data: bytes
    about_data: str


def paper_html(paper: Paper) -> str:
    """The page as HTML; whatever people typed is escaped."""
    made_at = f"{paper.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    context = {**paper.context, "author": paper.author, "made_at": made_at}
    return render_to_string(paper.template, context)


def paper_pdf(paper: Paper) -> bytes:
    """PDF/A-3a and PDF/UA-1 with the data inside; the same paper, the same bytes.

    Raises stmm.documents.pdf.RenderFailed for a character that no bundled font has.
    """
    return render_pdf(
        html=paper_html(paper),
        attachment=DataFile(name=paper.data_name, content=paper.data, description=paper.about_data),
        at=paper.at,
    )


def json_bytes(value: object) -> bytes:
    """JSON for the eye too; days and moments in ISO 8601, moments in UTC, amounts as text."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written as JSON.")
