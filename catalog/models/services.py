from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from catalog.models.contracts import Category, Contract
from catalog.search.engine import matches
from catalog.search.fields import WordsField
from catalog.search.words import question
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

        def latest(**subject: object) -> Subquery:
            rows = Designation.objects.by_then(on, known_at=known_at, **subject)
            return Subquery(rows.values("value")[:1])

        annotations = {
            "designation": Coalesce(
                latest(service=OuterRef("pk")),
                latest(contract=OuterRef("contract"), category=OuterRef("category")),
                latest(contract=OuterRef("contract"), category=None, service=None),
                Value(DesignationValue.UNDETERMINED.value),
            )
        }
        return self.annotate(**annotations)

    def with_offer(self, on: date, *, known_at: datetime | None = None) -> "ServiceQuerySet":
        """Adds `offer_now`, the offer in effect on the Pacific day `on`, in the same query.

        Withdrawn ones too; None before the first. With `known_at`, among rows recorded by then.
        """
        rows = Offer.objects.by_then(on, known_at=known_at, service=OuterRef("pk"))
        latest = Q(offers__pk=Subquery(rows.values("pk")[:1]))
        # Given as a mapping: the attribute is declared on the model for all to see
        annotations = {"offer_now": FilteredRelation("offers", condition=latest)}
        return self.annotate(**annotations).select_related("offer_now__edition")  # type: ignore[misc]  # the plugin knows fields alone

    def matching(self, text: str) -> "ServiceQuerySet":
        """Of services `offered` on a day, those the search finds then for `text`; "" finds all."""
        if not text.strip():
            return self
        # Given as a mapping: the annotation is not a field
        found = {"offer_id__in": Listing.objects.matching(text).values("offer")}
        return self.filter(**found)


class Service(models.Model):
    """One line of a contract's catalogue, known by the contractor's product identifier."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="services")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="services")
    section = models.CharField(max_length=200)
    # Text: identifiers such as 0085191 keep their leading zeros
    product_id = models.CharField("Product ID", max_length=64)
    name = models.CharField(max_length=500)
    unit = models.CharField(max_length=200, blank=True)

    # Set by `offered`, `with_designation` and `with_offer`
    offer_id: int
    designation: str
    offer_now: "Offer | None" = None

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


class ListingQuerySet(models.QuerySet["Listing"]):
    def on(self, day: date) -> "ListingQuerySet":
        """The listings that hold on the Pacific day: one for each service offered then."""
        return self.filter(starts_on__lte=day, until__gt=day)

    def matching(self, text: str, *, column: str = "words") -> "ListingQuerySet":
        """Those with every word of `text`, the last one at least begun; "" finds all."""
        if not text.strip():
            return self
        wanted = question(text)
        return self.filter(matches(column, wanted)) if wanted else self.none()


class Listing(models.Model):
    """A service as it stands in the catalogue on the Pacific days [starts_on, until).

    Made of services, offers and designations for the search, by `catalog.search.index`; nothing
    of it is said here first. Of the fields beyond those rows: `band` is the place of the MRC in
    `catalog.search.facets.BANDS`, `digest` tells whether the row has to be written anew.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="listings")
    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField()
    until = models.DateField()
    designation = models.CharField(max_length=15, choices=Designation.Value)
    mrc = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    band = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=200, blank=True)
    sort_name = models.CharField(max_length=500)
    name_words = WordsField()
    words = WordsField()
    digest = models.CharField(max_length=32)

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=[
                    "contract",
                    "category",
                    "designation",
                    "band",
                    "unit",
                    "starts_on",
                    "until",
                ],
                name="listing_facets",
            ),
            models.Index(fields=["sort_name", "service"], name="listing_by_name"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["service", "starts_on"], name="one_listing_of_a_service_a_day"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("starts_on")), name="listing_ends_after_it_starts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sort_name} from {self.starts_on}"


class SearchWord(models.Model):
    """A word that the catalogue uses: what a misspelling in the search is mended to."""

    word = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.word


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
