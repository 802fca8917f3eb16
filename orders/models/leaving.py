"""A body outside State government leaves CALNET: what with, by which notice, to which end."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from catalog.models import Category, Contract, Service
from orders.models.decided import StoredDecision
from orders.models.inventory import OpenService
from orders.models.order import Order
from orders.models.seen import seen_by
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.documents.models import StoredDocument


class LeavingState(models.TextChoices):
    DRAFTED = "drafted", "Drafted"
    NOTICE_GIVEN = "notice_given", "Notice given"
    ORDERED = "ordered", "Disconnect ordered"
    ENDED = "ended", "Ended"
    WITHDRAWN = "withdrawn", "Withdrawn"


# The contractor has been told, and the services are not ended yet
RUNNING = frozenset({LeavingState.NOTICE_GIVEN, LeavingState.ORDERED})


class LeavingQuerySet(models.QuerySet["Leaving"]):
    def visible_to(self, access: Access) -> "LeavingQuerySet":
        """Oversight sees all; members their agency's; a desk what it was given notice of."""
        return self.filter(seen_by(access, told=Q(given_on__isnull=False)))

    def running(self) -> "LeavingQuerySet":
        return self.filter(state__in=RUNNING)

    def late(self, on: date) -> "LeavingQuerySet":
        """Those whose letter is not made, or whose services work, though the day has passed."""
        return self.running().filter(Q(ends_on__lt=on) | Q(letter__isnull=True, given_on__lt=on))


class Leaving(models.Model):
    """One agency leaves one contract with some of its services (PO-4.2).

    The notice counts from the Pacific day `given_on`; on `ends_on` the services may end.
    """

    class Manner(models.TextChoices):
        MIGRATE = "migrate", "Migrate: the services move to another provider"
        TRANSFER = "transfer", "Transfer: another party takes the services over"
        TERMINATE = "terminate", "Terminate: the services end"

    # The system's number, the same from the draft on
    number = models.CharField(max_length=30, unique=True, null=True)  # noqa: DJ001  NULL only until the row has its key
    # Of the page that began it: the same page sent again begins no second one
    creation_key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="leavings")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="leavings")
    manner = models.CharField("How it leaves", max_length=10, choices=Manner)
    state = models.CharField(max_length=12, choices=LeavingState, default=LeavingState.DRAFTED)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()

    # What the letter says besides the services
    wanted_on = models.DateField("Services are to end on", null=True, blank=True)
    sender_address = models.TextField("Address of the agency", max_length=1000, blank=True)
    contact_name = models.CharField("Contact name", max_length=150, blank=True)
    contact_phone = models.CharField("Phone number", max_length=40, blank=True)
    contact_email = models.EmailField("Email address", blank=True)
    remarks = models.TextField("Remarks", max_length=2000, blank=True)

    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    given_on = models.DateField("Notice given on", null=True)
    ends_on = models.DateField("Services end on", null=True)
    letter = models.OneToOneField(
        StoredDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The STD. 20 that disconnects the services, from its draft on
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="leaving")
    ended_on = models.DateField("Ended on", null=True)
    closed_at = models.DateTimeField(null=True)

    objects = LeavingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes = (models.Index(fields=["agency", "state"]),)
        constraints = (
            models.CheckConstraint(
                name="leaving_state_has_its_dates",
                condition=Q(state="drafted", given_on__isnull=True, closed_at__isnull=True)
                | Q(state="notice_given", given_on__isnull=False, closed_at__isnull=True)
                | Q(
                    state="ordered",
                    given_on__isnull=False,
                    order__isnull=False,
                    closed_at__isnull=True,
                )
                | Q(
                    state="ended",
                    given_on__isnull=False,
                    ended_on__isnull=False,
                    closed_at__isnull=False,
                )
                | Q(state="withdrawn", closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_is_given_by_someone_for_a_day",
                condition=Q(
                    given_on__isnull=True,
                    given_at__isnull=True,
                    given_by__isnull=True,
                    ends_on__isnull=True,
                    letter__isnull=True,
                    order__isnull=True,
                )
                | Q(
                    given_on__isnull=False,
                    given_at__isnull=False,
                    given_by__isnull=False,
                    ends_on__isnull=False,
                    ends_on__gt=F("given_on"),
                ),
            ),
            models.CheckConstraint(
                name="only_what_has_ended_has_its_end",
                condition=Q(state="ended") | Q(ended_on__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(manner__in=["migrate", "transfer", "terminate"]),
                name="manner_of_leaving_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.number or "New notice"

    def get_absolute_url(self) -> str:
        return reverse("orders:leaving", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    def late(self, on: date) -> str:
        """What should have happened before the Pacific day `on` and has not; "" if nothing."""
        if not self.is_running or self.given_on is None or self.ends_on is None:
            return ""
        if self.ends_on < on and self.state == LeavingState.ORDERED:
            return f"The services should have ended on {self.ends_on:%B %-d, %Y}."
        if self.ends_on < on:
            return (
                f"The services should have ended on {self.ends_on:%B %-d, %Y},"
                " and no disconnect order has been signed."
            )
        if self.letter_id is None and self.given_on < on:
            return "The letter has not been made since the day of the notice."
        return ""


class LeavingPart(models.Model):
    """What leaves: one of the agency's open services, or what its ATO lists."""

    leaving = models.ForeignKey(Leaving, on_delete=models.CASCADE, related_name="parts")
    open_service = models.ForeignKey(
        OpenService, on_delete=models.PROTECT, null=True, related_name="leavings"
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = (
            models.CheckConstraint(
                name="one_thing_leaves_as_a_part",
                condition=Q(open_service__isnull=False, category__isnull=True, service__isnull=True)
                | Q(open_service__isnull=True, category__isnull=False, service__isnull=True)
                | Q(open_service__isnull=True, category__isnull=True, service__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["leaving", "open_service"], name="open_service_leaves_once"
            ),
            models.UniqueConstraint(fields=["leaving", "category"], name="category_leaves_once"),
            models.UniqueConstraint(fields=["leaving", "service"], name="service_leaves_once"),
        )

    def __str__(self) -> str:
        if self.open_service:
            account = self.open_service.billing_account
            return f"{self.open_service}{f', account {account}' if account else ''}"
        if self.category:
            return f"Every service of category {self.category}"
        return str(self.service)


class LeavingDecision(StoredDecision):
    """What the chapter said of one part on the day the notice was given. Never changed."""

    part = models.OneToOneField(LeavingPart, on_delete=models.PROTECT, related_name="decision")
