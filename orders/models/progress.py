"""What the contractor says of an order that was sent, and what the agency says to it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models import Contract
from orders.models.order import Order, OrderLine
from orders.models.states import LineState
from stmm.audit.dated import DatedFact, DatedQuerySet


class RejectionReason(models.TextChoices):
    """Why a contractor does not take an order on; each calls for another act of the agency."""

    WRONG_CONTRACT = "wrong_contract", "Wrong contract"
    NOT_OFFERED = "not_offered", "Service not offered at the site"
    UNKNOWN_ACCOUNT = "unknown_account", "Account unknown"
    INCOMPLETE = "incomplete", "Incomplete form"
    DUPLICATE = "duplicate", "Duplicate of another order"
    OTHER = "other", "Other"


class LineProgress(models.Model):
    """How far the contractor is with one line; the line itself is sealed.

    `committed_on` is the firm order commitment (FOC). `sr_number` is what the contractor's
    fiscal inventory will call the service on the bill (domain.md 5.2).
    """

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="progress")
    state = models.CharField(max_length=10, choices=LineState, default=LineState.OPEN)
    changed_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)
    committed_on = models.DateField("Committed date (FOC)", null=True)
    jeopardy = models.TextField("Jeopardy notice", max_length=1000, blank=True)
    completed_on = models.DateField("Completed on", null=True)
    circuit_numbers = models.TextField("Circuit or telephone numbers", max_length=2000, blank=True)
    billing_account = models.CharField("Billing account number", max_length=60, blank=True)
    sr_number = models.CharField("SR Number", max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["line__position"]
        verbose_name_plural = "line progress"
        indexes = (models.Index(fields=["state", "committed_on"]),)
        constraints = (
            models.CheckConstraint(
                name="line_progress_has_its_dates",
                condition=Q(state="open", committed_on__isnull=True, completed_on__isnull=True)
                | Q(state="committed", committed_on__isnull=False, completed_on__isnull=True)
                | Q(state="completed", committed_on__isnull=False, completed_on__isnull=False)
                | Q(state__in=["cancelled", "replaced"], completed_on__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(committed_on__isnull=True, committed_at__isnull=True)
                | Q(committed_on__isnull=False, committed_at__isnull=False),
                name="a_commitment_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(jeopardy="") | Q(state__in=["open", "committed"]),
                name="only_what_is_under_way_is_in_jeopardy",
            ),
        )

    def __str__(self) -> str:
        return f"{self.line}: {self.get_state_display()}"


class Question(models.Model):
    """What the contractor asks the agency of an order; until the answer its clock stands still."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(answered_at__isnull=True),
                name="one_open_question_an_order",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(
                    answered_at__isnull=False,
                    answered_at__gte=F("asked_at"),
                    answered_by__isnull=False,
                )
                & ~Q(answer=""),
                name="question_is_answered_by_someone",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="question_asks_something"),
        )

    def __str__(self) -> str:
        return f"Question of {self.order}"


class ExpediteRequest(models.Model):
    """The agency asks for a sooner day; what the contractor makes of it is its commitment."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="expedites")
    wanted_on = models.DateField("Wanted on")
    reason = models.TextField(max_length=1000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["order", "wanted_on"], name="a_day_is_asked_for_once_an_order"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="expedite_has_its_reason"),
        )

    def __str__(self) -> str:
        return f"{self.order} wanted on {self.wanted_on:%B %-d, %Y}"


class TimeLimits(DatedFact):
    """In how many working days a contract's contractor acknowledges and commits; none until set.

    No figure is public (domain.md, rule 39): each is the Department's to say.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    acknowledge_within = models.PositiveSmallIntegerField(null=True)
    commit_within = models.PositiveSmallIntegerField(null=True)

    objects = DatedQuerySet.as_manager()

    subject_fields = ("contract",)

    class Meta:
        verbose_name_plural = "time limits"
        constraints = (
            models.CheckConstraint(
                condition=(Q(acknowledge_within__isnull=True) | Q(acknowledge_within__gte=1))
                & (Q(commit_within__isnull=True) | Q(commit_within__gte=1)),
                name="time_limits_are_a_day_or_more",
            ),
        )

    def __str__(self) -> str:
        return f"Time limits of {self.contract.number} from {self.effective_from}"
