"""What a test wants to know of a PDF's bytes."""

from io import BytesIO
from pathlib import Path

import outloud
import page
import pikepdf
import pymupdf


def breaches(pdf: bytes) -> list[str]:
    """Where the file departs from PDF/A-3a or PDF/UA-1."""
    return [
        f"{profile} {failure.rule_id}: {failure.message}"
        for profile in ("3a", "ua1")
        for failure in page.validate_pdf_bytes(pdf, profile=profile).failures
    ]


def complaints(pdf: bytes, folder: Path) -> list[str]:
    """The breaches, and what is wrong for the ear of a screen reader's user."""
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    heard = outloud.check(str(file))
    errors = [found for found in heard.findings if found.severity == "error"]
    unread = [heard.error] if heard.error else []
    return breaches(pdf) + [f"outloud {found.rule}: {found.message}" for found in errors] + unread


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        return [sheet.get_text() for sheet in document]


def words(pdf: bytes) -> str:
    """All text of the file with single spaces."""
    return " ".join(" ".join(pages(pdf)).split())


def font_names(pdf: bytes) -> set[str]:
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        return {font[3] for sheet in document for font in sheet.get_fonts()}


def everything_inside(pdf: bytes) -> bytes:
    """The file with all its streams (pictures, fonts, embedded files) unpacked."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        streams = [each for each in opened.objects if isinstance(each, pikepdf.Stream)]
        return pdf + b"".join(stream.read_bytes() for stream in streams)
