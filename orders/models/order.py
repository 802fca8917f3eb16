from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from catalog.models import Contract, Service
from orders.models.priced import PricedLine
from orders.models.seen import seen_by
from orders.models.states import OPEN_STATES, SENT_STATES, State
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.documents.models import StoredDocument


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, access: Access) -> "OrderQuerySet":
        """What this person may see: oversight all; members their agency's; a desk what it was sent."""  # noqa: E501  one sentence
        return self.filter(seen_by(access, told=Q(state__in=SENT_STATES)))

    def matching(self, text: str) -> "OrderQuerySet":
        """By either number, agency, contractor or contract."""
        if not text:
            return self
        return self.filter(
            Q(number__icontains=text)
            | Q(agency_request_number__icontains=text)
            | Q(agency__name__icontains=text)
            | Q(contract__contractor__name__icontains=text)
            | Q(contract__number__icontains=text)
        )


class Order(models.Model):
    """A STD. 20 (Rev. 9/2017), from the first draft on. One form, one contract."""

    class Eligibility(models.TextChoices):
        STATE = "state", "State Government"
        LOCAL = "local", "Local Government"
        FEDERAL = "federal", "Federal Government"

    # The system's number, the same from draft to archive
    number = models.CharField(max_length=30, unique=True, null=True)  # noqa: DJ001  NULL only until the row has its key
    # Of the page that began it: the same page sent again begins no second one
    creation_key = models.UUIDField(default=uuid4)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="orders")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    routed_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # The order that this one amends, and why
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="amendments"
    )
    amendment_reason = models.TextField("Reason of the amendment", max_length=1000, blank=True)
    # The agency's own affair: no contractor sees it
    budget_code = models.CharField("Budget code", max_length=40, blank=True)

    # Sections 1 to 3
    agency_request_number = models.CharField("Agency Request Number", max_length=40)
    order_date = models.DateField("Date")
    is_service = models.BooleanField("Service", default=True)
    is_equipment = models.BooleanField("Equipment (requires a Form 65)", default=False)
    is_other = models.BooleanField("Other", default=False)

    contractor_name = models.CharField("Contractor Name", max_length=120)

    # Section 4
    department = models.CharField("Department", max_length=200)
    division = models.CharField("Division (unit, etc.)", max_length=200, blank=True)
    contact_name = models.CharField("Contact name", max_length=150, blank=True)
    contact_phone = models.CharField("Phone number", max_length=40, blank=True)
    contact_fax = models.CharField("Fax number", max_length=40, blank=True)
    contact_email = models.EmailField("Email address", blank=True)
    general_services_code = models.CharField(
        "General Services Agency Code", max_length=20, blank=True
    )
    present_address = models.TextField("Present service address", max_length=2000, blank=True)
    requested_address = models.TextField("Requested service address", max_length=2000, blank=True)
    billing_address = models.TextField("Billing address", max_length=2000, blank=True)

    # Section 5; section 6 is the signature's
    eligibility = models.CharField(max_length=10, choices=Eligibility)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes = (
            models.Index(fields=["agency", "state"]),
            models.Index(fields=["contract", "state"]),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["agency", "agency_request_number"],
                name="agency_request_number_is_the_agencys_own",
            ),
            models.CheckConstraint(
                name="order_state_has_its_dates",
                condition=Q(
                    state__in=["draft", "review", "abandoned"],
                    signed_at__isnull=True,
                    routed_at__isnull=True,
                )
                | Q(state="signed", signed_at__isnull=False, routed_at__isnull=True)
                | Q(
                    state="routed",
                    signed_at__isnull=False,
                    routed_at__isnull=False,
                    acknowledged_at__isnull=True,
                )
                | Q(
                    state__in=["acknowledged", "completed"],
                    signed_at__isnull=False,
                    routed_at__isnull=False,
                    acknowledged_at__isnull=False,
                )
                | Q(
                    state__in=["rejected", "cancelled", "superseded"],
                    signed_at__isnull=False,
                    routed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="order_is_closed_at_a_moment",
                condition=Q(
                    state__in=["completed", "rejected", "cancelled", "superseded"],
                    closed_at__isnull=False,
                )
                | ~Q(state__in=["completed", "rejected", "cancelled", "superseded"])
                & Q(closed_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~Q(state="abandoned"),
                name="one_amendment_of_an_order",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True, amendment_reason="")
                | Q(supersedes__isnull=False) & ~Q(amendment_reason=""),
                name="an_amendment_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(eligibility__in=["state", "local", "federal"]),
                name="eligibility_is_one_of_three",
            ),
            models.CheckConstraint(
                condition=~Q(agency_request_number=""), name="agency_request_number_is_given"
            ),
        )

    def __str__(self) -> str:
        return self.number or "New order"

    def get_absolute_url(self) -> str:
        return reverse("orders:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Still in the agency's hands: nothing signed, nothing sent."""
        return self.state in OPEN_STATES

    @property
    def request_types(self) -> tuple[str, ...]:
        """Section 3, the boxes ticked."""
        boxes = {
            "Service": self.is_service,
            "Equipment (Requires a Form 65)": self.is_equipment,
            "Other": self.is_other,
        }
        return tuple(label for label, ticked in boxes.items() if ticked)


class OrderLine(PricedLine):
    """Section 7, one request.

    What the catalogue says of the service (name, identifier, unit, charges for one unit) is
    copied at signing: a later edition does not reach back into a signed order.
    """

    class Type(models.TextChoices):
        ADD = "add", "Add"
        DISCONNECT = "disconnect", "Disconnect"
        CHANGE = "change", "Change"
        MOVE = "move", "Move"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    creation_key = models.UUIDField(default=uuid4)
    position = models.PositiveIntegerField()
    order_type = models.CharField("Order type", max_length=10, choices=Type, default=Type.ADD)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="order_lines")
    requested_date = models.DateField("Requested date of service", null=True, blank=True)
    billing_account = models.CharField("Existing billing account number", max_length=60, blank=True)
    # What a disconnect, change or move acts on, where this system knows it
    acts_on = models.ForeignKey(
        "orders.OpenService", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    description = models.TextField("Description", max_length=2000, blank=True)
    comment = models.TextField("Comment", max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar = ["order", "position"]
        constraints = (
            models.UniqueConstraint(fields=["order", "position"], name="one_line_a_position"),
            models.UniqueConstraint(
                fields=["order", "creation_key"], name="one_line_a_creation_key"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=1_000_000), name="quantity_is_1_or_more"
            ),
            models.CheckConstraint(
                condition=Q(order_type__in=["add", "disconnect", "change", "move"]),
                name="order_type_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"Request #{self.position}"


class Attachment(models.Model):
    """A file that goes with the form: the STD. 65 of an equipment request."""

    class Kind(models.TextChoices):
        STD65 = "std65", "STD. 65"
        OTHER = "other", "Additional information"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=10, choices=Kind)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["std65", "other"]), name="attachment_kind_is_known"
            ),
        )

    def __str__(self) -> str:
        return self.document.file_name
