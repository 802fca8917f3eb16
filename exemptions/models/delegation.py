from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from stmm.agencies.models import Agency, Sight


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, sight: Sight) -> "DelegationQuerySet":
        """Oversight sees all; other people those of the agencies they are appointed at."""
        return self if sight.sees_everything else self.filter(agency__in=sight.member_agency_ids)

    def matching(self, text: str) -> "DelegationQuerySet":
        """By reference, agency or what it covers."""
        if not text:
            return self
        wanted = Q()
        for name in ("reference", "agency__name", "scope"):
            wanted |= Q(**{f"{name}__icontains": text})
        return self.filter(wanted)

    def in_effect(self, on: date) -> "DelegationQuerySet":
        """Those that hold on the Pacific day `on`: [starts_on, until)."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gt=on), starts_on__lte=on, withdrawn_at__isnull=True
        )


class Delegation(models.Model):
    """A General Telecommunications Delegation: leave to buy outside CALNET (SAM 4603, 4605).

    Recorded by the Department. It neither follows from an exemption nor gives one, and a
    purchasing delegation of General Services is none (domain.md 2.4).
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="delegations")
    reference = models.CharField("Reference", max_length=60)
    scope = models.TextField("What it covers", max_length=2000)
    starts_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(max_length=1000, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "-pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["agency", "reference"],
                condition=Q(withdrawn_at__isnull=True),
                name="delegation_reference_is_used_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("starts_on")),
                name="delegation_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(scope=""), name="delegation_says_what_it_covers"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because=""),
                name="delegation_is_withdrawn_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("exemptions:delegation", args=[self.pk])

    def standing(self, on: date) -> tuple[str, str]:
        """How it stands on a Pacific day: a word and its tone."""
        if self.withdrawn_at is not None:
            return "Withdrawn", "refused"
        if self.starts_on > on:
            return "Not begun", "neutral"
        return ("Ended", "neutral") if self.until and self.until <= on else ("In effect", "allowed")
