"""The jobs that send mail: what is due, and the day's digests."""

import logging

from django.utils import timezone
from django_tasks import task

from stmm.outbox.models import OutgoingMail
from stmm.outbox.notices import send_digests
from stmm.outbox.services import deliver

logger = logging.getLogger("stmm.outbox")


@task()
def send_due_mail() -> int:
    """Try every mail that is due; gives their number."""
    due = OutgoingMail.objects.due(timezone.now()).order_by("next_attempt_at", "pk")
    mail_ids = list(due.values_list("pk", flat=True))
    for mail_id in mail_ids:
        # One mail that can't be built must not keep the others waiting
        try:
            deliver(mail_id=mail_id, at=timezone.now())
        except Exception:
            logger.exception("Mail %s failed; it is tried again when its lease ends", mail_id)
    return len(mail_ids)


@task()
def send_daily_digests() -> int:
    """Queue the digests of a new Pacific day; gives the number of mails."""
    return send_digests(at=timezone.now())
