"""Queueing mails with the change that causes them; sending them until they are accepted."""

import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction

from stmm.accounts.models import User
from stmm.audit.models import subject_kind
from stmm.audit.services import record
from stmm.documents.models import StoredDocument
from stmm.documents.services import DocumentDamaged, content_of
from stmm.outbox.models import Attempt, OutgoingMail

State = OutgoingMail.State

# Longer than any SMTP dialogue (EMAIL_TIMEOUT): an attempt older than this has died
LEASE = timedelta(minutes=5)
SUBJECT_LENGTH = 200
PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 40, 60, 120, 240, 480, 960))


def queue(
    *,
    about: models.Model,
    purpose: str,
    recipients: Iterable[str],
    subject: str,
    text: str,
    documents: Iterable[StoredDocument],
    at: datetime,
) -> OutgoingMail:
    """Queue one mail; the same purpose for the same row gives back the first one."""
    mail, created = OutgoingMail.objects.get_or_create(
        about_kind=subject_kind(about),
        about_key=str(about.pk),
        purpose=purpose,
        defaults={
            "recipients": list(recipients),
            # One line: a subject of several could bring headers of its own
            "subject": " ".join(subject.split())[:SUBJECT_LENGTH],
            "text": text,
            "message_id": f"<{uuid4()}@{settings.STMM_MAIL_DOMAIN}>",
            "queued_at": at,
            "next_attempt_at": at,
        },
    )
    if created:
        mail.documents.set(documents)
    return mail


def message(mail: OutgoingMail) -> EmailMessage:
    """The mail as it goes over the wire; the same each time it is tried."""
    built = EmailMessage(
        subject=mail.subject,
        body=mail.text,
        to=mail.recipients,
        headers={"Message-ID": mail.message_id, "Date": format_datetime(mail.queued_at)},
    )
    for document in mail.documents.all():
        built.attach(document.file_name, content_of(document), document.media_type)
    return built


@transaction.atomic
def _claim(mail_id: int, at: datetime) -> OutgoingMail | None:
    mail = OutgoingMail.objects.due(at).select_for_update().filter(pk=mail_id).first()
    if mail is not None:
        mail.next_attempt_at = at + LEASE
        mail.save(update_fields=["next_attempt_at"])
    return mail


def _handed_over(built: EmailMessage) -> tuple[bool, str]:
    try:
        taken = built.send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return False, str(error) or type(error).__name__
    # Django hands nothing over, and says so, where every address is empty
    return (True, f"Accepted by {settings.EMAIL_HOST}") if taken else (False, "It has no recipient")


def deliver(*, mail_id: int, at: datetime) -> None:
    """Try one mail that is due; does nothing if it is not, or no longer, waiting.

    A refusal is recorded and tried again after a growing pause; after the last pause the
    mail is given up and says so. A mail with a damaged document is given up at once.
    """
    mail = _claim(mail_id, at)
    if mail is None:
        return
    try:
        built = message(mail)
    except DocumentDamaged as damage:
        _conclude(mail_id, State.UNDELIVERABLE, str(damage), at)
        return
    if settings.STMM_KEEP_MAIL:
        _conclude(mail_id, State.KEPT, "Kept on this installation, not sent", at)
        return
    accepted, answer = _handed_over(built)
    _conclude(mail_id, State.SENT if accepted else State.WAITING, answer, at)


@transaction.atomic
def _conclude(mail_id: int, state: OutgoingMail.State, answer: str, at: datetime) -> None:
    mail = OutgoingMail.objects.select_for_update().get(pk=mail_id)
    if mail.state != State.WAITING:
        return
    tried = mail.attempts.count()
    accepted = state in (State.SENT, State.KEPT)
    Attempt.objects.create(mail=mail, at=at, accepted=accepted, answer=answer)
    if state == State.WAITING and tried >= len(PAUSES):
        state = State.UNDELIVERABLE
    mail.state = state
    waits = state == State.WAITING
    mail.next_attempt_at = at + PAUSES[tried] if waits else None
    mail.finished_at = None if waits else at
    mail.save(update_fields=["state", "next_attempt_at", "finished_at"])
    record(
        at=at,
        actor=None,
        action="mail_attempt",
        subject=mail,
        changes={"state": (State.WAITING, state)},
        reason=answer,
    )


@transaction.atomic
def try_again(*, mail: OutgoingMail, actor: User, at: datetime) -> None:
    """Put a mail that was given up back in the queue, with the same Message-ID."""
    mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if mail.state != State.UNDELIVERABLE:
        return
    mail.state, mail.next_attempt_at, mail.finished_at = State.WAITING, at, None
    mail.save(update_fields=["state", "next_attempt_at", "finished_at"])
    record(at=at, actor=actor, action="try_again", subject=mail)
