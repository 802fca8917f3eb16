"""Who signs for an agency, who stands in, what was approved, and notes among its people."""

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models import Category
from orders.models.order import Order
from stmm.agencies.models import Agency


class SigningRule(models.Model):
    """When an agency wants its CATR's word on an order; without a row ATRs sign themselves."""

    class Needs(models.TextChoices):
        NEVER = "never", "Never: each ATR signs"
        SOMETIMES = "sometimes", "For amounts or categories named below"
        ALWAYS = "always", "Always"

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="signing_rule")
    needs_catr = models.CharField(max_length=10, choices=Needs, default=Needs.NEVER)
    monthly_above = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    once_above = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    categories = models.ManyToManyField(Category, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(needs_catr__in=["never", "sometimes", "always"]),
                name="signing_rule_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(monthly_above__isnull=True) | Q(monthly_above__gte=0))
                & (Q(once_above__isnull=True) | Q(once_above__gte=0)),
                name="signing_limits_are_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"Who signs for {self.agency.name}"


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def not_over(self, on: date) -> "DeputyQuerySet":
        """Those who stand in on the Pacific day `on` or some day after."""
        return self.filter(until__gt=on, starts_on__lt=F("until"))

    def over(self, on: date) -> "DeputyQuerySet":
        """The others, the last one first; some ended before they began."""
        return self.exclude(pk__in=self.not_over(on)).order_by("-until", "-pk")

    def in_effect(self, on: date) -> "DeputyQuerySet":
        return self.not_over(on).filter(starts_on__lte=on)


class Deputy(models.Model):
    """An ATR who stands in for the CATR: [starts_on, until)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="deputies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    until = models.DateField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField()

    objects = DeputyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_on", "pk"]
        verbose_name_plural = "deputies"
        constraints = (
            models.CheckConstraint(
                condition=Q(until__gte=F("starts_on")), name="deputy_ends_after_they_start"
            ),
            models.CheckConstraint(
                condition=~Q(user=F("named_by")), name="nobody_names_themselves_deputy"
            ),
            models.UniqueConstraint(
                fields=["agency", "user", "starts_on"], name="deputy_is_named_once_from_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} for the CATR of {self.agency.name}"

    @property
    def period(self) -> str:
        """In words, with the last day that it covers: "March 2, 2026 to March 6, 2026"."""
        if self.until == self.starts_on:
            return f"ended before {self.starts_on:%B %-d, %Y}"
        last = self.until - timedelta(days=1)
        return f"{self.starts_on:%B %-d, %Y} to {last:%B %-d, %Y}"


class Approval(models.Model):
    """The CATR's word that an order may be signed as it stood. Never changed.

    `digest` is of its lines, and of how often it was sent back; the totals are of the charges
    of that day. Another line, or a larger amount, and the word is void.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="approvals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=60)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    mrc_total = models.DecimalField(max_digits=18, decimal_places=4)
    nrc_total = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["order", "user", "digest", "mrc_total", "nrc_total"],
                name="the_same_is_approved_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.order} approved by {self.user}"


class Note(models.Model):
    """What people of the agency tell each other of an order; no contractor sees it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Of the page that wrote it: the same page sent again writes no second one
    creation_key = models.UUIDField(unique=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),)

    def __str__(self) -> str:
        return f"Note on {self.order}"
