"""Facts that hold from a day: added, never edited (decisions.md, "Facts have two times")."""

from datetime import date, datetime
from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery

Fact = TypeVar("Fact", bound="DatedFact", covariant=True)

LATEST_FIRST = ("-effective_from", "-recorded_at", "-pk")


class DatedQuerySet(models.QuerySet[Fact]):
    def in_effect(
        self, on: date, *, known_at: datetime | None = None, subject: tuple[str, ...] = ()
    ) -> Self:
        """One row a subject: the latest that holds on the Pacific day `on`.

        Latest by (effective_from, recorded_at); with `known_at`, among rows recorded by
        then. `subject` names the fields that say what a row is about; the model's own
        `subject_fields` unless told otherwise.
        """
        same = {name: OuterRef(name) for name in subject or self.model.subject_fields}
        rows = self.model._default_manager.filter(effective_from__lte=on, **same)
        if known_at is not None:
            rows = rows.filter(recorded_at__lte=known_at)
        return self.filter(pk=Subquery(rows.order_by(*LATEST_FIRST).values("pk")[:1]))

    def by_then(self, on: date, *, known_at: datetime | None = None, **subject: object) -> Self:
        """Rows of the Pacific day `on` and before; of one subject, the first is in effect."""
        known = {} if known_at is None else {"recorded_at__lte": known_at}
        rows = self.filter(effective_from__lte=on, **known, **subject)
        return rows.order_by(*LATEST_FIRST)


class DatedFact(models.Model):
    """From which day it holds, when and by whom it was recorded, and why.

    `recorded_by` is empty where a file was loaded by the operator of the installation.
    """

    effective_from = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.TextField()

    subject_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True
