"""What STND and the agency do with a request between its sending and its decision."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from exemptions.models.request import ExemptionRequest, RequestedItem, SentVersion


class Contributor(models.Model):
    """Somebody who had a hand in a request: none of them decides it (domain.md, rule 20).

    Never edited; the database refuses the decision of a contributor.
    """

    class Part(models.TextChoices):
        WROTE = "wrote", "Wrote it"
        SIGNED = "signed", "Signed it"
        RECOMMENDED = "recommended", "Recommended on it"

    request = models.ForeignKey(
        ExemptionRequest, on_delete=models.PROTECT, related_name="contributors"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=12, choices=Part)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["request", "user", "part"], name="a_contributor_is_noted_once"
            ),
            models.CheckConstraint(
                condition=Q(part__in=["wrote", "signed", "recommended"]),
                name="part_of_a_contributor_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_part_display()}"


class TakenBack(models.Model):
    """A sent version went back to the agency to be changed: the clock of the review stops.

    It goes on with the next sent version. Never edited.
    """

    version = models.OneToOneField(SentVersion, on_delete=models.PROTECT, related_name="taken_back")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.version}, taken back"


class Question(models.Model):
    """What the Department asks the agency; the clock of the review stops until it is answered."""

    request = models.ForeignKey(
        ExemptionRequest, on_delete=models.PROTECT, related_name="questions"
    )
    text = models.TextField(max_length=4000)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(max_length=8000, blank=True)
    # Answered, or taken back by who asked (an empty answer)
    closed_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(closed_at__isnull=True),
                name="one_open_question_of_a_request",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="exemption_question_asks_something"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, answer="", answered_by__isnull=True)
                | Q(closed_at__isnull=False, answer="", answered_by__isnull=True)
                | Q(closed_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="exemption_question_is_answered_in_words",
            ),
        )

    def __str__(self) -> str:
        return f"Question of {self.asked_at:%B %-d, %Y} on {self.request}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Note(models.Model):
    """Between STND and the Deputy Director; the agency never sees it. Never edited."""

    request = models.ForeignKey(ExemptionRequest, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(max_length=4000)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="exemption_note_says_something"),
        )

    def __str__(self) -> str:
        return f"Note on {self.request}"


class Outcome(models.TextChoices):
    """What is recommended, or decided, of a request."""

    APPROVED = "approved", "Approve"
    APPROVED_IN_PART = "approved_in_part", "Approve in part"
    DENIED = "denied", "Deny"
    RETURNED = "returned", "Return"


class Recommendation(models.Model):
    """An analyst's advice to the Deputy Director on one sent version. Voided, never edited.

    Days as in a decision: `[starts_on, until)`. `conditions` are one a line.
    """

    request = models.ForeignKey(
        ExemptionRequest, on_delete=models.PROTECT, related_name="recommendations"
    )
    version = models.ForeignKey(SentVersion, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome)
    starts_on = models.DateField(null=True)
    until = models.DateField(null=True)
    reasoning = models.TextField(max_length=8000)
    reason_codes = models.JSONField(default=list)
    conditions = models.TextField(max_length=4000, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    voided_at = models.DateTimeField(null=True)
    voided_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(voided_at__isnull=True),
                name="one_valid_recommendation_of_a_request",
            ),
            models.CheckConstraint(
                condition=Q(outcome="denied", starts_on__isnull=True, until__isnull=True)
                | Q(
                    outcome__in=["approved", "approved_in_part"],
                    starts_on__isnull=False,
                    until__isnull=False,
                    until__gt=models.F("starts_on"),
                ),
                name="recommended_approval_has_its_term",
            ),
            models.CheckConstraint(condition=~Q(reasoning=""), name="recommendation_is_reasoned"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_because="")
                | Q(voided_at__isnull=False) & ~Q(voided_because=""),
                name="recommendation_is_voided_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"Recommendation on {self.request}: {self.get_outcome_display().lower()}"


class RecommendedItem(models.Model):
    """An item of the request that the analyst would grant, up to this quantity and amount."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="items"
    )
    item = models.ForeignKey(RequestedItem, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["recommendation", "item"], name="an_item_is_recommended_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & (Q(amount__isnull=True) | Q(amount__gt=0)),
                name="recommended_is_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item}"
