"""Telling people: a notice on the site and, as each wants it, the same by mail; being read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import dateformat, timezone

from stmm.accounts.models import User
from stmm.audit.services import record
from stmm.outbox.models import Notice, NoticeKind, NoticePreference
from stmm.outbox.services import SUBJECT_LENGTH, queue

Mail = NoticePreference.Mail


def tell(
    *,
    users: Iterable[User],
    kind: NoticeKind,
    cause: str,
    subject: str,
    text: str,
    url: str,
    why: str,
    at: datetime,
) -> list[Notice]:
    """Tell each of these people once of a cause, in the transaction of what causes it.

    `cause` names what happened, such as "catalog-change-12". Gives the new notices: who was
    told of it before is not told again. The mail goes as each person wants it for this kind.
    """
    receivers = {user.pk: user for user in users}
    told = Notice.objects.filter(user__in=receivers, cause=cause).values_list("user", flat=True)
    new = sorted(receivers.keys() - set(told))
    wanted = _wanted(new, kind) if new else {}
    made = Notice.objects.bulk_create(
        [
            Notice(
                user=receivers[key],
                kind=kind,
                cause=cause,
                subject=" ".join(subject.split())[:SUBJECT_LENGTH],
                text=text,
                url=url,
                why=why,
                made_at=at,
                waits_for_digest=wanted.get(key) == Mail.DAILY,
            )
            for key in new
        ]
    )
    for notice in made:
        if wanted.get(notice.user_id, Mail.NOW) == Mail.NOW:
            _mail(notice, at)
    return made


def _wanted(users: Iterable[int], kind: NoticeKind) -> Mapping[int, str]:
    rows = NoticePreference.objects.filter(user__in=users, kind=kind)
    return dict(rows.values_list("user", "mail"))


def _mail(notice: Notice, at: datetime) -> None:
    queue(
        about=notice,
        purpose="notice",
        recipients=[notice.user.email],
        subject=notice.subject,
        text=f"{notice.text}\n\n{settings.STMM_SITE_URL}{notice.url}\n\n{_foot(notice.why)}",
        documents=[],
        at=at,
    )


def _foot(why: str) -> str:
    sample = f"{settings.STMM_SAMPLE_NOTICE}\n\n" if settings.STMM_SAMPLE_NOTICE else ""
    preferences = f"{settings.STMM_SITE_URL}{reverse('notices:preferences')}"
    return f"{sample}You get this because: {why}\nWhat you get by mail: {preferences}\n"


@transaction.atomic
def mark_read(*, user: User, at: datetime, notice: Notice | None = None) -> int:
    """Mark one notice of a person as read, or all; gives how many were not yet."""
    unread = Notice.objects.visible_to(user).unread()
    return (unread if notice is None else unread.filter(pk=notice.pk)).update(read_at=at)


def preferences_of(user: User) -> dict[str, str]:
    """How a person wants to be told, by kind; at once where they never said."""
    said = dict(user.notice_preferences.values_list("kind", "mail"))
    return {kind: said.get(kind, Mail.NOW.value) for kind in NoticeKind.values}


@transaction.atomic
def set_preferences(*, user: User, wanted: Mapping[str, str], at: datetime) -> None:
    """Keep how a person wants to be told from now on. The same again changes nothing.

    `wanted` by kind. What waits for a digest still comes with the next one.
    """
    User.objects.select_for_update().get(pk=user.pk)
    before = preferences_of(user)
    changes = {
        NoticeKind(kind).label: (Mail(before[kind]).label, Mail(mail).label)
        for kind, mail in wanted.items()
        if before[kind] != mail
    }
    for kind, mail in wanted.items():
        NoticePreference.objects.update_or_create(user=user, kind=kind, defaults={"mail": mail})
    if changes:
        record(at=at, actor=user, action="set_preferences", subject=user, changes=changes)


@transaction.atomic
def send_digests(*, at: datetime) -> int:
    """Mail each person what waited for the digest since before this Pacific day, in one mail.

    Once a day, whichever worker asks and however often. Gives the number of mails.
    """
    today = timezone.localdate(at)
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = Notice.objects.filter(waits_for_digest=True, made_at__lt=midnight)
    by_user: dict[User, list[Notice]] = defaultdict(list)
    for notice in waiting.select_for_update(of=("self",)).select_related("user").order_by("pk"):
        by_user[notice.user].append(notice)
    for user, notices in by_user.items():
        queue(
            about=user,
            purpose=f"digest-{today}",
            recipients=[user.email],
            subject=f"CALNET orders: {len(notices)} notice{'' if len(notices) == 1 else 's'}",
            text=_digest(notices),
            documents=[],
            at=at,
        )
    keys = [notice.pk for notices in by_user.values() for notice in notices]
    Notice.objects.filter(pk__in=keys).update(waits_for_digest=False)
    return len(by_user)


def _digest(notices: Iterable[Notice]) -> str:
    parts = [
        f"{notice.subject}\n"
        f"{dateformat.format(timezone.localtime(notice.made_at), 'F j, Y, g:i A')}\n\n"
        f"{notice.text}\n\n{settings.STMM_SITE_URL}{notice.url}\nBecause: {notice.why}"
        for notice in notices
    ]
    rule = f"\n\n{'-' * 40}\n\n"
    return rule.join([*parts, _foot("You chose one mail a day for these.")])
