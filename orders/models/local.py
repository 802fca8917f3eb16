"""What a body outside State government orders on its own purchasing document (PO-4.3)."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from catalog.models import Contract, Service
from orders.models.decided import StoredDecision
from orders.models.priced import PricedLine
from orders.models.seen import seen_by
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.documents.models import StoredDocument


class LocalState(models.TextChoices):
    DRAFT = "draft", "Draft"
    RECORDED = "recorded", "Recorded, being sent"
    SENT = "sent", "Sent to contractor"
    ACKNOWLEDGED = "acknowledged", "Acknowledged by contractor"
    COMPLETED = "completed", "Completed"
    REJECTED = "rejected", "Rejected by contractor"
    CANCELLED = "cancelled", "Cancelled"
    ABANDONED = "abandoned", "Abandoned"


# With the contractor, who has still something to do
LOCAL_WITH_CONTRACTOR = frozenset({LocalState.SENT, LocalState.ACKNOWLEDGED})


class LocalOrderQuerySet(models.QuerySet["LocalOrder"]):
    def visible_to(self, access: Access) -> "LocalOrderQuerySet":
        """Oversight sees all; members their agency's; a desk what it was sent."""
        return self.filter(seen_by(access, told=Q(sent_at__isnull=False)))


class LocalOrder(models.Model):
    """A locally authorized purchasing document, recorded and sent like a STD. 20.

    The document itself is the agency's; its lines are checked as those of a STD. 20 are.
    """

    # The system's number, the same from the draft on
    number = models.CharField(max_length=30, unique=True, null=True)  # noqa: DJ001  NULL only until the row has its key
    # Of the page that began it: the same page sent again begins no second one
    creation_key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="local_orders")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="local_orders")
    state = models.CharField(max_length=12, choices=LocalState, default=LocalState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    document_number = models.CharField("Document number", max_length=60)
    document_date = models.DateField("Document date")
    file = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    contact_name = models.CharField("Contact name", max_length=150)
    contact_phone = models.CharField("Phone number", max_length=40)
    contact_email = models.EmailField("Email address")
    service_address = models.TextField("Service address", max_length=2000)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # What goes to the contractor with the document: its lines and what the chapter says of them
    record = models.OneToOneField(
        StoredDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = LocalOrderQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes = (
            models.Index(fields=["agency", "state"]),
            models.Index(fields=["contract", "state"]),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["agency", "contract", "document_number"],
                condition=~Q(state__in=["abandoned", "rejected", "cancelled"]),
                name="a_local_document_is_recorded_once",
            ),
            models.CheckConstraint(
                name="local_order_state_has_its_dates",
                condition=Q(
                    state__in=["draft", "abandoned"],
                    recorded_at__isnull=True,
                    recorded_by__isnull=True,
                    sent_at__isnull=True,
                )
                | Q(
                    state="recorded",
                    recorded_at__isnull=False,
                    recorded_by__isnull=False,
                    sent_at__isnull=True,
                )
                | Q(state="sent", sent_at__isnull=False, record__isnull=False)
                | Q(
                    state__in=["acknowledged", "completed"],
                    sent_at__isnull=False,
                    acknowledged_at__isnull=False,
                )
                | Q(state__in=["rejected", "cancelled"], sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="local_order_is_closed_at_a_moment",
                condition=Q(
                    state__in=["completed", "rejected", "cancelled"], closed_at__isnull=False
                )
                | ~Q(state__in=["completed", "rejected", "cancelled"]) & Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=~Q(document_number=""), name="local_document_has_its_number"
            ),
        )

    def __str__(self) -> str:
        return self.number or "New purchasing document"

    def get_absolute_url(self) -> str:
        return reverse("orders:local", args=[self.pk])


class LocalLine(PricedLine):
    """One service that the document orders; what the catalogue says is copied at recording."""

    order = models.ForeignKey(LocalOrder, on_delete=models.CASCADE, related_name="lines")
    creation_key = models.UUIDField()
    position = models.PositiveIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["order", "position"]
        constraints = (
            models.UniqueConstraint(fields=["order", "position"], name="one_local_line_a_position"),
            models.UniqueConstraint(
                fields=["order", "creation_key"], name="one_local_line_a_creation_key"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=1_000_000),
                name="local_quantity_is_1_or_more",
            ),
        )

    def __str__(self) -> str:
        return f"Line {self.position}"


class LocalDecision(StoredDecision):
    """What the chapter said of one line on the day the document was recorded. Never changed."""

    line = models.OneToOneField(LocalLine, on_delete=models.PROTECT, related_name="decision")


class LocalCompletion(models.Model):
    """The contractor's word that a line works, and by which numbers. Never changed."""

    line = models.OneToOneField(LocalLine, on_delete=models.PROTECT, related_name="completion")
    on = models.DateField("Completed on")
    circuit_numbers = models.TextField("Circuit or telephone numbers", max_length=2000, blank=True)
    billing_account = models.CharField("Billing account number", max_length=60, blank=True)
    sr_number = models.CharField("SR Number", max_length=60, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["line__position"]

    def __str__(self) -> str:
        return f"{self.line}, completed on {_day(self.on)}"


def _day(value: date) -> str:
    return f"{value:%B %-d, %Y}"
