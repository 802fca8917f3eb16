"""Earlier decisions that are alike: what was decided of the same service, source or ground."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from exemptions.models import Decision, DecisionReason, ExemptionRequest, RequestedItem
from exemptions.models.case import Outcome
from exemptions.models.states import DECIDED
from exemptions.reasons import REASONS, Kind
from exemptions.verdict import DONE

SHOWN = 8
# What makes an earlier case alike, the nearest first
ALIKE = {
    "same_service": "Same service",
    "same_source": "Same source",
    "same_category": "Same category",
    "same_ground": "Same ground",
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """One decided request, its decision, what is alike, and what the decision rests on."""

    request: ExemptionRequest
    decision: Decision
    done: str
    alike: tuple[str, ...]
    reasons: tuple[str, ...]


def earlier_cases(request: ExemptionRequest, *, grounds: Iterable[str] = ()) -> list[Earlier]:
    """The nearest of the decided requests, of all agencies. Three queries.

    `grounds` are the reason codes that are recommended of this one.
    """
    found = (
        _alike(request, list(grounds))
        .select_related("agency")
        .prefetch_related(
            Prefetch(
                "decisions",
                Decision.objects.exclude(outcome=Outcome.RETURNED).prefetch_related("reasons"),
                to_attr="final",
            )
        )
    )
    return [_earlier(each) for each in found[:SHOWN]]


def _alike(request: ExemptionRequest, grounds: list[str]) -> "QuerySet[ExemptionRequest]":
    asked = request.items.filter(service__isnull=False)
    of_case = RequestedItem.objects.filter(request=OuterRef("pk"))
    approved = [code for code in grounds if code in REASONS and REASONS[code].kind is Kind.GROUND]
    same_source = Q(proposed_source__iexact=request.proposed_source) & ~Q(proposed_source="")
    flags = {
        "same_service": Exists(of_case.filter(service__in=asked.values("service"))),
        "same_source": Exists(
            ExemptionRequest.objects.filter(same_source, pk=OuterRef("pk")).order_by()
        ),
        "same_category": Exists(
            of_case.filter(service__category__in=asked.values("service__category"))
        ),
        "same_ground": Exists(
            DecisionReason.objects.filter(decision__request=OuterRef("pk"), code__in=approved)
        ),
    }
    any_of = Q()
    for name in flags:
        any_of |= Q(**{name: True})
    return (
        ExemptionRequest.objects.filter(state__in=DECIDED)
        .exclude(pk=request.pk)
        .annotate(**flags)
        .filter(any_of)
        .order_by(*(f"-{name}" for name in ALIKE), "-closed_at", "-pk")
    )


def _earlier(case: ExemptionRequest) -> Earlier:
    (decision,) = vars(case)["final"]
    return Earlier(
        case,
        decision,
        DONE[Outcome(decision.outcome)],
        tuple(words for name, words in ALIKE.items() if vars(case)[name]),
        tuple(
            REASONS[each.code].label if each.code in REASONS else each.text
            for each in decision.reasons.all()
        ),
    )
