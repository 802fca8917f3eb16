from datetime import date, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from stmm.agencies.models import Agency
from stmm.audit.dated import LATEST_FIRST, DatedFact, DatedQuerySet


class Contractor(models.Model):
    """`name` is the name in use now; all names it had are in `names`, dated."""

    name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ContractorName(DatedFact):
    """What a contractor is called from a day on."""

    contractor = models.ForeignKey(Contractor, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=120)

    objects = DatedQuerySet.as_manager()

    subject_fields = ("contractor",)

    def __str__(self) -> str:
        return self.name


class Succession(DatedFact):
    """A contractor bought by another: from a day on its contracts are the successor’s."""

    contractor = models.ForeignKey(Contractor, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Contractor, on_delete=models.PROTECT, related_name="+")

    objects = DatedQuerySet.as_manager()

    subject_fields = ("contractor",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(contractor=F("successor")), name="nobody_succeeds_themselves"
            ),
        )

    def __str__(self) -> str:
        return f"{self.contractor} became part of {self.successor}"


class DeskMemberQuerySet(models.QuerySet["DeskMember"]):
    def in_effect(self, on: date) -> "DeskMemberQuerySet":
        return self.filter(starts_on__lte=on).filter(Q(until__isnull=True) | Q(until__gt=on))


class DeskMember(models.Model):
    """A person of a contractor's order desk: [starts_on, until)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="desks"
    )
    contractor = models.ForeignKey(Contractor, on_delete=models.PROTECT, related_name="desk")
    starts_on = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DeskMemberQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("starts_on")),
                name="desk_membership_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["user", "contractor"],
                condition=Q(until__isnull=True),
                name="one_open_desk_membership",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} at the order desk of {self.contractor}"


class Category(models.Model):
    """A category or subcategory of services: "1.2 MPLS, VPN and Converged VoIP"."""

    program = models.CharField(max_length=60)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name_plural = "categories"
        constraints = (
            models.UniqueConstraint(fields=["program", "code"], name="category_code_in_program"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ContractQuerySet(models.QuerySet["Contract"]):
    def in_term(self, on: date) -> "ContractQuerySet":
        """Contracts with a term, base or extension, that covers the Pacific day `on`."""
        return self.filter(Exists(Term.objects.covering(on).filter(contract=OuterRef("pk"))))

    def called(self, number: str) -> "ContractQuerySet":
        """By number or alias; one number can be held by several contractors."""
        return self.filter(Q(number=number) | Q(aliases__number=number)).distinct()

    def open_to(self, agency: Agency, *, on: date) -> "ContractQuerySet":
        """Contracts whose buyers are everyone, or whose list names `agency` on the Pacific day."""
        rows = ListedBuyer.objects.filter(
            contract=OuterRef("pk"), agency=agency, effective_from__lte=on
        )
        latest = Subquery(rows.order_by(*LATEST_FIRST).values("is_listed")[:1])
        listed = self.model.objects.alias(is_listed_now=latest).filter(is_listed_now=True)
        return self.filter(~Q(buyers=Contract.Buyers.LISTED) | Q(pk__in=listed.values("pk")))

    def exclusive(self, on: date, *, known_at: datetime | None = None) -> "ContractQuerySet":
        """Contracts whose ATOs bind their agencies to CALNET on the Pacific day `on` (PO-4.1).

        All are, but those of which the Department says otherwise; with `known_at`, of which it
        had said so at that moment.
        """
        said = Exclusivity.objects.in_effect(on, known_at=known_at)
        return self.exclude(pk__in=said.filter(is_exclusive=False).values("contract"))


class Contract(models.Model):
    """A CALNET contract of one contractor. Numbers are text: their forms differ."""

    class Buyers(models.TextChoices):
        EVERYONE = "everyone", "Every agency that may order from CALNET"
        LISTED = "listed", "Only the agencies on its list of buyers"

    number = models.CharField(max_length=60)
    vehicle = models.CharField(max_length=60)
    contractor = models.ForeignKey(Contractor, on_delete=models.PROTECT, related_name="contracts")
    categories = models.ManyToManyField(Category, related_name="contracts")
    order_desk_email = models.EmailField()
    buyers = models.CharField(max_length=10, choices=Buyers, default=Buyers.EVERYONE)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["contractor__name", "number"]
        constraints = (
            models.UniqueConstraint(
                fields=["number", "contractor"], name="contract_number_of_a_contractor"
            ),
            models.CheckConstraint(
                condition=Q(buyers__in=["everyone", "listed"]), name="buyers_are_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} ({self.contractor.name})"


class ContractAlias(models.Model):
    """Another spelling of a contract's number, as found on ATOs and bids."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="aliases")
    number = models.CharField(max_length=60)

    class Meta:
        verbose_name_plural = "contract aliases"
        constraints = (
            models.UniqueConstraint(fields=["contract", "number"], name="alias_named_once"),
        )

    def __str__(self) -> str:
        return self.number


class TermQuerySet(models.QuerySet["Term"]):
    def covering(self, on: date) -> "TermQuerySet":
        """The stretch, of a contract one at the most, that the Pacific day `on` is in."""
        return self.filter(starts_on__lte=on, until__gt=on)


class Term(models.Model):
    """A stretch of a contract's life: [starts_on, until). Rows are added, never edited."""

    class Kind(models.TextChoices):
        BASE = "base", "Base term"
        EXTENSION = "extension", "Extension"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="terms")
    kind = models.CharField(max_length=10, choices=Kind)
    starts_on = models.DateField()
    until = models.DateField()
    recorded_at = models.DateTimeField()
    basis = models.CharField(max_length=200)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_on", "pk"]
        indexes = (models.Index(fields=["contract", "starts_on", "until"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(until__gt=F("starts_on")), name="term_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["contract", "starts_on"], name="terms_follow_each_other"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.last_day}"

    @property
    def last_day(self) -> date:
        """The last day covered, the one people are shown."""
        return self.until - timedelta(days=1)


class DeskAddress(DatedFact):
    """Where orders for a category go from a day on, or with no category all others.

    An empty address takes a category's own away: the general one serves it again.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="desk_addresses")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    email = models.EmailField(blank=True)

    objects = DatedQuerySet.as_manager()

    subject_fields = ("contract", "category")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(category__isnull=False) | ~Q(email=""),
                name="the_general_desk_has_an_address",
            ),
        )

    def __str__(self) -> str:
        return self.email or "the general address"


class ListedBuyer(DatedFact):
    """Whether an agency is on a contract's list of buyers, from a day on."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="listed_buyers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    is_listed = models.BooleanField()

    objects = DatedQuerySet.as_manager()

    subject_fields = ("contract", "agency")

    def __str__(self) -> str:
        return f"{self.agency} {'on' if self.is_listed else 'off'} the list"


class Exclusivity(DatedFact):
    """Whether an ATO binds its agency to CALNET for what it lists, from a day on (PO-4.1).

    A contract of which nothing is said is exclusive, as the chapter has it.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="exclusivity")
    is_exclusive = models.BooleanField()

    objects = DatedQuerySet.as_manager()

    subject_fields = ("contract",)

    def __str__(self) -> str:
        return "Exclusive to CALNET under an ATO" if self.is_exclusive else "No exclusivity"
