"""What a line that orders a service copies from the catalogue: no later edition reaches it."""

from decimal import Decimal

from django.db import models

from catalog.models import Offer, Service

COPIED = (
    "service_name", "product_id", "unit", "mrc", "nrc", "usage_rate", "price_basis",
    "price_edition",
)  # fmt: skip


class PricedLine(models.Model):
    """The service's name, identifier and unit, and its charges for one unit in US dollars."""

    quantity = models.PositiveIntegerField("Quantity", default=1)
    service_name = models.CharField(max_length=500)
    product_id = models.CharField("Product ID", max_length=64)
    unit = models.CharField(max_length=200, blank=True)
    mrc = models.DecimalField("MRC", max_digits=14, decimal_places=4, null=True)
    nrc = models.DecimalField("NRC", max_digits=14, decimal_places=4, null=True)
    usage_rate = models.CharField(max_length=120, blank=True)
    price_basis = models.CharField(max_length=200, blank=True)
    price_edition = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def mrc_total(self) -> Decimal | None:
        return None if self.mrc is None else self.mrc * self.quantity

    @property
    def nrc_total(self) -> Decimal | None:
        return None if self.nrc is None else self.nrc * self.quantity

    def copy_catalogue(self, service: Service, offer: Offer | None) -> None:
        """Take over what the catalogue says of the service, and its charges if it is offered."""
        self.service_name, self.product_id = service.name, service.product_id
        self.unit = service.unit
        if offer is not None:
            self.mrc, self.nrc, self.usage_rate = offer.mrc, offer.nrc, offer.usage_rate
            self.price_basis = offer.price_basis
            self.price_edition = str(offer.edition) if offer.edition else offer.reason
