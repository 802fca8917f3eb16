"""Deciding on an upload: a second person publishes what was shown, or it is rejected."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from catalog.difference import Kind, Line, catalogue_on, fingerprint
from catalog.models import CatalogEdition, MatrixUpload
from catalog.permissions import keeper
from catalog.services.applying import BATCH, apply
from catalog.services.uploading import lock
from catalog.stated import line_of
from catalog.upload_workflow import Action, UploadRefused, must_follow, step
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.services import record
from stmm.refusals import NotAllowed

State = MatrixUpload.State
TWO_PERSONS = "A second person publishes: this file was uploaded by you."
CATALOGUE_CHANGED = (
    "The catalog of this contract changed after the comparison was made. Nothing was published."
    " Compare again, and look at what is different."
)
COMPARED_AGAIN = (
    "The file was compared again after you opened this page. Nothing was published: look at the"
    " comparison as it is now."
)


def reason_against_publishing(upload: MatrixUpload, user: User) -> str:
    """Why this STND analyst may not publish it, "" if they may."""
    return TWO_PERSONS if upload.uploaded_by_id == user.pk else ""


@transaction.atomic
def publish(*, upload: MatrixUpload, shown: int, access: Access, at: datetime) -> MatrixUpload:
    """Make what a comparison showed the contract's edition from its effective day.

    `shown` is the round of the comparison that the person looked at. All or nothing; a second
    click by the same person does nothing. Raises NotAllowed, and UploadRefused where the
    upload or the catalogue is not as it was shown.
    """
    actor = keeper(access)
    upload = lock(upload)
    if upload.state == State.PUBLISHED and upload.decided_by_id == actor.pk:
        return upload
    step(Action.PUBLISH, upload)
    if reason := reason_against_publishing(upload, actor):
        raise NotAllowed(reason)
    if upload.round != shown:
        raise UploadRefused(COMPARED_AGAIN)
    _refuse_changed_catalogue(upload)
    upload.edition = _edition(upload, actor, at)
    reason = f"{upload.file_name}, uploaded by {upload.uploaded_by.name}"
    apply(_lines(upload), edition=upload.edition, reason=reason)
    upload.decided_at, upload.decided_by = at, actor
    upload.save()
    _record(upload, actor, at)
    return upload


def _refuse_changed_catalogue(upload: MatrixUpload) -> None:
    must_follow(upload.contract, upload.effective_from)
    categories = {category.code: category for category in upload.contract.categories.all()}
    known = catalogue_on(upload.contract, on=upload.effective_from)
    if fingerprint(known, categories) != upload.fingerprint:
        raise UploadRefused(CATALOGUE_CHANGED)


def _edition(upload: MatrixUpload, actor: User, at: datetime) -> CatalogEdition:
    return CatalogEdition.objects.create(
        contract=upload.contract,
        effective_from=upload.effective_from,
        file_name=upload.file_name,
        file_id=upload.file_id,
        sha256=upload.file.sha256,
        lines=upload.lines,
        loaded_at=at,
        loaded_by=actor,
    )


def _lines(upload: MatrixUpload) -> Iterator[Line]:
    kept = upload.differences.exclude(kind=Kind.REPEATED).order_by("pk")
    return (line_of(line) for line in kept.iterator(chunk_size=BATCH))


def _record(upload: MatrixUpload, actor: User, at: datetime) -> None:
    changes = {
        "edition": (None, str(upload.edition)),
        "lines": (None, upload.lines),
        "added": (None, upload.added),
        "changed": (None, upload.changed),
        "withdrawn": (None, upload.withdrawn),
    }
    for subject in (upload.contract, upload):
        record(at=at, actor=actor, action="publish_edition", subject=subject, changes=changes)


@transaction.atomic
def reject(*, upload: MatrixUpload, reason: str, access: Access, at: datetime) -> MatrixUpload:
    """Close an upload without publishing it; its own uploader may, too.

    A second click by the same person does nothing. Raises NotAllowed and UploadRefused.
    """
    actor = keeper(access)
    upload = lock(upload)
    if upload.state == State.REJECTED and upload.decided_by_id == actor.pk:
        return upload
    step(Action.REJECT, upload)
    upload.decided_at, upload.decided_by, upload.reason = at, actor, reason
    upload.save()
    record(at=at, actor=actor, action="reject_upload", subject=upload, reason=reason)
    return upload
