"""The PDF of an ATO's paper, for signing by hand: made once for each time it is made ready."""

from datetime import datetime

from django.db import transaction

from orders.documents.ato import AtoForm, ato_form_of, ato_pdf
from orders.models import AtoPaper, PaperState
from orders.services.atos.locking import lock_paper
from stmm.audit.services import record
from stmm.documents.services import store

# Not taken back, not given up: what it said when it was made ready still holds
_HOLDS = (
    PaperState.READY, PaperState.AGENCY_SIGNED, PaperState.SUBMITTED, PaperState.APPROVED,
)  # fmt: skip


def make_form(*, paper: AtoPaper, at: datetime) -> None:
    """Make the PDF and keep it. Safe to repeat.

    Rendering comes before the lock: it is slow, and the same form gives the same bytes.
    """
    paper = AtoPaper.objects.select_related("ato__agency", "ato__contract__contractor").get(
        pk=paper.pk
    )
    form = ato_form_of(paper)
    if form is not None and paper.form_id is None:
        _keep(paper, form, ato_pdf(form), at)


@transaction.atomic
def _keep(paper: AtoPaper, form: AtoForm, content: bytes, at: datetime) -> None:
    paper = lock_paper(paper)
    if paper.form_id or paper.state not in _HOLDS or ato_form_of(paper) != form:
        return
    paper.form = store(
        kind="ato",
        title=form.title[:200],
        file_name=f"ATO-{paper.ato_id}-{paper.number}.pdf",
        media_type="application/pdf",
        content=content,
        made_from=paper,
        at=at,
    )
    paper.save(update_fields=["form"])
    record(
        at=at,
        actor=None,
        action="make_authorization_form",
        subject=paper.ato,
        changes={
            "paper": (None, paper.name),
            "document SHA-256": (None, paper.form.sha256),
        },
    )
