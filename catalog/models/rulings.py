from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from catalog.models.services import Designation, Service
from stmm.agencies.models import Agency, Sight


class RulingQuerySet(models.QuerySet["Ruling"]):
    def visible_to(self, sight: Sight) -> "RulingQuerySet":
        """Oversight sees all; other people those of the agencies they are appointed at."""
        return self if sight.sees_everything else self.filter(agency__in=sight.member_agency_ids)

    def waiting(self) -> "RulingQuerySet":
        """Those the Department has still to answer, the longest waiting first."""
        return self.filter(state=Ruling.State.ASKED).order_by("asked_at", "pk")


class Ruling(models.Model):
    """An agency asks whether a service is mandatory; the answer is a designation (PO-3)."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        ANSWERED = "answered", "Answered"
        WITHDRAWN = "withdrawn", "Withdrawn"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="rulings")
    question = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    designation = models.OneToOneField(
        Designation, on_delete=models.PROTECT, null=True, related_name="ruling"
    )

    objects = RulingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["agency", "service"],
                condition=Q(state="asked"),
                name="one_open_ruling_of_an_agency_on_a_service",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", closed_at__isnull=True, designation__isnull=True)
                | Q(state="answered", closed_at__isnull=False, designation__isnull=False)
                | Q(state="withdrawn", closed_at__isnull=False, designation__isnull=True),
                name="ruling_is_answered_by_a_designation",
            ),
            models.CheckConstraint(condition=~Q(question=""), name="ruling_asks_something"),
        )

    def __str__(self) -> str:
        return f"Ruling {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:ruling", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ASKED
