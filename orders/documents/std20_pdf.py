"""A signed order as the file everyone gets: the STD. 20, its compliance record, its data."""

import json

from django.template.loader import render_to_string

from orders.documents.std20 import Std20, as_json
from orders.documents.std20_layout import context
from stmm.documents.pdf import DataFile, render_pdf


def std20_html(form: Std20) -> str:
    """The printed form as HTML; whatever people typed is escaped."""
    return render_to_string("orders/pdf/std20.html", context(form))


def std20_pdf(form: Std20) -> bytes:
    """The form as PDF/A-3a and PDF/UA-1 with `std20.json` inside; the same form, the same bytes.

    Raises stmm.documents.pdf.RenderFailed for a character that no bundled font has.
    """
    data = json.dumps(as_json(form), ensure_ascii=False, indent=2)
    return render_pdf(
        html=std20_html(form),
        attachment=DataFile(
            name="std20.json",
            content=data.encode(),
            description="This order as data, for machines",
        ),
        at=form.signed_at,
    )
