"""How people look at their orders: filters they keep, orders they follow."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from orders.models.order import Order


class SavedFilter(models.Model):
    """A filter of the list of orders under a name; `query` is what stands in the address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="order_filters"
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints = (
            models.UniqueConstraint(fields=["user", "name"], name="a_filter_has_its_own_name"),
        )

    def __str__(self) -> str:
        return self.name


class Follow(models.Model):
    """A person who wants to be told of an order, whoever's turn it is."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="followers")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "order"], name="an_order_is_followed_once"),
        )

    def __str__(self) -> str:
        return f"{self.user} follows {self.order}"
