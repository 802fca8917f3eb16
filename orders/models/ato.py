"""Authorizations To Order: one an agency and contract, with the papers that make and change it.

What a decision depends on is added and never edited: a paper that the State approved is sealed
by the database, and an ATO ends once.
"""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from catalog.models import Category, Contract, Service
from orders.models.eligibility import Ground
from orders.models.seen import seen_by
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.documents.models import StoredDocument


class PaperState(models.TextChoices):
    DRAFT = "draft", "Draft"
    READY = "ready", "Ready to be signed"
    AGENCY_SIGNED = "agency_signed", "Signed by the agency"
    SUBMITTED = "submitted", "Waiting for the State"
    APPROVED = "approved", "Approved by the State"
    RETURNED = "returned", "Returned by the State"
    WITHDRAWN = "withdrawn", "Withdrawn"


# Nothing signed yet: the agency's own affair
UNSIGNED = frozenset({PaperState.DRAFT, PaperState.READY})
# Begun, and neither approved nor given up
UNDER_WAY = UNSIGNED | {PaperState.AGENCY_SIGNED, PaperState.SUBMITTED, PaperState.RETURNED}
# What the contractor's order desk may see
SHOWN_TO_DESK = frozenset({PaperState.AGENCY_SIGNED, PaperState.SUBMITTED, PaperState.APPROVED})


class AuthorizationToOrderQuerySet(models.QuerySet["AuthorizationToOrder"]):
    def visible_to(self, access: Access) -> "AuthorizationToOrderQuerySet":
        """Oversight sees all; members their agency's; a desk what its agencies have signed."""
        signed = AtoPaper.objects.filter(ato=OuterRef("pk"), state__in=SHOWN_TO_DESK)
        return self.filter(seen_by(access, told=Exists(signed)))

    def not_ended(self, on: date) -> "AuthorizationToOrderQuerySet":
        """Those that no termination or withdrawal has ended by the Pacific day `on`."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))


class AuthorizationToOrder(models.Model):
    """An ATO: one agency outside State government, one contract (PO-4.1; domain.md section 3).

    What it lists, and since when, its approved papers say. `ended_on` is the first day on which
    nothing is ordered under it any more.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="atos")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="atos")
    recorded_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    end_recorded_at = models.DateTimeField(null=True)
    end_reason = models.TextField(max_length=1000, blank=True)

    objects = AuthorizationToOrderQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["agency__name", "contract", "pk"]
        verbose_name = "Authorization To Order"
        verbose_name_plural = "Authorizations To Order"
        constraints = (
            models.UniqueConstraint(
                fields=["agency", "contract"],
                condition=Q(ended_on__isnull=True),
                name="one_ato_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_recorded_at__isnull=True, end_reason="")
                | Q(ended_on__isnull=False, end_recorded_at__isnull=False) & ~Q(end_reason=""),
                name="an_ato_ends_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"ATO of {self.agency.name} for {self.contract.number}"

    def get_absolute_url(self) -> str:
        return reverse("orders:ato", args=[self.pk])


class AtoPaperQuerySet(models.QuerySet["AtoPaper"]):
    def approved(self, *, known_at: datetime | None = None) -> "AtoPaperQuerySet":
        """Those that the State approved; with `known_at`, as was on record at that moment."""
        found = self.filter(state=PaperState.APPROVED)
        return found if known_at is None else found.filter(approved_at__lte=known_at)

    def in_force(self, on: date, *, known_at: datetime | None = None) -> "AtoPaperQuerySet":
        """Approved papers of ATOs that had not ended by the Pacific day `on`, as known then."""
        lasts = Q(ato__ended_on__isnull=True) | Q(ato__ended_on__gt=on)
        if known_at is not None:
            lasts |= Q(ato__end_recorded_at__gt=known_at)
        return self.approved(known_at=known_at).filter(lasts)

    def with_binding(self, on: date, *, known_at: datetime | None = None) -> "AtoPaperQuerySet":
        """Adds `binds`: whether its contract is exclusive on the Pacific day `on` (PO-4.1)."""
        exclusive = Contract.objects.exclusive(on, known_at=known_at)
        annotations = {"binds": Exists(exclusive.filter(pk=OuterRef("ato__contract")))}
        return self.annotate(**annotations)

    def shown_to(self, access: Access) -> "AtoPaperQuerySet":
        """Of ATOs that a person sees: a desk sees no paper that the agency has not signed."""
        if access.sees_everything:
            return self
        return self.filter(Q(ato__agency__in=access.member_agency_ids) | Q(state__in=SHOWN_TO_DESK))


class AtoPaper(models.Model):
    """A form that agency, contractor and State sign: the initial ATO, an amendment, a renewal.

    Days are Pacific days as written on paper; `approved_at` is when the approval was recorded.
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", "Initial ATO"
        AMENDMENT = "amendment", "Amendment"
        RENEWAL = "renewal", "Renewal"

    ato = models.ForeignKey(AuthorizationToOrder, on_delete=models.PROTECT, related_name="papers")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=15, choices=PaperState, default=PaperState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    # Where what a file brought in comes from
    basis = models.CharField(max_length=200, blank=True)

    legal_name = models.CharField("Legal name of the agency", max_length=200)
    ground = models.CharField("Ground of eligibility", max_length=10, choices=Ground, blank=True)
    address = models.TextField("Address", max_length=2000, blank=True)
    e_rate = models.BooleanField("We apply for E-Rate funding", default=False)
    funding_year = models.CharField("E-Rate funding year", max_length=20, blank=True)
    form_470 = models.CharField("Form 470 application number", max_length=40, blank=True)
    form_471 = models.CharField("Form 471 application number", max_length=40, blank=True)

    agency_signatory = models.CharField(max_length=150, blank=True)
    agency_title = models.CharField(max_length=150, blank=True)
    agency_signed_on = models.DateField(null=True)
    contractor_signatory = models.CharField(max_length=150, blank=True)
    contractor_title = models.CharField(max_length=150, blank=True)
    contractor_signed_on = models.DateField(null=True)
    approver = models.CharField(max_length=150, blank=True)
    approver_title = models.CharField(max_length=150, blank=True)
    state_approved_on = models.DateField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    return_reason = models.TextField(max_length=1000, blank=True)

    # The PDF for signing, as it stood at `ready_at`; and the scan of what was signed
    ready_at = models.DateTimeField(null=True)
    form = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
    scan = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")

    # Set by `with_binding`
    binds: bool

    objects = AtoPaperQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["ato", "number"]
        verbose_name = "ATO paper"
        indexes = (models.Index(fields=["state", "state_approved_on"]),)
        constraints = (
            models.UniqueConstraint(fields=["ato", "number"], name="ato_papers_are_numbered"),
            models.UniqueConstraint(
                fields=["ato"],
                condition=Q(state__in=["draft", "ready", "agency_signed", "submitted", "returned"]),
                name="one_ato_paper_under_way",
            ),
            models.CheckConstraint(
                condition=Q(kind="initial", number=1)
                | Q(kind__in=["amendment", "renewal"], number__gt=1),
                name="the_first_ato_paper_is_the_initial_one",
            ),
            models.CheckConstraint(
                name="ato_paper_has_what_its_state_says",
                condition=Q(
                    state__in=["draft", "ready"],
                    agency_signed_on__isnull=True,
                    contractor_signed_on__isnull=True,
                    state_approved_on__isnull=True,
                )
                | Q(
                    state="agency_signed",
                    agency_signed_on__isnull=False,
                    contractor_signed_on__isnull=True,
                    state_approved_on__isnull=True,
                )
                | Q(
                    state="submitted",
                    agency_signed_on__isnull=False,
                    contractor_signed_on__isnull=False,
                    state_approved_on__isnull=True,
                )
                | Q(state="returned", state_approved_on__isnull=True) & ~Q(return_reason="")
                | Q(state="withdrawn", state_approved_on__isnull=True)
                | Q(state="approved", state_approved_on__isnull=False),
            ),
            models.CheckConstraint(
                name="state_approves_a_signed_ato",
                condition=Q(state_approved_on__isnull=True, approved_at__isnull=True)
                | Q(
                    approved_at__isnull=False,
                    state_approved_on__isnull=False,
                    state_approved_on__gte=F("agency_signed_on"),
                    agency_signed_on__isnull=False,
                    contractor_signed_on__isnull=False,
                )
                & Q(state_approved_on__gte=F("contractor_signed_on")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} of the {self.ato}" if self.number > 1 else str(self.ato)

    def get_absolute_url(self) -> str:
        return reverse("orders:ato-paper", args=[self.pk])

    @property
    def name(self) -> str:
        """Among the papers of one ATO: "Amendment 2"."""
        kind = self.get_kind_display()
        return kind if self.kind == self.Kind.INITIAL else f"{kind} {self.number - 1}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    def lists(self, service: Service) -> bool:
        """Whether it lists a service, itself or with its category. Reads its list: prefetch it."""
        return self.lists_any(category=service.category_id, service=service.pk)

    def lists_any(self, *, category: int, service: int | None = None) -> bool:
        """Whether it lists this category, or this service, by their keys."""
        return any(
            item.category_id == category or (service is not None and item.service_id == service)
            for item in self.listed.all()
        )


class ListedService(models.Model):
    """A category, a subcategory or a single service that a paper lists (its Attachment 1)."""

    paper = models.ForeignKey(AtoPaper, on_delete=models.PROTECT, related_name="listed")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["category", "service", "pk"]
        constraints = (
            models.CheckConstraint(
                condition=Q(category__isnull=True) ^ Q(service__isnull=True),
                name="listed_is_a_category_or_a_service",
            ),
            models.UniqueConstraint(fields=["paper", "category"], name="category_listed_once"),
            models.UniqueConstraint(fields=["paper", "service"], name="service_listed_once"),
        )

    def __str__(self) -> str:
        return str(self.category or self.service)


class WindowNotice(models.Model):
    """That people were told, so many days before, that the two years of an ATO end. Once."""

    ato = models.ForeignKey(AuthorizationToOrder, on_delete=models.PROTECT, related_name="told")
    until = models.DateField()
    days = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["until", "-days"]
        constraints = (
            models.UniqueConstraint(fields=["ato", "until", "days"], name="told_of_a_window_once"),
        )

    def __str__(self) -> str:
        return f"{self.ato}: {self.days} days before {self.until}"
