"""What works at an agency: adds less disconnects, moves and changes applied."""

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from catalog.models import Service
from orders.models.local import LocalLine, LocalOrder
from orders.models.order import Order, OrderLine
from stmm.agencies.models import Agency, Sight

# State Auditor I2025-1: services nobody confirmed in use for so long are looked at
UNCONFIRMED_AFTER = timedelta(days=90)
# Of a service or a line, in a query
MONTHLY_COST = ExpressionWrapper(
    F("mrc") * F("quantity"), output_field=models.DecimalField(max_digits=22, decimal_places=4)
)
_SEARCHED = (
    "service__name", "service__product_id", "sr_number", "circuit_numbers", "billing_account",
    "budget_code", "last_line__order__number", "last_line__order__agency_request_number",
    "added_locally_by__order__number", "added_locally_by__order__document_number",
)  # fmt: skip


class OpenServiceQuerySet(models.QuerySet["OpenService"]):
    def visible_to(self, sight: Sight) -> "OpenServiceQuerySet":
        """Oversight sees all; other people those of the agencies they are appointed at."""
        return self if sight.sees_everything else self.filter(agency__in=sight.member_agency_ids)

    def working(self) -> "OpenServiceQuerySet":
        return self.filter(ended_on__isnull=True)

    def unconfirmed(self, on: date) -> "OpenServiceQuerySet":
        """Those that nobody has said to be in use for 90 days before the Pacific day `on`.

        Those that wait longest come first; each with `known_since`, since when.
        """
        return (
            self.working()
            .annotate(known_since=Coalesce(TruncDate("confirmed_at"), "since"))
            .filter(known_since__lte=on - UNCONFIRMED_AFTER)
            .order_by("known_since", "pk")
        )

    def matching(self, text: str) -> "OpenServiceQuerySet":
        """By service, by any of the numbers it goes by, or by the last order."""
        if not text:
            return self
        wanted = Q()
        for name in _SEARCHED:
            wanted |= Q(**{f"{name}__icontains": text})
        return self.filter(wanted)

    def monthly_cost(self) -> Decimal:
        """Of all of them together; services charged by use alone count nothing."""
        return self.aggregate(total=Sum(MONTHLY_COST))["total"] or Decimal(0)


class OpenService(models.Model):
    """One service at one site on one account, from its completion to its disconnection.

    `mrc` is the charge for one unit as it was signed, without the administrative fee.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="open_services")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    mrc = models.DecimalField("MRC", max_digits=14, decimal_places=4, null=True)
    site = models.TextField(max_length=2000, blank=True)
    billing_account = models.CharField(max_length=60, blank=True)
    circuit_numbers = models.TextField(max_length=2000, blank=True)
    sr_number = models.CharField("SR Number", max_length=60, blank=True)
    budget_code = models.CharField(max_length=40, blank=True)
    since = models.DateField()
    ended_on = models.DateField(null=True)
    # A line of a STD. 20, or of a locally authorized purchasing document
    added_by = models.OneToOneField(
        OrderLine, on_delete=models.PROTECT, null=True, related_name="added"
    )
    added_locally_by = models.OneToOneField(
        LocalLine, on_delete=models.PROTECT, null=True, related_name="added"
    )
    last_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = OpenServiceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["service__name", "pk"]
        indexes = (models.Index(fields=["agency", "ended_on", "service"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, quantity__gte=1)
                | Q(ended_on__isnull=False, quantity=0),
                name="a_service_works_or_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="use_is_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(
                    added_by__isnull=False, last_line__isnull=False, added_locally_by__isnull=True
                )
                | Q(added_by__isnull=True, added_locally_by__isnull=False),
                name="a_service_is_added_by_one_line",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} {self.service}"

    def get_absolute_url(self) -> str:
        return reverse("orders:service", args=[self.pk])

    @property
    def monthly_cost(self) -> Decimal | None:
        return None if self.mrc is None else self.mrc * self.quantity

    @property
    def last_ordered_by(self) -> Order | LocalOrder | None:
        """The order that made it what it is: a STD. 20, or the document that added it."""
        if self.last_line is not None:
            return self.last_line.order
        return self.added_locally_by.order if self.added_locally_by else None


class TakenUp(models.Model):
    """What the completion of a line did to a service, once; to none that this system knows.

    Never changed. `left` is how many of the service there are afterwards. Where a part of a
    service moved, the same line has a row for what stayed and one for what went.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="taken_up")
    service = models.ForeignKey(
        OpenService, on_delete=models.PROTECT, null=True, related_name="course"
    )
    left = models.PositiveIntegerField()
    on = models.DateField()

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name_plural = "taken up"
        constraints = (
            models.UniqueConstraint(
                fields=["line", "service"], name="a_line_acts_on_a_service_once"
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(service__isnull=True),
                name="a_line_acts_on_nothing_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.line} taken up"


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    def visible_to(self, sight: Sight) -> "BudgetLineQuerySet":
        """Oversight sees all; other people those of the agencies they are appointed at."""
        return self if sight.sees_everything else self.filter(agency__in=sight.member_agency_ids)


class BudgetLine(models.Model):
    """What an agency means to spend a month under one of its budget codes."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="budget_lines")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120, blank=True)
    monthly = models.DecimalField("Monthly budget", max_digits=14, decimal_places=2)

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints = (
            models.UniqueConstraint(fields=["agency", "code"], name="budget_code_of_an_agency"),
            models.CheckConstraint(
                condition=Q(monthly__gte=0) & ~Q(code=""), name="budget_line_has_code_and_amount"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()
