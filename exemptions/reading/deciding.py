"""What the page of a request shows of its recommendation and decision."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from exemptions.models import Decision, ExemptionRequest, Recommendation, RecommendedItem
from exemptions.models.case import Outcome
from exemptions.permissions import decider
from exemptions.reading.case import ShownRequest, shown_request
from exemptions.reading.working import sees_inside
from exemptions.reasons import chosen
from exemptions.verdict import DONE, Wanted, conditions_in
from stmm.agencies.access import Access


@dataclass(frozen=True, slots=True)
class ShownRecommendation:
    """A recommendation as oversight reads it."""

    recommendation: Recommendation
    reasons: tuple[str, ...]
    items: tuple[RecommendedItem, ...]
    conditions: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision as everybody reads it who sees the request.

    `late`: the term begins before the day it was given. Approval before buying is the rule
    (SAM 4605; domain.md, rule 21).
    """

    decision: Decision
    done: str
    late: bool


@dataclass(frozen=True, slots=True)
class Deciding:
    """`stands`: the valid recommendation; `former`: the void ones. Empty for the agency."""

    is_decider: bool
    stands: ShownRecommendation | None
    former: list[ShownRecommendation]
    decisions: list[ShownDecision]


def panel(request: ExemptionRequest, access: Access, on: date) -> dict[str, Any]:
    """What `exemptions/panels/deciding.html` shows this person. At most four queries."""
    if request.sent_at is None:
        return {}
    shown = recommendations_of(request) if sees_inside(access, request) else []
    decisions = request.decisions.prefetch_related("reasons").order_by("-at", "-pk")
    return {
        "deciding": Deciding(
            is_decider=decider(access) is not None,
            stands=next((each for each in shown if not each.recommendation.voided_at), None),
            former=[each for each in shown if each.recommendation.voided_at],
            decisions=[_decision(each) for each in decisions],
        )
    }


def recommendations_of(request: ExemptionRequest) -> list[ShownRecommendation]:
    """The newest first. Two queries."""
    found = request.recommendations.select_related("made_by", "version").prefetch_related(
        "items__item__service"
    )
    return [shown_recommendation(each) for each in found.reverse()]


def shown_recommendation(recommendation: Recommendation) -> ShownRecommendation:
    return ShownRecommendation(
        recommendation,
        tuple(each.label for each in chosen(recommendation.reason_codes)),
        tuple(recommendation.items.all()),
        conditions_in(recommendation.conditions),
    )


def recommendation_with_parts(recommendation: Recommendation) -> ShownRecommendation:
    """One recommendation, with what it would grant. Two queries."""
    found = recommendations_of(recommendation.request)
    return next(each for each in found if each.recommendation == recommendation)


def as_sent(request: ExemptionRequest) -> ShownRequest:
    """A request as its latest sent version says. One query."""
    return shown_request(json.loads(request.sent.latest("number").content))


def _decision(decision: Decision) -> ShownDecision:
    given_on = timezone.localdate(decision.at)
    return ShownDecision(
        decision,
        DONE[Outcome(decision.outcome)],
        late=decision.starts_on is not None and decision.starts_on < given_on,
    )
