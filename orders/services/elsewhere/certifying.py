"""The certificate of a determination: made once, kept with its hash."""

from datetime import datetime

from django.db import transaction

from orders.documents.certificate import certificate_pdf, sheet_of
from orders.models import Certificate, ElsewhereDetermination
from stmm.audit.services import record
from stmm.documents.services import store


def certify(*, determination: ElsewhereDetermination, at: datetime) -> None:
    """Make the certificate once and keep it. Safe to repeat.

    Rendering comes before the lock: it is slow, and the same record gives the same bytes.
    """
    if Certificate.objects.filter(determination=determination).exists():
        return
    _keep(determination, certificate_pdf(sheet_of(determination)), at)


@transaction.atomic
def _keep(determination: ElsewhereDetermination, content: bytes, at: datetime) -> None:
    locked = ElsewhereDetermination.objects.select_for_update(of=("self",)).get(pk=determination.pk)
    if Certificate.objects.filter(determination=locked).exists():
        return
    document = store(
        kind="determination_certificate",
        title=f"Determination certificate {locked.number}",
        file_name=f"{locked.number}.pdf",
        media_type="application/pdf",
        content=content,
        made_from=locked,
        at=at,
    )
    Certificate.objects.create(determination=locked, document=document)
    record(
        at=at,
        actor=None,
        action="certify",
        subject=locked,
        changes={"document SHA-256": (None, document.sha256)},
    )
