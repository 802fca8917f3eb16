"""Keeping documents, and handing out the very bytes that were kept."""

import hashlib
from datetime import datetime

from django.db import models, transaction

from stmm.accounts.models import User
from stmm.audit.models import subject_kind
from stmm.audit.services import record
from stmm.documents.models import StoredDocument


class DocumentDamaged(Exception):
    """The stored bytes no longer give the hash recorded when they were made."""


def store(
    *,
    kind: str,
    title: str,
    file_name: str,
    media_type: str,
    content: bytes,
    made_from: models.Model,
    at: datetime,
) -> StoredDocument:
    """Keep `content` as made from one row at `at`. The caller records the change."""
    return StoredDocument.objects.create(
        kind=kind,
        title=title,
        file_name=file_name,
        media_type=media_type,
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=at,
        made_from_kind=subject_kind(made_from),
        made_from_key=str(made_from.pk),
    )


def content_of(document: StoredDocument) -> bytes:
    """The stored bytes, checked against their hash. Raises DocumentDamaged."""
    content = bytes(document.content)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DocumentDamaged(
            f"Document {document.pk} ({document.title}) does not match its recorded hash."
        )
    return content


@transaction.atomic
def hand_out(*, document: StoredDocument, actor: User, at: datetime) -> bytes:
    """The bytes for a download, which is recorded. Raises DocumentDamaged."""
    content = content_of(document)
    record(at=at, actor=actor, action="download", subject=document)
    return content
