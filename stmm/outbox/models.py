from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from stmm.accounts.models import User
from stmm.audit.models import subject_kind
from stmm.documents.models import StoredDocument


class MailQuerySet(models.QuerySet["OutgoingMail"]):
    def about(self, subject: models.Model) -> "MailQuerySet":
        return self.filter(about_kind=subject_kind(subject), about_key=str(subject.pk))

    def due(self, at: datetime) -> "MailQuerySet":
        """Waiting mails whose next attempt is due, and attempts that died half-way."""
        return self.filter(state=OutgoingMail.State.WAITING, next_attempt_at__lte=at)


class OutgoingMail(models.Model):
    """One mail, queued in the transaction of the change that causes it.

    `next_attempt_at` doubles as the lease of an attempt under way: an attempt that dies
    is simply due again, with the same Message-ID, so that the receiver can tell.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be sent"
        SENT = "sent", "Sent"
        KEPT = "kept", "Kept here (demonstration: mails are not sent)"
        UNDELIVERABLE = "undeliverable", "Given up: could not be delivered"

    recipients = models.JSONField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    documents = models.ManyToManyField(StoredDocument, related_name="mails")
    message_id = models.CharField(max_length=120, unique=True)
    # What it tells of, and for what purpose: queued once for each
    about_kind = models.CharField(max_length=60)
    about_key = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40)
    state = models.CharField(max_length=15, choices=State, default=State.WAITING)
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes = (models.Index(fields=["state", "next_attempt_at"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["about_kind", "about_key", "purpose"], name="mail_is_queued_once"
            ),
            models.CheckConstraint(
                name="mail_waits_or_is_finished",
                condition=models.Q(
                    state="waiting", next_attempt_at__isnull=False, finished_at__isnull=True
                )
                | models.Q(
                    state__in=["sent", "kept", "undeliverable"],
                    next_attempt_at__isnull=True,
                    finished_at__isnull=False,
                ),
            ),
        )

    def __str__(self) -> str:
        return self.subject


class Attempt(models.Model):
    """One try to hand a mail to the mail server, with the server's answer."""

    mail = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    accepted = models.BooleanField()
    answer = models.TextField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.answer}"


class NoticeKind(models.TextChoices):
    """What people are told of; each chooses for each whether, and when, by mail too."""

    TURN = "turn", "It is my turn to do something"
    FOLLOWED = "followed", "An order that I made, signed or follow moves on"
    CATALOG = "catalog", "The catalog changes for orders of my agency"
    ATO = "ato", "An ATO moves on, or the two years of its services end"
    EXEMPTION = "exemption", "An exemption request moves on, or an exemption ends"


class NoticePreference(models.Model):
    """How one person wants to be told of one kind of thing; without a row, at once."""

    class Mail(models.TextChoices):
        NOW = "now", "By mail, at once"
        DAILY = "daily", "By mail, once a day"
        NEVER = "never", "Not by mail: on this site only"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    kind = models.CharField(max_length=10, choices=NoticeKind)
    mail = models.CharField(max_length=5, choices=Mail)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "kind"], name="one_preference_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(mail__in=["now", "daily", "never"]),
                name="preference_of_mail_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}, {self.get_mail_display()}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        """A notice is its receiver's own."""
        return self.filter(user=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """Something that one person is told, on the site and by mail, once for each `cause`.

    `url` is the path of the page that it is about; `why` says why this person gets it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.CharField(max_length=10, choices=NoticeKind)
    cause = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    url = models.CharField(max_length=200)
    why = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    waits_for_digest = models.BooleanField(default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes = (
            models.Index(fields=["user", "-made_at", "-id"]),
            models.Index(
                fields=["made_at"],
                condition=models.Q(waits_for_digest=True),
                name="notices_for_the_digest",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["user", "cause"], name="told_once_of_a_cause"),
            models.CheckConstraint(
                condition=~models.Q(subject="") & ~models.Q(why=""), name="notice_says_what_and_why"
            ),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def told(self) -> str:
        """The text below the subject, without a first sentence that only says it again."""
        return self.text.removeprefix(f"{self.subject}.").lstrip()

    @property
    def is_read(self) -> bool:
        return self.read_at is not None
