"""What agencies bought outside CALNET, and the ledgers it was read from."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse

from catalog.models import Service
from exemptions.models import ExemptionRequest, RequestedItem, RequestState
from orders.models.decided import StoredDecision
from orders.models.elsewhere import ElsewhereDetermination
from stmm.agencies.models import Agency, Sight
from stmm.documents.models import StoredDocument


class LedgerQuerySet(models.QuerySet["Ledger"]):
    def visible_to(self, sight: Sight) -> "LedgerQuerySet":
        """Oversight sees all; other people those of the agencies they are appointed at."""
        return self if sight.sees_everything else self.filter(agency__in=sight.member_agency_ids)


class Ledger(models.Model):
    """A purchase ledger of an agency: read and matched by a job, recorded whole or not at all."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting to be read"
        READING = "reading", "Being read and matched"
        RECORDED = "recorded", "Recorded"
        REFUSED = "refused", "Can’t be recorded"
        WITHDRAWN = "withdrawn", "Withdrawn"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    # Of the page that sent it: the same page sent again uploads nothing
    creation_key = models.UUIDField(unique=True)
    file = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    attempts = models.PositiveIntegerField(default=0)
    progress_at = models.DateTimeField()
    lines_read = models.PositiveIntegerField(default=0)
    lines_matched = models.PositiveIntegerField(default=0)
    refusal = models.TextField(blank=True)
    in_error = models.PositiveIntegerField(default=0)
    # What was recorded, and of that: with a match proposed, with possible leakage
    lines = models.PositiveIntegerField(default=0)
    proposed = models.PositiveIntegerField(default=0)
    findings = models.PositiveIntegerField(default=0)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes = (models.Index(fields=["state", "progress_at"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["agency", "sha256"],
                condition=Q(state__in=["uploaded", "reading", "recorded"]),
                name="a_ledger_is_loaded_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["uploaded", "reading", "recorded", "refused", "withdrawn"]),
                name="ledger_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="recorded") | Q(in_error=0, refusal="", lines__gt=0),
                name="ledger_with_errors_is_not_recorded",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} of {self.agency.name}"

    def get_absolute_url(self) -> str:
        return reverse("orders:ledger", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        """For the job: there is nothing to look at yet."""
        return self.state in {self.State.UPLOADED, self.State.READING}


class LedgerError(models.Model):
    """A cell of a ledger that can't be recorded: where, what stands there, what should."""

    ledger = models.ForeignKey(Ledger, on_delete=models.CASCADE, related_name="errors")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200)
    value = models.CharField(max_length=100, blank=True)
    expected = models.TextField()

    class Meta:
        ordering: ClassVar = ["row", "pk"]
        indexes = (models.Index(fields=["ledger", "row"]),)

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}"


class OutsidePurchaseQuerySet(models.QuerySet["OutsidePurchase"]):
    def visible_to(self, sight: Sight) -> "OutsidePurchaseQuerySet":
        """Oversight sees all; other people those of the agencies they are appointed at."""
        return self if sight.sees_everything else self.filter(agency__in=sight.member_agency_ids)

    def standing(self) -> "OutsidePurchaseQuerySet":
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def open_findings(self) -> "OutsidePurchaseQuerySet":
        """Possible leakage that nobody has settled."""
        return self.standing().filter(finding_state=OutsidePurchase.FindingState.OPEN)

    def under_exemption(self, *, revoked: bool = False) -> "OutsidePurchaseQuerySet":
        """Those that rely on one; with `revoked`, on one that was revoked since."""
        found = self.filter(relies_on__isnull=False)
        return found.filter(relies_on__request__state=RequestState.REVOKED) if revoked else found

    def matching(self, text: str) -> "OutsidePurchaseQuerySet":
        """By vendor, description, any number it goes by, or the service it is matched to."""
        if not text:
            return self
        wanted = Q()
        for name in ("vendor", "description", "identifier", "reference", "service__name"):
            wanted |= Q(**{f"{name}__icontains": text})
        return self.filter(wanted)

    def spent(self) -> Decimal:
        """Of all of them together, in US dollars."""
        return self.aggregate(total=Sum("amount"))["total"] or Decimal(0)


class OutsidePurchase(models.Model):
    """One purchase of an agency from another source than CALNET, and what it stands for there.

    A finding is possible leakage: a mandatory service without an exemption, or one that an ATO
    binds to CALNET on the day. `outcome` is that of the latest decision.
    """

    class Match(models.TextChoices):
        OPEN = "open", "No match yet"
        PROPOSED = "proposed", "Match proposed"
        MATCHED = "matched", "Matched"
        NOT_OFFERED = "not_offered", "Not offered by CALNET"
        UNSURE = "unsure", "Unsure"

    class ProposedBy(models.TextChoices):
        IDENTIFIER = "identifier", "Same identifier"
        WORDS = "words", "Same words"

    class Finding(models.TextChoices):
        MANDATORY = "mandatory", "Mandatory service, no exemption"
        WINDOW = "window", "Inside the two years of an ATO"

    class FindingState(models.TextChoices):
        OPEN = "open", "To be settled"
        RESOLVED = "resolved", "Resolved"
        EXEMPTION = "exemption", "Exemption requested"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    # Of the page that recorded it; a line of a ledger is known by its row
    creation_key = models.UUIDField(null=True, unique=True)
    ledger = models.ForeignKey(
        Ledger, on_delete=models.PROTECT, null=True, related_name="purchases"
    )
    row = models.PositiveIntegerField(null=True)

    vendor = models.CharField("Vendor", max_length=200)
    description = models.CharField("Description", max_length=500)
    identifier = models.CharField("Product identifier", max_length=64, blank=True)
    reference = models.CharField("Purchase document", max_length=60, blank=True)
    amount = models.DecimalField("Amount", max_digits=14, decimal_places=2)
    purchased_on = models.DateField("Bought on")
    starts_on = models.DateField("Service from", null=True)
    last_day = models.DateField("Service to", null=True)
    quantity = models.PositiveIntegerField("Quantity", null=True)
    # What a ledger says of one; it is looked at by people and counts for nothing by itself
    exemption_reference = models.CharField("Exemption, as told", max_length=120, blank=True)
    relies_on = models.ForeignKey(
        RequestedItem, on_delete=models.PROTECT, null=True, related_name="+"
    )

    match = models.CharField(max_length=12, choices=Match, default=Match.OPEN)
    proposed_by = models.CharField(max_length=10, choices=ProposedBy, blank=True)
    # Of the words of a proposal: how much of the two texts is the same, from 0 to 1
    likeness = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    determination = models.ForeignKey(
        ElsewhereDetermination, on_delete=models.PROTECT, null=True, related_name="purchases"
    )

    outcome = models.CharField(max_length=40, blank=True)
    finding = models.CharField(max_length=10, choices=Finding, blank=True)
    finding_state = models.CharField(max_length=10, choices=FindingState, blank=True)
    finding_reason = models.TextField(blank=True)
    # Asked for because of this finding
    exemption_request = models.ForeignKey(
        ExemptionRequest, on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = OutsidePurchaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-purchased_on", "-pk"]
        verbose_name = "purchase outside CALNET"
        verbose_name_plural = "purchases outside CALNET"
        indexes = (
            models.Index(fields=["agency", "-purchased_on"]),
            models.Index(
                fields=["agency", "finding_state"],
                condition=~Q(finding_state=""),
                name="possible_leakage",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["ledger", "row"], name="a_ledger_row_is_recorded_once"),
            models.CheckConstraint(
                condition=Q(creation_key__isnull=False, ledger__isnull=True, row__isnull=True)
                | Q(creation_key__isnull=True, ledger__isnull=False, row__isnull=False),
                name="purchase_is_typed_or_of_a_ledger",
            ),
            models.CheckConstraint(
                condition=Q(match__in=["proposed", "matched"], service__isnull=False)
                | Q(match__in=["open", "not_offered", "unsure"], service__isnull=True, outcome=""),
                name="purchase_match_has_its_service",
            ),
            models.CheckConstraint(
                condition=Q(finding="", finding_state="")
                | Q(
                    finding__in=["mandatory", "window"],
                    finding_state__in=["open", "resolved", "exemption"],
                    service__isnull=False,
                ),
                name="finding_has_its_state",
            ),
            models.CheckConstraint(
                condition=Q(
                    finding_state__in=["", "open"], settled_at__isnull=True, finding_reason=""
                )
                | Q(finding_state__in=["resolved", "exemption"], settled_at__isnull=False)
                & ~Q(finding_reason=""),
                name="finding_is_settled_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(finding_state="exemption") | Q(finding="mandatory"),
                name="only_mandatory_leads_to_an_exemption",
            ),
            models.CheckConstraint(
                condition=Q(finding_state="exemption", exemption_request__isnull=False)
                | ~Q(finding_state="exemption") & Q(exemption_request__isnull=True),
                name="exemption_of_a_finding_is_requested",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True, relies_on__isnull=True)
                | Q(quantity__isnull=False, quantity__gte=1),
                name="what_relies_on_an_exemption_has_a_quantity",
            ),
            models.CheckConstraint(
                condition=~Q(vendor="") & ~Q(description="") & Q(amount__gte=0),
                name="purchase_says_what_from_whom_for_how_much",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(last_day__isnull=True)
                | Q(last_day__gte=F("starts_on")),
                name="bought_service_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.description} from {self.vendor}"[:200]

    def get_absolute_url(self) -> str:
        return reverse("orders:outside-purchase", args=[self.pk])

    @property
    def may_be_asked_for(self) -> bool:
        """Only mandatory services have exemptions, and no request is for it already."""
        return self.finding == self.Finding.MANDATORY and self.exemption_request_id is None

    @property
    def relies_on_revoked(self) -> bool:
        """Its exemption was revoked after it was bought: it stands, and is shown."""
        return self.relies_on is not None and self.relies_on.request.state == RequestState.REVOKED


class OutsideDecision(StoredDecision):
    """What the chapter said of a purchase matched to a service, each time it was. Never edited."""

    bought = models.ForeignKey(OutsidePurchase, on_delete=models.PROTECT, related_name="decisions")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.bought}: {self.headline}"
