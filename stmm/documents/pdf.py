"""HTML to one file that is PDF/A-3a and PDF/UA-1 at once, carries its data, and is reproducible."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from io import BytesIO
from threading import Lock

from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from stmm.documents.assets import FACES, fetcher
from stmm.documents.conformance import ForeignFont, conformant
from stmm.documents.glyphs import normalise, unprintable

_SRGB = "--srgb"
# Fonts and Pango's font map are shared by the process and are not made for two threads.
_one_at_a_time = Lock()
_weasyprint_log = logging.getLogger("weasyprint")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """Data embedded in the PDF, by its `name` (whose ending says the type, as in `std20.json`)."""

    name: str
    content: bytes
    description: str


class RenderFailed(Exception):
    """The document can't be made as asked; nothing was left out silently."""


class _Complaints(logging.Handler):
    """Collects what WeasyPrint would only have logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _nothing_left_out() -> Iterator[None]:
    complaints = _Complaints()
    _weasyprint_log.addHandler(complaints)
    try:
        yield
    except FatalURLFetchingError as refused:
        # WeasyPrint's error is a BaseException, which would end the job worker.
        raise RenderFailed(str(refused)) from refused
    finally:
        _weasyprint_log.removeHandler(complaints)
    if complaints.messages:
        raise RenderFailed("; ".join(complaints.messages))


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _stylesheet() -> CSS:
    """The one stylesheet of all printed documents, parsed once with its fonts."""
    css = render_to_string("documents/print.css", {"faces": FACES})
    return CSS(string=css, url_fetcher=fetcher(), font_config=_fonts())


@cache
def _srgb_bytes() -> bytes:
    return resources.files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()


def _srgb() -> ColorProfile:
    """WeasyPrint's own sRGB profile, which it would open for each document and never close.

    New for each document: written a second time it has other bytes.
    """
    return ColorProfile(
        BytesIO(_srgb_bytes()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"])
    )


def _draft(html: str, attachment: DataFile, at: datetime) -> bytes:
    document = HTML(string=html, base_url=None, url_fetcher=fetcher()).render(
        font_config=_fonts(),
        color_profiles={_SRGB: _srgb()},
        stylesheets=[_stylesheet()],
        presentational_hints=False,
        pdf_variant="pdf/a-3a",
        output_intent=_SRGB,
    )
    document.metadata.attachments.append(
        Attachment(
            string=attachment.content,
            url_fetcher=fetcher(),
            name=attachment.name,
            description=attachment.description,
            relationship="Data",
            created=at,
            modified=at,
        )
    )
    pdf: bytes = document.write_pdf(pdf_variant="pdf/a-3a", output_intent=_SRGB)
    return pdf


def render_pdf(*, html: str, attachment: DataFile, at: datetime) -> bytes:
    """The document as PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1), tagged, with its data.

    The HTML needs `lang` and a title; its times come from `dcterms` meta elements, the data file's
    from `at` (aware). The same arguments give the same bytes, in every process.

    Raises RenderFailed for a character no bundled font has, for anything asked for that is not a
    bundled asset, for a font of the machine, and for anything WeasyPrint would have skipped with a
    warning.
    """
    if at.tzinfo is None:
        raise ValueError("at needs a time zone")
    text = normalise(html)
    missing = unprintable(text)
    if missing:
        raise RenderFailed("no font for " + ", ".join(dict.fromkeys(map(str, missing))))
    with _one_at_a_time, _nothing_left_out():
        draft = _draft(text, attachment, at.astimezone(UTC))
    try:
        return conformant(draft)
    except ForeignFont as foreign:
        raise RenderFailed(str(foreign)) from foreign
