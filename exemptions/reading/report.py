"""The figures of exemptions for oversight: how old, how fast, on which grounds, what remains."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone

from exemptions.models import Decision, DecisionReason, ExemptionRequest, ItemDecision, RequestState
from exemptions.models.case import Outcome
from exemptions.reading.remaining import Remaining, remaining
from exemptions.reasons import REASONS, Kind
from exemptions.workflow import Action
from stmm.audit.models import Entry, subject_kind

DAY = timedelta(days=1)
SOON = timedelta(days=90)


class Step(StrEnum):
    """Whose turn it is between the sending of a request and its decision."""

    UNASSIGNED = "Unassigned"
    REVIEW = "In review"
    AGENCY = "With the agency"
    DECIDE = "To be decided"


STEP_OF_STATE = {
    RequestState.SENT: Step.UNASSIGNED,
    RequestState.IN_REVIEW: Step.REVIEW,
    RequestState.QUESTION_OUT: Step.AGENCY,
    RequestState.RECOMMENDED: Step.DECIDE,
}
# What each act of the record leads to; a later assignment only changes who reviews
_AFTER = {
    Action.SEND: Step.UNASSIGNED,
    Action.TAKE_BACK: Step.AGENCY,
    Action.ASSIGN: Step.REVIEW,
    Action.ASK: Step.AGENCY,
    Action.TAKE_QUESTION_BACK: Step.REVIEW,
    Action.ANSWER: Step.REVIEW,
    Action.RECOMMEND: Step.DECIDE,
    # The last decision ends it; those before sent it back with a question
    Action.DECIDE: Step.AGENCY,
}
# Days since the first sending: from so many on
AGES = ((0, "Up to 7 days"), (8, "8 to 30 days"), (31, "31 to 90 days"), (91, "More than 90 days"))


@dataclass(frozen=True, slots=True)
class Decided:
    """One decided request and the days that each step took, one day being 24 hours."""

    decision: Decision
    steps: Mapping[Step, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.steps.values(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 90th percentile of days; None where nothing was decided."""

    name: str
    median: Decimal | None
    ninetieth: Decimal | None


@dataclass(frozen=True, slots=True)
class Held:
    """A granted item of an exemption in term, and what remains of it."""

    item: ItemDecision
    left: Remaining

    @property
    def request(self) -> ExemptionRequest:
        return self.item.decision.request


def open_by_age(on: date) -> list[tuple[str, dict[Step, int]]]:
    """How many requests are with the Department, by days since they were sent and by step."""
    counts: dict[str, Counter[Step]] = {label: Counter() for _, label in AGES}
    found = ExemptionRequest.objects.filter(state__in=STEP_OF_STATE).order_by()
    for state, sent_at in found.values_list("state", "sent_at"):
        days = (on - timezone.localdate(sent_at)).days
        label = next(label for least, label in reversed(AGES) if days >= least or least == 0)
        counts[label][STEP_OF_STATE[RequestState(state)]] += 1
    return [(label, {step: counts[label][step] for step in Step}) for _, label in AGES]


def decided_between(since: date, to: date) -> QuerySet[Decision]:
    """Approvals and denials of these Pacific days, both counted, in the order of their moments."""
    return (
        Decision.objects.exclude(outcome=Outcome.RETURNED)
        .filter(at__gte=_midnight(since), at__lt=_midnight(to + DAY))
        .select_related("request__agency")
        .order_by("at", "pk")
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def with_steps(decisions: Sequence[Decision]) -> list[Decided]:
    """The days of each step, from the record of each request. One query."""
    keys = [str(each.request_id) for each in decisions]
    entries = (
        Entry.objects.filter(
            subject_kind=subject_kind(ExemptionRequest), subject_key__in=keys, action__in=_AFTER
        )
        .order_by("sequence")
        .values_list("subject_key", "action", "at")
    )
    acts: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for key, action, at in entries:
        acts[key].append((action, at))
    return [Decided(each, _steps(acts[str(each.request_id)], each.at)) for each in decisions]


def _steps(acts: Iterable[tuple[str, datetime]], decided_at: datetime) -> dict[Step, Decimal]:
    lasted = dict.fromkeys(Step, timedelta())
    step: Step | None = None
    began = decided_at
    for action, at in acts:
        if action == Action.ASSIGN and step is not Step.UNASSIGNED:
            continue
        if step is not None:
            lasted[step] += at - began
        step, began = _AFTER[Action(action)], at
    return {each: _days(length) for each, length in lasted.items()}


def _days(length: timedelta) -> Decimal:
    exact = Decimal(length // timedelta(seconds=1)) / 86_400
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def spreads(decided: Sequence[Decided]) -> list[Spread]:
    """Of the whole time and of each step."""
    return [
        _spread("From sending to decision", [each.total for each in decided]),
        *(_spread(step.value, [each.steps[step] for each in decided]) for step in Step),
    ]


def _spread(name: str, days: Sequence[Decimal]) -> Spread:
    """Percentiles by nearest rank: a value that occurred, never one between two."""
    ordered = sorted(days)
    return Spread(name, _percentile(ordered, 50), _percentile(ordered, 90))


def _percentile(ordered: Sequence[Decimal], percent: int) -> Decimal | None:
    rank = -(-len(ordered) * percent // 100)
    return ordered[rank - 1] if ordered else None


def approvals_by_ground(since: date, to: date) -> list[tuple[str, int]]:
    """How many approvals of these days gave each ground, the most frequent first."""
    granted = decided_between(since, to).filter(starts_on__isnull=False).order_by()
    given = DecisionReason.objects.filter(decision__in=granted.values("pk")).order_by()
    counts = Counter(given.values_list("code", flat=True))
    grounds = [
        (reason.label, counts[code])
        for code, reason in REASONS.items()
        if reason.kind is Kind.GROUND and counts[code]
    ]
    return sorted(grounds, key=lambda row: -row[1])


def held_scope(on: date) -> QuerySet[ItemDecision]:
    """Granted items of exemptions in term, the nearest end first."""
    in_term = ExemptionRequest.objects.in_term(on).order_by()
    return (
        ItemDecision.objects.filter(decision__request__in=in_term.values("pk"))
        .select_related("item__service", "decision__request__agency")
        .order_by("decision__request__until", "pk")
    )


def held(items: Sequence[ItemDecision]) -> list[Held]:
    """What remains of each. One query."""
    left = remaining(items)
    return [Held(item, left[item.pk]) for item in items]


def ending_soon(on: date) -> QuerySet[ExemptionRequest]:
    """Exemptions in term that end within 90 days, the nearest end first."""
    ending = ExemptionRequest.objects.in_term(on).filter(until__lte=on + SOON)
    return ending.select_related("agency").order_by("until", "pk")
