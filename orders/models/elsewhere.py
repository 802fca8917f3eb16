"""The question “May I buy this elsewhere?” with its answer, as kept for the purchase file."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from catalog.models import Service
from exemptions.models import RequestedItem
from orders.models.decided import StoredDecision
from stmm.agencies.models import Agency, Sight
from stmm.documents.models import StoredDocument

# Of a key in a number: what is longer is none
MOST_DIGITS = 18


class Plan(models.TextChoices):
    """What the buyer means to do: the source and the action of the chapter's decision."""

    ELSEWHERE = "elsewhere", "Buy it from another source"
    CALNET = "calnet", "Buy it from CALNET"
    LEAVE = "leave", "Migrate, transfer or terminate a CALNET service"


class ElsewhereDeterminationQuerySet(models.QuerySet["ElsewhereDetermination"]):
    def visible_to(self, sight: Sight) -> "ElsewhereDeterminationQuerySet":
        """Oversight sees all; other people those of the agencies they are appointed at."""
        return self if sight.sees_everything else self.filter(agency__in=sight.member_agency_ids)

    def matching(self, text: str) -> "ElsewhereDeterminationQuerySet":
        """By its number, what was asked of, or the other source."""
        if not text:
            return self
        wanted = Q()
        for name in ("described", "vendor", "service__name", "service__product_id"):
            wanted |= Q(**{f"{name}__icontains": text})
        digits = text.rpartition("-")[2]
        if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS:
            wanted |= Q(pk=int(digits))
        return self.filter(wanted)

    def without_certificate(self) -> "ElsewhereDeterminationQuerySet":
        return self.filter(certificate__isnull=True)


class ElsewhereDetermination(StoredDecision):
    """One question of an agency and what was answered: who asked, as what, when. Never edited.

    `content` is the canonical JSON of question and answer that the certificate shows, `sha256`
    its hash. What is bought is a service of the catalogue, or described in words.
    """

    # Of the page that asked: the same page sent again determines nothing twice
    creation_key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    plan = models.CharField(max_length=10, choices=Plan)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    described = models.CharField(max_length=500, blank=True)
    vendor = models.CharField(max_length=200, blank=True)
    # The exemption that the buyer names for it; what was stated before requests were kept here
    # has none
    relies_on = models.ForeignKey(
        RequestedItem, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_as = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    objects = ElsewhereDeterminationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = "determination on buying elsewhere"
        verbose_name_plural = "determinations on buying elsewhere"
        constraints = (
            models.CheckConstraint(
                condition=Q(service__isnull=False, described="")
                | Q(service__isnull=True) & ~Q(described=""),
                name="determination_is_of_a_service_or_words",
            ),
            models.CheckConstraint(
                condition=Q(plan__in=["elsewhere", "calnet", "leave"]),
                name="determination_plan_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(sha256="") & ~Q(content=""), name="determination_has_its_content"
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:determination", args=[self.pk])

    @property
    def number(self) -> str:
        """By its year and key: the row is never changed, so it can't be given one later."""
        return f"DET-{timezone.localdate(self.asked_at).year}-{self.pk:06d}"

    @property
    def subject(self) -> str:
        """What is to be bought, in one line."""
        return str(self.service) if self.service else self.described


class Certificate(models.Model):
    """The file made of a determination, once."""

    determination = models.OneToOneField(
        ElsewhereDetermination, on_delete=models.PROTECT, related_name="certificate"
    )
    document = models.OneToOneField(StoredDocument, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Certificate of {self.determination}"
