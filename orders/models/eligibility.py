from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from stmm.agencies.models import Agency, Sight
from stmm.documents.models import StoredDocument


class Ground(models.TextChoices):
    """Why a body outside State government may order from CALNET (domain.md 3.4)."""

    LOCAL = "local", "Local government: city, county, district or other body spending public funds"
    FEDERAL = "federal", "Federal government"
    TRIBE = "tribe", "Federally recognized tribe"
    TAX = "tax", "Supported by taxes alone"
    JOINT = "joint", "Joint powers authority"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, sight: Sight) -> "RegistrationQuerySet":
        """Oversight sees all; other people those of the agencies they are appointed at."""
        return self if sight.sees_everything else self.filter(agency__in=sight.member_agency_ids)

    def waiting(self) -> "RegistrationQuerySet":
        """Those that STND has still to decide, the longest waiting first."""
        return self.filter(state=Registration.State.SUBMITTED).order_by("submitted_at", "pk")

    def approved(self) -> "RegistrationQuerySet":
        """Those that make an agency eligible, the latest first."""
        return self.filter(state=Registration.State.APPROVED).order_by("-decided_at", "-pk")


class Registration(models.Model):
    """A body says on what ground it is eligible, with the NESPA it signed; STND decides.

    A returned one stays as it is: the agency submits a new one.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "Waiting for STND"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="registrations")
    ground = models.CharField(max_length=10, choices=Ground)
    explanation = models.TextField(max_length=2000, blank=True)
    # Non-State Entity Service Policy and Agreement; what a file brought in has none
    nespa = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=1000, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-submitted_at", "-pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(state="submitted"),
                name="one_open_registration_of_an_agency",
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", decided_at__isnull=True)
                | Q(state="approved", decided_at__isnull=False)
                | Q(state="returned", decided_at__isnull=False) & ~Q(reason=""),
                name="registration_is_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ground__in=["local", "federal", "tribe", "tax", "joint"]),
                name="ground_of_eligibility_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"Registration {self.pk} of {self.agency.name}"

    def get_absolute_url(self) -> str:
        return reverse("orders:registration", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.SUBMITTED
