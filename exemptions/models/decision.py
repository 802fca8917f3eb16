"""What the Deputy Director decided, and the life of an approved exemption."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exemptions.models.case import Outcome, Recommendation
from exemptions.models.request import ExemptionRequest, RequestedItem
from stmm.agencies.models import Agency, Appointment
from stmm.documents.models import StoredDocument
from stmm.policy.dates import last_day


class Decision(models.Model):
    """The Deputy Director's word, or a delegate's, on one request. Never edited.

    A return is one too: it sends the request back with a question, and another decision
    follows. The term is `[starts_on, until)`.
    """

    request = models.ForeignKey(
        ExemptionRequest, on_delete=models.PROTECT, related_name="decisions"
    )
    # Of the page that decided: the same page sent again decides nothing twice
    creation_key = models.UUIDField(unique=True)
    recommendation = models.OneToOneField(
        Recommendation, on_delete=models.PROTECT, related_name="decision"
    )
    outcome = models.CharField(max_length=20, choices=Outcome)
    starts_on = models.DateField(null=True)
    until = models.DateField(null=True)
    reasoning = models.TextField(max_length=8000, blank=True)
    at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["request"],
                condition=~Q(outcome="returned"),
                name="a_request_is_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["denied", "returned"], starts_on__isnull=True, until__isnull=True
                )
                & ~Q(reasoning="")
                | Q(
                    outcome__in=["approved", "approved_in_part"],
                    starts_on__isnull=False,
                    until__isnull=False,
                    until__gt=F("starts_on"),
                ),
                name="decision_has_its_term_or_reasoning",
            ),
        )

    def __str__(self) -> str:
        return f"Decision on {self.request}: {self.get_outcome_display().lower()}"

    @property
    def last_day(self) -> date | None:
        """The last day that a grant covers."""
        return last_day(self.until) if self.until else None

    @property
    def is_grant(self) -> bool:
        return self.outcome in {Outcome.APPROVED, Outcome.APPROVED_IN_PART}


class ItemDecision(models.Model):
    """What was granted of one item: this quantity at most, and this amount where one is set."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="items")
    item = models.OneToOneField(RequestedItem, on_delete=models.PROTECT, related_name="granted")
    quantity = models.PositiveIntegerField()
    # US dollars, all charges of the term together
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & (Q(amount__isnull=True) | Q(amount__gt=0)),
                name="granted_is_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item}"


class DecisionReason(models.Model):
    """A coded reason of a decision, with the text that its letter prints. Never edited."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reasons")
    code = models.CharField(max_length=30)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = (
            models.UniqueConstraint(fields=["decision", "code"], name="a_reason_is_given_once"),
        )

    def __str__(self) -> str:
        return self.code


class Condition(models.Model):
    """What the agency must do under an exemption: by a day, or before the first purchase."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    position = models.PositiveIntegerField()
    text = models.TextField(max_length=1000)
    # Last Pacific day on which it is met in time; None: before the first purchase
    due_on = models.DateField(null=True)
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    how_met = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar = ["decision", "position"]
        constraints = (
            models.UniqueConstraint(
                fields=["decision", "position"], name="conditions_are_numbered"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="condition_says_something"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_by__isnull=True, how_met="")
                | Q(met_at__isnull=False, met_by__isnull=False) & ~Q(how_met=""),
                name="condition_is_met_somehow",
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def comes_first(self) -> bool:
        """Before the first purchase."""
        return self.due_on is None

    @property
    def is_met(self) -> bool:
        return self.met_at is not None

    def is_overdue(self, on: date) -> bool:
        """Unmet after its last day; one that comes first holds purchases up instead."""
        return not self.is_met and self.due_on is not None and self.due_on < on


class Letter(models.Model):
    """The file of a decision or revocation, made once. Never edited."""

    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="letter"
    )
    revocation = models.OneToOneField(
        "Revocation", on_delete=models.PROTECT, null=True, related_name="letter"
    )
    document = models.OneToOneField(StoredDocument, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decision__isnull=True) ^ Q(revocation__isnull=True),
                name="letter_is_of_a_decision_or_a_revocation",
            ),
        )

    def __str__(self) -> str:
        return f"Letter: {self.signed}"

    @property
    def signed(self) -> "Decision | Revocation | None":
        """What it tells of."""
        return self.decision or self.revocation


class Use(models.Model):
    """A purchase that relies on an exemption: what it takes of an item's scope.

    The purchase lies above and is named by `kind` and `key`, and in words by `label`. A use is
    released where the purchase is withdrawn, and never changed otherwise.
    """

    item = models.ForeignKey(ItemDecision, on_delete=models.PROTECT, related_name="uses")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    # US dollars
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    used_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["used_on", "pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(released_at__isnull=True),
                name="a_purchase_uses_one_exemption",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, amount__gte=0), name="use_takes_something"
            ),
        )

    def __str__(self) -> str:
        return f"{self.label}: {self.quantity} of {self.item.item}"


class Revocation(models.Model):
    """An exemption ends before its term: from that moment nothing may rely on it. Never edited."""

    request = models.OneToOneField(
        ExemptionRequest, on_delete=models.PROTECT, related_name="revocation"
    )
    reason = models.TextField(max_length=4000)
    at = models.DateTimeField()
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=60)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="revocation_is_reasoned"),
        )

    def __str__(self) -> str:
        return f"Revocation of {self.request}"


class Reminder(models.Model):
    """The agency was told that an exemption ends in so many days. Once each."""

    request = models.ForeignKey(
        ExemptionRequest, on_delete=models.PROTECT, related_name="reminders"
    )
    days_before = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["request", "days_before"], name="told_once_that_an_exemption_ends"
            ),
        )

    def __str__(self) -> str:
        return f"{self.request} ends in {self.days_before} days"
