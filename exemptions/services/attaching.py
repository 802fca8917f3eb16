"""Files of a draft: quotes, letters of contractors, drawings; PDFs alone, handed out as stored."""

import hashlib
from datetime import datetime

from django.db import transaction

from exemptions.models import Attachment, ExemptionRequest
from exemptions.reading.case import attachments_of
from exemptions.services.drafts import lock_for, written_by
from exemptions.workflow import Action
from stmm.agencies.access import Access
from stmm.audit.services import record
from stmm.documents.services import store
from stmm.refusals import Incomplete, Problem

MOST_FILES = 30


@transaction.atomic
def attach(
    *, request: ExemptionRequest, file_name: str, content: bytes, access: Access, at: datetime
) -> Attachment:
    """Put a PDF with a draft. The same file, sent again, is attached once.

    Raises NotAllowed, WrongState, Incomplete for what is no PDF or one file too many.
    """
    request, user = lock_for(Action.CHANGE, request, access)
    if not content.startswith(b"%PDF-"):
        message = f"{file_name} is not a PDF. Print or save it as a PDF, then attach that."
        raise Incomplete([Problem(message, "file")])
    standing = attachments_of(request)
    if existing := standing.filter(document__sha256=hashlib.sha256(content).hexdigest()).first():
        return existing
    if len(standing) >= MOST_FILES:
        message = f"{request} has {MOST_FILES} files, as many as it may."
        raise Incomplete([Problem(message, "file")])
    attachment = Attachment.objects.create(
        request=request,
        document=store(
            kind="exemption_attachment",
            title=f"Attachment of {request}",
            file_name=file_name[-120:],
            media_type="application/pdf",
            content=content,
            made_from=request,
            at=at,
        ),
        added_at=at,
        added_by=user,
    )
    written_by(request, user)
    record(
        at=at,
        actor=user,
        action="attach",
        subject=request,
        changes={"attachment": (None, f"{file_name}, SHA-256 {attachment.document.sha256}")},
    )
    return attachment


@transaction.atomic
def detach(*, attachment: Attachment, access: Access, at: datetime) -> None:
    """Take a file off a draft; what was sent with it still has it. A second time does nothing."""
    request, user = lock_for(Action.CHANGE, attachment.request, access)
    found = attachments_of(request).filter(pk=attachment.pk).first()
    if found is None:
        return
    found.removed_at = at
    found.save(update_fields=["removed_at"])
    written_by(request, user)
    record(
        at=at,
        actor=user,
        action="detach",
        subject=request,
        changes={"attachment": (found.document.file_name, None)},
    )
