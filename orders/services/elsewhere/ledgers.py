"""What people do with a purchase ledger: send it, take it back."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from catalog.matrix.formats import MEDIA_TYPES, ending_of
from orders.jobs import match_ledger
from orders.models import Ledger, OutsidePurchase
from orders.permissions.elsewhere import may_record_for
from orders.services.elsewhere.outside import release_all
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.documents.services import store
from stmm.refusals import WrongState

State = Ledger.State


@transaction.atomic
def upload_ledger(
    *, agency: Agency, file_name: str, content: bytes, key: UUID, access: Access, at: datetime
) -> Ledger:
    """Keep a ledger as it came, and ask for it to be read and matched. Records no purchase yet.

    The same page (`key`) sent again gives back the first upload, and so does the same file as
    long as its purchases stand. Raises NotAllowed.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    user = may_record_for(access, agency).user
    if existing := Ledger.objects.filter(creation_key=key, agency=agency, uploaded_by=user).first():
        return existing
    sha256 = hashlib.sha256(content).hexdigest()
    standing = (State.UPLOADED, State.READING, State.RECORDED)
    if existing := Ledger.objects.filter(agency=agency, sha256=sha256, state__in=standing).first():
        return existing
    made = Ledger.objects.create(
        agency=agency,
        creation_key=key,
        file=store(
            kind="purchase_ledger",
            title=f"Purchase ledger of {agency.name}"[:200],
            file_name=file_name[-120:],
            media_type=MEDIA_TYPES.get(ending_of(file_name), "application/octet-stream"),
            content=content,
            made_from=agency,
            at=at,
        ),
        file_name=file_name[-200:],
        sha256=sha256,
        uploaded_at=at,
        uploaded_by=user,
        progress_at=at,
    )
    match_ledger.enqueue(made.pk)
    changes = {"file": (None, made.file_name), "SHA-256": (None, sha256)}
    record(at=at, actor=user, action="upload_ledger", subject=made, changes=changes)
    return made


@transaction.atomic
def withdraw_ledger(*, ledger: Ledger, reason: str, access: Access, at: datetime) -> Ledger:
    """Take back a recorded ledger with all its purchases; a second time does nothing.

    Raises NotAllowed, and WrongState for one that is not recorded.
    """
    ledger = Ledger.objects.select_for_update(of=("self",)).get(pk=ledger.pk)
    user = may_record_for(access, ledger.agency).user
    if ledger.state == State.WITHDRAWN:
        return ledger
    if ledger.state != State.RECORDED:
        raise WrongState(f"{ledger} can’t be withdrawn: nothing of it is recorded.")
    purchases = OutsidePurchase.objects.standing().filter(ledger=ledger)
    relying = list(purchases.under_exemption())
    count = purchases.update(withdrawn_at=at)
    release_all(relying, reason=reason, access=access, at=at)
    ledger.state = State.WITHDRAWN
    ledger.save(update_fields=["state"])
    record(
        at=at,
        actor=user,
        action="withdraw_ledger",
        subject=ledger,
        changes={
            "state": (State.RECORDED.label, State.WITHDRAWN.label),
            "purchases withdrawn": (None, count),
        },
        reason=reason,
    )
    return ledger
