"""From a notice that was given to the contractor's order desk: the letter, then the mail."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.desks import order_desk
from catalog.models import Category
from orders.compliance.leaving import thing_of
from orders.documents.leaving_letter import Letter, letter_of, letter_pdf
from orders.models import Leaving
from orders.permissions.leaving import LeavingAction
from orders.reading.leaving import parts_of
from orders.services.telling.both_sides import tell_desk
from stmm.audit.models import Entry
from stmm.audit.services import record
from stmm.documents.services import store
from stmm.outbox.models import OutgoingMail
from stmm.outbox.services import queue

PURPOSE = "leaving_notice"
WITHDRAWN = "leaving_withdrawn"


def lock(leaving: Leaving) -> Leaving:
    """The notice as it is now, nobody else changing it until this transaction ends."""
    return (
        Leaving.objects.select_for_update(of=("self",))
        .select_related("agency", "contract__contractor", "given_by", "order")
        .get(pk=leaving.pk)
    )


def letter_for(leaving: Leaving, at: datetime) -> Letter:
    """The letter of a notice that was given, addressed to the desk of the day."""
    entry = Entry.objects.about(leaving).filter(action=LeavingAction.GIVE_NOTICE).first()
    return letter_of(
        leaving,
        order_desk=order_desk_of(leaving, at),
        capacity=f"authorized purchaser of {leaving.agency.name}",
        audit_entry_hash=entry.hash if entry else "",
    )


def send_notice(*, leaving: Leaving, at: datetime) -> None:
    """Make the letter once, keep it, queue it to the order desk. Safe to repeat.

    Rendering comes before the lock: it is slow, and the same record gives the same bytes.
    """
    leaving = Leaving.objects.select_related("agency", "contract__contractor", "given_by").get(
        pk=leaving.pk
    )
    if not leaving.is_running or leaving.letter_id:
        return
    content = letter_pdf(letter_for(leaving, at))
    _send(leaving, content, at)


@transaction.atomic
def _send(leaving: Leaving, content: bytes, at: datetime) -> None:
    leaving = lock(leaving)
    if not leaving.is_running or leaving.letter_id:
        return
    leaving.letter = store(
        kind="leaving_notice",
        title=f"Notice {leaving}",
        file_name=f"{leaving}.pdf",
        media_type="application/pdf",
        content=content,
        made_from=leaving,
        at=at,
    )
    mail = queue(
        about=leaving,
        purpose=PURPOSE,
        recipients=[order_desk_of(leaving, at)],
        subject=f"Notice {leaving}: {leaving.agency.name} leaves {leaving.contract.number}",
        text=_text(leaving),
        documents=[leaving.letter],
        at=at,
    )
    touch(leaving, at)
    sentence = f"{leaving.agency.name} gives 30 calendar days’ notice: {leaving}"
    tell_desk(leaving, "sent", sentence, at=at)
    record(
        at=at,
        actor=None,
        action="send_notice",
        subject=leaving,
        changes={
            "document SHA-256": (None, leaving.letter.sha256),
            "to": (None, ", ".join(mail.recipients)),
            "Message-ID": (None, mail.message_id),
        },
    )


def touch(leaving: Leaving, at: datetime) -> None:
    """A new version of a locked notice."""
    leaving.version += 1
    leaving.changed_at = at
    leaving.save()


def mail_withdrawal(leaving: Leaving, reason: str, at: datetime) -> OutgoingMail:
    """Tell the contractor that a notice whose letter it was sent holds no more."""
    return queue(
        about=leaving,
        purpose=WITHDRAWN,
        recipients=[order_desk_of(leaving, at)],
        subject=f"Withdrawn: notice {leaving} of {leaving.agency.name}",
        text=f"{leaving.agency.name} withdraws its notice {leaving} for contract"
        f" {leaving.contract.number}. The services stay.\n\nReason: {reason}\n"
        f"{_foot(leaving)}",
        documents=[],
        at=at,
    )


def order_desk_of(leaving: Leaving, at: datetime) -> str:
    """The desk of the category that everything which leaves shares, if it has its own."""
    return order_desk(leaving.contract, _categories(leaving), on=timezone.localdate(at))


def _categories(leaving: Leaving) -> set[Category]:
    keys = {thing_of(part).category for part in parts_of(leaving)}
    return set(Category.objects.filter(pk__in=keys))


def _text(leaving: Leaving) -> str:
    return f"""\
Notice of 30 calendar days under STMM 0400.1, Policy, paragraph 4

Notice:          {leaving}
From:            {leaving.agency.name}
Contact:         {leaving.contact_name}, {leaving.contact_phone}, {leaving.contact_email}
Contract:        {leaving.contract.number}
Given on:        {leaving.given_on:%B %-d, %Y}
Services end on: {leaving.ends_on:%B %-d, %Y}

The letter is attached. Please confirm it to the contact above. A STD. 20 that disconnects
the services follows.
{_foot(leaving)}"""


def _foot(leaving: Leaving) -> str:
    notice = f"\n{settings.STMM_SAMPLE_NOTICE}\n" if settings.STMM_SAMPLE_NOTICE else ""
    number = leaving.contract.number
    return (
        f"{notice}\nYou receive this mail because this address is the order desk for contract"
        f" {number}.\n"
    )
