from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from catalog.models import Category, Contract, Service
from stmm.agencies.models import Agency


class AuthorizationToOrder(models.Model):
    """An ATO: one agency outside State government, one contract, signed by all three (PO-4.1).

    Only the State's approval lets orders through and starts the two years.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="atos")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="atos")
    agency_signed_on = models.DateField(null=True)
    contractor_signed_on = models.DateField(null=True)
    state_approved_on = models.DateField(null=True)
    basis = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["agency__name", "contract"]
        verbose_name = "Authorization To Order"
        verbose_name_plural = "Authorizations To Order"
        constraints = (
            models.UniqueConstraint(fields=["agency", "contract"], name="one_ato_a_contract"),
            models.CheckConstraint(
                name="state_approves_a_signed_ato",
                condition=Q(state_approved_on__isnull=True)
                | Q(
                    agency_signed_on__isnull=False,
                    contractor_signed_on__isnull=False,
                    state_approved_on__gte=F("agency_signed_on"),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"ATO of {self.agency.name} for {self.contract.number}"


class ListedService(models.Model):
    """A category or a single service that an ATO lists."""

    ato = models.ForeignKey(AuthorizationToOrder, on_delete=models.PROTECT, related_name="listed")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(category__isnull=True) ^ Q(service__isnull=True),
                name="listed_is_a_category_or_a_service",
            ),
            models.UniqueConstraint(fields=["ato", "category"], name="category_listed_once"),
            models.UniqueConstraint(fields=["ato", "service"], name="service_listed_once"),
        )

    def __str__(self) -> str:
        return str(self.category or self.service)
