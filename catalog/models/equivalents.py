from typing import ClassVar

from django.db import models

from catalog.models.services import Service


class EquivalentGroup(models.Model):
    """Services of several contracts that do the same, as the Department sees it."""

    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Equivalents {self.pk}"


class Equivalent(models.Model):
    """A service in a group; in one at most."""

    group = models.ForeignKey(EquivalentGroup, on_delete=models.PROTECT, related_name="members")
    service = models.OneToOneField(Service, on_delete=models.PROTECT, related_name="equivalent")

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.service)
