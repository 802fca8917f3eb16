import hashlib
import json
import re
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models

GENESIS = "0" * 64
# How a day is stored, ISO 8601
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Change(NamedTuple):
    """One field of a change, as words for people."""

    field: str
    before: str
    after: str


def _in_words(value: Any) -> str:
    text = "" if value is None else str(value)
    try:
        return f"{date.fromisoformat(text):%B %-d, %Y}" if _DAY.fullmatch(text) else text
    except ValueError:  # looks like a day and is none
        return text


def subject_kind(model: type[models.Model] | models.Model) -> str:
    """How entries name a model: `orders.order`."""
    return model._meta.label_lower


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, subject: models.Model) -> "EntryQuerySet":
        """Everything recorded of one row, newest first."""
        return self.filter(
            subject_kind=subject_kind(subject), subject_key=str(subject.pk)
        ).order_by("-sequence")


class Entry(models.Model):
    """One thing that happened. Each entry carries the hash of the one before."""

    sequence = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=40)
    subject_label = models.CharField(max_length=200)
    # Text, not a JSON column: the hash is of these very characters
    changes_json = models.TextField(default="{}")
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ("sequence",)
        verbose_name_plural = "entries"
        indexes = (models.Index(fields=["subject_kind", "subject_key", "sequence"]),)
        constraints = (
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="entry_counts_from_1"),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject_label}"

    @property
    def label(self) -> str:
        """The action in words: `hand_over` reads "Hand over"."""
        return self.action.replace("_", " ").capitalize()

    @property
    def changes(self) -> list[Change]:
        parsed: dict[str, list[Any]] = json.loads(self.changes_json)
        return [
            Change(field, _in_words(before), _in_words(after))
            for field, (before, after) in parsed.items()
        ]


# The columns a hash covers, in order
HASHED = (
    "sequence",
    "at",
    "actor_id",
    "actor_name",
    "action",
    "subject_kind",
    "subject_key",
    "subject_label",
    "changes_json",
    "reason",
)


def entry_hash(previous: str, values: tuple[Any, ...]) -> str:
    """SHA-256 over the former hash and the `HASHED` values, each with its length before it."""
    parts = [previous]
    for value in values:
        text = (
            value.astimezone(UTC).isoformat(timespec="microseconds")
            if isinstance(value, datetime)
            else ""
            if value is None
            else str(value)
        )
        parts.append(f"{len(text)}:{text}")
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
