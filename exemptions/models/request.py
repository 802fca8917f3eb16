import re
from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.urls import reverse

from catalog.models import Service
from exemptions.models.delegation import Delegation
from exemptions.models.states import DECIDED, GRANTED, PENDING, UNDER_WAY, RequestState
from stmm.agencies.models import Agency, Appointment, Sight
from stmm.documents.models import StoredDocument

_NUMBER = re.compile(r"(?:EXM-)?0*(\d{1,9})", re.IGNORECASE | re.ASCII)


class ExemptionRequestQuerySet(models.QuerySet["ExemptionRequest"]):
    def visible_to(self, sight: Sight) -> "ExemptionRequestQuerySet":
        """Oversight sees all that was ever sent; members everything of their agencies."""
        theirs = Q(agency__in=sight.member_agency_ids)
        return self.filter(theirs | Q(sent_at__isnull=False) if sight.sees_everything else theirs)

    def matching(self, text: str) -> "ExemptionRequestQuerySet":
        """By the number, or a part of the agency's name, the project or the proposed source."""
        words = text.strip()
        found = (
            Q(agency__name__icontains=words)
            | Q(project__icontains=words)
            | Q(proposed_source__icontains=words)
        )
        if number := _NUMBER.fullmatch(words):
            found |= Q(pk=int(number[1]))
        return self.filter(found) if words else self

    def pending(self) -> "ExemptionRequestQuerySet":
        """With the Department, undecided; the longest waiting first."""
        return self.filter(state__in=PENDING).order_by("sent_at", "pk")

    def granted(self) -> "ExemptionRequestQuerySet":
        """Approved once, whatever came after."""
        return self.filter(state__in=GRANTED)

    def in_term(self, on: date) -> "ExemptionRequestQuerySet":
        """Approved, not revoked, and in term on the Pacific day `on`: [starts_on, until).

        By days, not by the state `expired`, which a job writes down some time after midnight.
        """
        return self.filter(
            state__in=[RequestState.APPROVED, RequestState.EXPIRED],
            starts_on__lte=on,
            until__gt=on,
        )


class ExemptionRequest(models.Model):
    """A non-exempt State entity asks to buy mandatory services elsewhere (PR-2; STMM 501.0).

    For one specific project or acquisition. The questions are those of SAM 4605 and STMM 501.0
    (domain.md 2.3). `starts_on` and `until` are the term that was granted, `[starts_on, until)`;
    what the agency asked for is `wanted_from` and `wanted_until`.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    # Of the page that began it: the same page sent again begins nothing twice
    creation_key = models.UUIDField(unique=True)
    state = models.CharField(max_length=15, choices=RequestState, default=RequestState.DRAFT)
    # Of two people who change one draft, the second one is told
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # What it came from, in words: an order, a determination, a finding, which lie above
    origin = models.CharField(max_length=200, blank=True)
    # An extension names the exemption that it would go on from, and is reviewed like any other
    extends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="extensions"
    )

    project = models.CharField("Project or acquisition", max_length=200, blank=True)
    description = models.TextField("About the proposed services", max_length=8000, blank=True)
    compelling_reason = models.TextField("Compelling business reason", max_length=8000, blank=True)
    why_not_calnet = models.TextField(
        "Why the CALNET services do not meet the need", max_length=8000, blank=True
    )
    if_unmet = models.TextField("What happens if the need is not met", max_length=8000, blank=True)
    proposed_source = models.CharField("Proposed source", max_length=200, blank=True)
    wanted_from = models.DateField("Wanted from", null=True, blank=True)
    # First day that is no longer covered
    wanted_until = models.DateField("Wanted until", null=True, blank=True)
    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # A reference that the Department has not recorded, or a request for a delegation
    delegation_reference = models.CharField(max_length=60, blank=True)
    asks_for_delegation = models.BooleanField(default=False)

    sent_at = models.DateTimeField(null=True)
    analyst = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    starts_on = models.DateField(null=True)
    until = models.DateField(null=True)

    objects = ExemptionRequestQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes = (
            models.Index(fields=["state", "sent_at"]),
            models.Index(fields=["agency", "state", "until"]),
        )
        constraints = (
            models.CheckConstraint(
                name="exemption_request_has_what_its_state_says",
                condition=Q(state="draft", closed_at__isnull=True, starts_on__isnull=True)
                | Q(
                    state__in=["sent", "in_review", "question_out", "recommended"],
                    sent_at__isnull=False,
                    closed_at__isnull=True,
                    starts_on__isnull=True,
                )
                | Q(state="withdrawn", closed_at__isnull=False, starts_on__isnull=True)
                | Q(
                    state="denied",
                    sent_at__isnull=False,
                    closed_at__isnull=False,
                    starts_on__isnull=True,
                )
                | Q(
                    state__in=["approved", "expired", "revoked"],
                    sent_at__isnull=False,
                    closed_at__isnull=False,
                    starts_on__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="exemption_is_limited_in_time",
                condition=Q(starts_on__isnull=True, until__isnull=True)
                | Q(starts_on__isnull=False, until__isnull=False, until__gt=F("starts_on")),
            ),
            models.CheckConstraint(
                name="analyst_works_on_requests_that_need_it",
                condition=~Q(state__in=["in_review", "question_out", "recommended"])
                | Q(analyst__isnull=False),
            ),
            models.CheckConstraint(
                name="exemption_is_wanted_for_a_period",
                condition=Q(wanted_from__isnull=True)
                | Q(wanted_until__isnull=True)
                | Q(wanted_until__gt=F("wanted_from")),
            ),
            models.CheckConstraint(
                name="exemption_request_extends_another",
                condition=Q(extends__isnull=True) | ~Q(extends=F("pk")),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("exemptions:request", args=[self.pk])

    @property
    def number(self) -> str:
        return f"EXM-{self.pk:06d}"

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_granted(self) -> bool:
        return self.state in GRANTED

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED


class RequestedItem(models.Model):
    """A mandatory service that is to be bought elsewhere, or one described in words.

    Charges are US dollars a unit: what the proposed source asks (`proposed_…`), beside what
    the nearest CALNET service costs (`calnet_…`, copied from the catalogue when sent).
    """

    request = models.ForeignKey(ExemptionRequest, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    described = models.CharField(max_length=500, blank=True)
    quantity = models.PositiveIntegerField()
    sites = models.CharField(max_length=500, blank=True)
    proposed_monthly = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    proposed_once = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    calnet_monthly = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    calnet_once = models.DecimalField(max_digits=14, decimal_places=4, null=True)

    class Meta:
        ordering: ClassVar = ["request", "position", "pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["request", "position"], name="requested_items_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["request", "service"],
                condition=Q(service__isnull=False),
                name="a_service_is_requested_once",
            ),
            models.CheckConstraint(
                condition=Q(service__isnull=False, described="")
                | Q(service__isnull=True) & ~Q(described=""),
                name="requested_is_a_service_or_words",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="requested_is_at_least_one"),
        )

    def __str__(self) -> str:
        return f"{self.service.name if self.service else self.described}"

    @property
    def proposed_a_month(self) -> Decimal | None:
        """Of all units together, in US dollars; None where no charge is known."""
        return None if self.proposed_monthly is None else self.proposed_monthly * self.quantity

    @property
    def calnet_a_month(self) -> Decimal | None:
        """The same of the CALNET service."""
        return None if self.calnet_monthly is None else self.calnet_monthly * self.quantity


class Attachment(models.Model):
    """A file that the agency or the analyst added to the case."""

    request = models.ForeignKey(
        ExemptionRequest, on_delete=models.PROTECT, related_name="attachments"
    )
    document = models.OneToOneField(StoredDocument, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.document.title


class SentVersionQuerySet(models.QuerySet["SentVersion"]):
    def latest_number(self, request: ExemptionRequest) -> int:
        """Of the request; 0 where it was never sent."""
        return self.filter(request=request).aggregate(Max("number"))["number__max"] or 0


class SentVersion(models.Model):
    """What the Agency Information Officer signed and sent, as it was. Never edited.

    `content` is the canonical JSON of request, items and attachments' hashes, `sha256` its hash.
    A request that was taken back and sent again has a second one.
    """

    request = models.ForeignKey(ExemptionRequest, on_delete=models.PROTECT, related_name="sent")
    number = models.PositiveIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=60)
    # True for an agency of one person, who writes and signs
    is_by_author = models.BooleanField()

    objects = SentVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["request", "number"]
        constraints = (
            models.UniqueConstraint(
                fields=["request", "number"], name="sent_versions_are_numbered"
            ),
            models.CheckConstraint(
                condition=~Q(sha256="") & ~Q(content="") & ~Q(name=""),
                name="sent_version_has_its_content",
            ),
        )

    def __str__(self) -> str:
        return f"{self.request} as sent, version {self.number}"
