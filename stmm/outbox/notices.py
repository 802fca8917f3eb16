"""Telling people: a notice on the site and the same by mail, and its being read."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from stmm.accounts.models import User
from stmm.outbox.models import Notice
from stmm.outbox.services import SUBJECT_LENGTH, queue


def tell(
    *,
    users: Iterable[User],
    cause: str,
    subject: str,
    text: str,
    url: str,
    why: str,
    at: datetime,
) -> list[Notice]:
    """Tell each of these people once of a cause, in the transaction of what causes it.

    `cause` names what happened, such as "catalog-change-12". Gives the new notices: who was
    told of it before is not told again.
    """
    receivers = {user.pk: user for user in users}
    told = Notice.objects.filter(user__in=receivers, cause=cause).values_list("user", flat=True)
    made = Notice.objects.bulk_create(
        [
            Notice(
                user=receivers[key],
                cause=cause,
                subject=" ".join(subject.split())[:SUBJECT_LENGTH],
                text=text,
                url=url,
                why=why,
                made_at=at,
            )
            for key in sorted(receivers.keys() - set(told))
        ]
    )
    for notice in made:
        queue(
            about=notice,
            purpose="notice",
            recipients=[notice.user.email],
            subject=notice.subject,
            text=_mail_text(notice),
            documents=[],
            at=at,
        )
    return made


def _mail_text(notice: Notice) -> str:
    sample = f"\n{settings.STMM_SAMPLE_NOTICE}\n" if settings.STMM_SAMPLE_NOTICE else ""
    return f"""\
{notice.text}

{settings.STMM_SITE_URL}{notice.url}
{sample}
You get this because: {notice.why}
"""


@transaction.atomic
def mark_read(*, user: User, at: datetime, notice: Notice | None = None) -> int:
    """Mark one notice of a person as read, or all; gives how many were not yet."""
    unread = Notice.objects.visible_to(user).unread()
    return (unread if notice is None else unread.filter(pk=notice.pk)).update(read_at=at)
