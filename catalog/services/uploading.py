"""What STND analysts do with an upload before it is decided: send it, correct it, ask again."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from catalog.jobs import read_upload
from catalog.matrix.columns import attribute_of, spelling
from catalog.models import ColumnMapping, Contract, MatrixUpload
from catalog.permissions import keeper
from catalog.services.loading import store_matrix
from catalog.upload_workflow import Action, must_follow, step
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.services import Changes, record


@transaction.atomic
def upload(
    *,
    contract: Contract,
    file_name: str,
    content: bytes,
    effective_from: date,
    key: UUID,
    access: Access,
    at: datetime,
) -> MatrixUpload:
    """Keep a contractor's matrix as it came, and ask for it to be read. Publishes nothing.

    The same page sent again (`key`) gives back the first upload. Raises NotAllowed, and
    UploadRefused for a Pacific day before the contract's latest edition.
    """
    actor = keeper(access)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if existing := MatrixUpload.objects.filter(creation_key=key, uploaded_by=actor).first():
        return existing
    must_follow(contract, effective_from)
    made = MatrixUpload.objects.create(
        contract=contract,
        creation_key=key,
        file=store_matrix(contract=contract, file_name=file_name, content=content, at=at),
        file_name=file_name[-200:],
        effective_from=effective_from,
        uploaded_at=at,
        uploaded_by=actor,
        progress_at=at,
    )
    read_upload.enqueue(made.pk)
    changes = {
        "file": (None, made.file_name),
        "SHA-256": (None, made.file.sha256),
        "effective from": (None, effective_from),
    }
    record(at=at, actor=actor, action="upload", subject=made, changes=changes)
    return made


def lock(upload: MatrixUpload) -> MatrixUpload:
    """The upload as it is now, its contract locked first, nobody else changing either."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=upload.contract_id)
    locked = MatrixUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    locked.contract = contract
    return locked


@transaction.atomic
def compare_again(
    *, upload: MatrixUpload, effective_from: date, access: Access, at: datetime
) -> MatrixUpload:
    """Ask for the comparison anew, with the catalogue as it is now and as of a Pacific day.

    Raises NotAllowed and UploadRefused.
    """
    actor = keeper(access)
    upload = lock(upload)
    must_follow(upload.contract, effective_from)
    changes = {}
    if upload.effective_from != effective_from:
        changes["effective from"] = (upload.effective_from, effective_from)
    upload.effective_from = effective_from
    return _ask_again(upload, actor, changes, at)


@transaction.atomic
def choose_columns(
    *, upload: MatrixUpload, chosen: Mapping[str, str], access: Access, at: datetime
) -> MatrixUpload:
    """Say what columns are, by heading ("" for one not used), and ask for the file to be read anew.

    Remembered for every later file of the contractor. Raises NotAllowed and UploadRefused.
    """
    actor = keeper(access)
    upload = lock(upload)
    before = {heading: attribute for heading, attribute, _ in upload.columns}
    changes = {
        f"column {heading}": (before.get(heading, ""), attribute)
        for heading, attribute in chosen.items()
        if before.get(heading, "") != attribute
    }
    for heading, attribute in chosen.items():
        _remember(upload, heading, attribute, actor, at)
    return _ask_again(upload, actor, changes, at)


def _remember(
    upload: MatrixUpload, heading: str, attribute: str, actor: User, at: datetime
) -> None:
    """What a person says against the rule is kept; what the rule says anyway is not."""
    contractor, spelt = upload.contract.contractor, spelling(heading)
    if attribute_of(heading, {}) == attribute:
        ColumnMapping.objects.filter(contractor=contractor, heading=spelt).delete()
        return
    ColumnMapping.objects.update_or_create(
        contractor=contractor,
        heading=spelt,
        defaults={"attribute": attribute, "said_at": at, "said_by": actor},
    )


def _ask_again(upload: MatrixUpload, actor: User, changes: Changes, at: datetime) -> MatrixUpload:
    step(Action.ASK_AGAIN, upload)
    upload.round += 1
    upload.attempts, upload.lines_read, upload.progress_at = 0, 0, at
    upload.save()
    read_upload.enqueue(upload.pk)
    record(at=at, actor=actor, action="compare_again", subject=upload, changes=changes)
    return upload
