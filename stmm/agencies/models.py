from datetime import date, timedelta
from typing import ClassVar, Protocol

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower

from stmm.audit.dated import LATEST_FIRST, DatedFact, DatedQuerySet
from stmm.documents.models import StoredDocument


class Sight(Protocol):
    """What `visible_to` asks of a person's access."""

    @property
    def sees_everything(self) -> bool: ...

    @property
    def member_agency_ids(self) -> frozenset[int]: ...


class AgencyQuerySet(models.QuerySet["Agency"]):
    def visible_to(self, sight: Sight) -> "AgencyQuerySet":
        """Oversight sees all; other people the agencies they are appointed at."""
        return self if sight.sees_everything else self.filter(pk__in=sight.member_agency_ids)

    def matching(self, text: str) -> "AgencyQuerySet":
        """By a part of the name, or the beginning of the code."""
        return self.filter(Q(name__icontains=text) | Q(code__istartswith=text)) if text else self

    def with_standing(self, on: date, *, only: str = "") -> "AgencyQuerySet":
        """Adds `standing_then`: a Standing.Value on the Pacific day `on`, in the same query.

        A State entity of which nothing is recorded is undetermined; other bodies have none.
        `only` keeps the agencies of one standing.
        """
        rows = Standing.objects.filter(agency=OuterRef("pk"), effective_from__lte=on)
        latest = Subquery(rows.order_by(*LATEST_FIRST).values("value")[:1])
        annotated = self.annotate(
            standing_then=Case(
                When(
                    kind=Agency.Kind.STATE,
                    then=Coalesce(latest, Value(str(Standing.Value.UNDETERMINED))),
                ),
                output_field=CharField(null=True),
            )
        )
        return annotated.filter(standing_then=only) if only else annotated


class Agency(models.Model):
    """A body that may order: a State entity, or one that needs an ATO.

    `name` is the name in use now; former names are in `names`, dated.
    """

    class Kind(models.TextChoices):
        STATE = "state", "State"
        LOCAL = "local", "Local government"
        FEDERAL = "federal", "Federal government"
        TRIBAL = "tribal", "Tribal government"
        OTHER = "other", "Other tax-supported or joint-powers body"

    kind = models.CharField(max_length=10, choices=Kind)
    # The Uniform Codes Manual's organisation code; text, for its leading zeros
    code = models.CharField(max_length=12, null=True, blank=True, unique=True)
    name = models.CharField(max_length=200)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "agencies"
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind="state") | Q(code__isnull=False), name="state_agency_has_a_code"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["state", "local", "federal", "tribal", "other"]),
                name="agency_kind_is_known",
            ),
            models.UniqueConstraint("kind", Lower("name"), name="agency_name_is_used_once_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}" if self.code else self.name

    @property
    def is_state(self) -> bool:
        return self.kind == self.Kind.STATE


class AgencyName(DatedFact):
    """What an agency is called from a day on; the code stays."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)

    objects = DatedQuerySet.as_manager()

    subject_fields = ("agency",)

    def __str__(self) -> str:
        return self.name


class Standing(DatedFact):
    """Whether a State entity must buy mandatory services from CALNET; the Department says.

    Never guessed from a name (PO-1, PO-2; decisions.md, buyer).
    """

    class Value(models.TextChoices):
        NON_EXEMPT = "non_exempt", "Non-exempt"
        EXEMPT = "exempt", "Exempt agency"
        UNDETERMINED = "undetermined", "Not determined yet"
        NOT_ORDERING = "not_an_ordering_entity", "Not an entity that orders"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="standings")
    value = models.CharField(max_length=25, choices=Value)

    objects = DatedQuerySet.as_manager()

    subject_fields = ("agency",)

    class Meta:
        indexes = (models.Index(fields=["agency", "-effective_from", "-recorded_at"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    value__in=["non_exempt", "exempt", "undetermined", "not_an_ordering_entity"]
                ),
                name="standing_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.get_value_display()


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def at_or_after(self, day: date) -> "AppointmentQuerySet":
        """Appointments that hold on some day from `day` on."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day))

    def in_effect(self, on: date) -> "AppointmentQuerySet":
        """Appointments that hold on the Pacific day `on`: [starts_on, until)."""
        return self.at_or_after(on).filter(starts_on__lte=on)


class Appointment(models.Model):
    """A person's authority at an agency; for CATR and ATR by form CDT-965 (STMM 0300.0)."""

    class Role(models.TextChoices):
        CATR = "catr", "CATR"
        ATR = "atr", "ATR"
        AIO = "aio", "Agency Information Officer"
        PURCHASER = "purchaser", "Authorized purchaser"
        STND = "stnd", "STND analyst"
        DEPUTY_DIRECTOR = "deputy_director", "Deputy Director"
        DEPUTY_DELEGATE = "deputy_delegate", "Delegate of the Deputy Director"
        AUDITOR = "auditor", "Auditor"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    # Empty where the operator of the installation loaded it
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    form = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["role", "starts_on", "pk"]
        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("starts_on")),
                name="appointment_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(role="catr", until__isnull=True),
                name="one_open_catr_an_agency",
            ),
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                condition=Q(until__isnull=True),
                name="one_open_appointment_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(
                    role__in=[
                        "catr", "atr", "aio", "purchaser", "stnd", "deputy_director",
                        "deputy_delegate", "auditor",
                    ]
                ),
                name="appointment_role_is_known",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display()} of {self.agency}"

    @property
    def period(self) -> str:
        """In words, with the last day that it covers: "from March 2, 2026 to May 1, 2026"."""
        start = f"from {self.starts_on:%B %-d, %Y}"
        if self.until is None:
            return f"{start} on"
        return f"{start} to {self.until - timedelta(days=1):%B %-d, %Y}"


class BookEntry(models.Model):
    """What an agency keeps to fill its orders from. Never deleted: taken out of use instead."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="%(class)ss")
    is_in_use = models.BooleanField("In use", default=True)
    # Of two people who change one entry, the second one is told
    version = models.PositiveIntegerField(default=1)

    # The field that people tell entries of an agency apart by
    named_by: ClassVar[str] = "name"

    class Meta:
        abstract = True


class Site(BookEntry):
    """A place where an agency has services, or wants them (STD. 20, section 4)."""

    name = models.CharField("Name", max_length=120)
    address = models.TextField("Address", max_length=2000)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints = (
            models.UniqueConstraint("agency", Lower("name"), name="site_name_is_used_once"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(address=""), name="site_has_name_and_address"
            ),
        )

    def __str__(self) -> str:
        return self.name


class BillingAccount(BookEntry):
    """An account at a contractor, by its number, and where its bills go."""

    named_by = "number"

    number = models.CharField("Account number", max_length=60)
    label = models.CharField("Label", max_length=120, blank=True)
    # Text: contractors are the catalogue's, which lies above
    contractor_name = models.CharField("Contractor", max_length=120)
    billing_address = models.TextField("Billing address", max_length=2000)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints = (
            models.UniqueConstraint("agency", Lower("number"), name="account_number_is_used_once"),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(contractor_name="") & ~Q(billing_address=""),
                name="account_has_number_and_address",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} ({self.label or self.contractor_name})"


class Contact(BookEntry):
    """Whom a contractor asks about an order (STD. 20, section 4)."""

    name = models.CharField("Name", max_length=150)
    phone = models.CharField("Phone number", max_length=40)
    fax = models.CharField("Fax number", max_length=40, blank=True)
    email = models.EmailField("Email address")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints = (
            models.UniqueConstraint("agency", Lower("name"), name="contact_name_is_used_once"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(phone="") & ~Q(email=""),
                name="contact_can_be_reached",
            ),
        )

    def __str__(self) -> str:
        return self.name
