from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from catalog.models.contracts import Category, Contract
from stmm.audit.dated import LATEST_FIRST, DatedFact, DatedQuerySet
from stmm.documents.models import StoredDocument
from stmm.policy.facts import Designation as DesignationValue


class CatalogEdition(models.Model):
    """One price and services matrix as loaded: the file, its effective day, who loaded it."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="editions")
    effective_from = models.DateField()
    file_name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    lines = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["effective_from", "pk"]

    def __str__(self) -> str:
        return f"{self.file_name}, effective {self.effective_from:%B %-d, %Y}"


class ServiceQuerySet(models.QuerySet["Service"]):
    def offered(self, on: date) -> "ServiceQuerySet":
        """Services not withdrawn on the Pacific day `on`, each with its offer then.

        Adds `offer_id`, the offer in effect: `Offer.objects.in_bulk` reads a page of them at once.
        """
        offer = (
            Offer.objects.filter(service=OuterRef("pk"), effective_from__lte=on)
            .order_by(*LATEST_FIRST)
            .values("pk")
        )
        # Given as a mapping: the attribute is declared on the model for all to see
        annotations = {"offer_id": Subquery(offer[:1])}
        return self.annotate(**annotations).filter(
            Exists(Offer.objects.filter(pk=OuterRef("offer_id"), withdrawn=False))
        )

    def with_designation(self, on: date, *, known_at: datetime | None = None) -> "ServiceQuerySet":
        """Adds `designation` on the Pacific day `on`: the most specific row in effect wins.

        With `known_at`, among rows recorded by that moment.
        """
        known = Q() if known_at is None else Q(recorded_at__lte=known_at)

        def latest(**subject: object) -> Subquery:
            rows = Designation.objects.filter(known, effective_from__lte=on, **subject)
            return Subquery(rows.order_by(*LATEST_FIRST).values("value")[:1])

        annotations = {
            "designation": Coalesce(
                latest(service=OuterRef("pk")),
                latest(contract=OuterRef("contract"), category=OuterRef("category")),
                latest(contract=OuterRef("contract"), category=None, service=None),
                Value(DesignationValue.UNDETERMINED.value),
            )
        }
        return self.annotate(**annotations)

    def matching(self, text: str) -> "ServiceQuerySet":
        """Every word of `text` somewhere in name, description, identifier or section.

        Of services `offered` on a day: the description is that of their offer then.
        """
        found = self
        for word in text.split():
            described = Offer.objects.filter(pk=OuterRef("offer_id"), description__icontains=word)
            found = found.filter(
                Q(name__icontains=word)
                | Q(product_id__icontains=word)
                | Q(section__icontains=word)
                | Q(category__name__icontains=word)
                | Q(category__code=word)
                | Q(contract__number__icontains=word)
                | Q(contract__contractor__name__icontains=word)
                | Q(Exists(described))
            )
        return found


class Service(models.Model):
    """One line of a contract's catalogue, known by the contractor's product identifier."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="services")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="services")
    section = models.CharField(max_length=200)
    # Text: identifiers such as 0085191 keep their leading zeros
    product_id = models.CharField("Product ID", max_length=64)
    name = models.CharField(max_length=500)
    unit = models.CharField(max_length=200, blank=True)

    # Set by `offered` and `with_designation`
    offer_id: int
    designation: str

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "contract", "product_id"]
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "product_id"], name="product_id_names_one_service"
            ),
            models.CheckConstraint(condition=~Q(product_id=""), name="service_has_a_product_id"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.product_id})"


class Offer(DatedFact):
    """What a service costs from a day on, or that it is withdrawn. Charges in US dollars.

    Catalogue prices: the administrative fee is never part of them.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="offers")
    edition = models.ForeignKey(
        CatalogEdition, on_delete=models.PROTECT, related_name="offers", null=True
    )
    withdrawn = models.BooleanField(default=False)
    description = models.TextField(blank=True)
    restrictions = models.TextField(blank=True)
    mrc = models.DecimalField("MRC", max_digits=14, decimal_places=4, null=True)
    nrc = models.DecimalField("NRC", max_digits=14, decimal_places=4, null=True)
    usage_rate = models.CharField(max_length=120, blank=True)
    price_basis = models.CharField(max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    subject_fields = ("service",)

    class Meta:
        indexes = (models.Index(fields=["service", "-effective_from", "-recorded_at"]),)
        constraints = (
            models.CheckConstraint(
                condition=(Q(mrc__isnull=True) | Q(mrc__gte=0))
                & (Q(nrc__isnull=True) | Q(nrc__gte=0)),
                name="charges_are_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"{self.service} from {self.effective_from}"

    @property
    def is_sample(self) -> bool:
        return self.price_basis == "sample"


class Designation(DatedFact):
    """Mandatory, non-mandatory or undetermined, from a day on (PO-3: the Department's word).

    Of one service, of a category under a contract, or of a whole contract.
    """

    class Value(models.TextChoices):
        MANDATORY = "mandatory", "Mandatory (Required)"
        NON_MANDATORY = "non_mandatory", "Non-mandatory (Discretionary)"
        UNDETERMINED = "undetermined", "Undetermined"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="designations")
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, related_name="designations"
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, related_name="designations"
    )
    edition = models.ForeignKey(
        CatalogEdition, on_delete=models.PROTECT, related_name="designations", null=True
    )
    value = models.CharField(max_length=15, choices=Value)
    basis = models.CharField(max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    subject_fields = ("service",)

    class Meta:
        indexes = (
            models.Index(fields=["service", "-effective_from", "-recorded_at"]),
            models.Index(fields=["contract", "category", "-effective_from"]),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(service__isnull=True) | Q(category__isnull=True),
                name="designation_has_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(value__in=["mandatory", "non_mandatory", "undetermined"]),
                name="designation_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_value_display()} from {self.effective_from}"


def designations_about(service: Service) -> QuerySet[Designation]:
    """Every row that ever spoke of this service, newest day first: its flag's history."""
    return (
        Designation.objects.filter(contract=service.contract_id)
        .filter(
            Q(service=service)
            | Q(service=None, category=service.category_id)
            | Q(service=None, category=None)
        )
        .select_related("recorded_by", "edition", "category")
        .order_by(*LATEST_FIRST)
    )
