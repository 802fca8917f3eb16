"""A signed order as the file everyone gets: the STD. 20, its compliance record, its data."""

from orders.documents.std20 import Std20, as_json
from orders.documents.std20_layout import context
from stmm.documents.papers import Paper, json_bytes, paper_html, paper_pdf


def _paper(form: Std20) -> Paper:
    return Paper(
        template="orders/pdf/std20.html",
        context=context(form),
        author=form.agency.department,
        at=form.signed_at,
        data_name="std20.json",
        data=json_bytes(as_json(form)),
        about_data="This order as data, for machines",
    )


def std20_html(form: Std20) -> str:
    """The printed form as HTML; whatever people typed is escaped."""
    return paper_html(_paper(form))


def std20_pdf(form: Std20) -> bytes:
    """The form as a file with `std20.json` inside; the same form, the same bytes.

    Raises stmm.documents.pdf.RenderFailed for a character that no bundled font has.
    """
    return paper_pdf(_paper(form))
