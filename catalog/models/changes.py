from typing import ClassVar

from django.db import models
from django.db.models import Q

from catalog.models.contracts import Contract
from catalog.models.services import CatalogEdition, Designation


class CatalogChangeQuerySet(models.QuerySet["CatalogChange"]):
    def untold(self) -> "CatalogChangeQuerySet":
        """Those of which nobody has been told yet, in the order they were made."""
        return self.filter(told_at__isnull=True).order_by("pk")


class CatalogChange(models.Model):
    """An edition or a designation, until those whom it concerns are told of it.

    Made in the transaction of the change, so that none is forgotten; `told_at` makes it once.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    edition = models.OneToOneField(CatalogEdition, on_delete=models.CASCADE, null=True)
    designation = models.OneToOneField(Designation, on_delete=models.CASCADE, null=True)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    objects = CatalogChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes = (
            models.Index(
                fields=["id"], condition=Q(told_at__isnull=True), name="catalog_change_untold"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(edition__isnull=True) ^ Q(designation__isnull=True),
                name="catalog_change_is_of_one_thing",
            ),
        )

    def __str__(self) -> str:
        return str(self.edition or self.designation)
