"""What the page of a request shows of a granted exemption: scope, uses, conditions, letters."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from exemptions.models import (
    Condition,
    ExemptionRequest,
    ItemDecision,
    Letter,
    RequestState,
    Revocation,
    Use,
)
from exemptions.reading.remaining import Remaining, remaining
from exemptions.reading.uses import standing_uses
from stmm.agencies.access import Access

SHOWN_USES = 20


@dataclass(frozen=True, slots=True)
class Scope:
    """One granted item and how much of it is left."""

    item: ItemDecision
    left: Remaining


@dataclass(frozen=True, slots=True)
class ShownCondition:
    """A condition as it stands on the day: a word, its tone, and whether it can still be met."""

    condition: Condition
    word: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Living:
    """A request that was decided: its letters and, once granted, how the exemption is lived with.

    `days_left` counts the day itself; 0 after the term, or before it.
    """

    letters: list[Letter]
    is_granted: bool = False
    is_in_term: bool = False
    is_to_come: bool = False
    days_left: int = 0
    scope: list[Scope]
    conditions: list[ShownCondition]
    uses: list[Use]
    uses_in_all: int = 0
    revocation: Revocation | None = None

    @property
    def is_used_up(self) -> bool:
        return bool(self.scope) and all(each.left.is_used_up for each in self.scope)


def panel(request: ExemptionRequest, access: Access, on: date) -> dict[str, Any]:
    """What `exemptions/panels/living.html` shows this person on the Pacific day `on`."""
    letters = list(
        Letter.objects.filter(Q(decision__request=request) | Q(revocation__request=request))
        .select_related("document", "decision", "revocation")
        .defer("document__content")
        .order_by("pk")
    )
    if not request.is_granted or request.starts_on is None or request.until is None:
        nothing: dict[str, Any] = {"scope": [], "conditions": [], "uses": []}
        return {"living": Living(letters=letters, **nothing)} if letters else {}
    uses = standing_uses(request)
    in_term = request.starts_on <= on < request.until and request.state != RequestState.REVOKED
    return {
        "living": Living(
            letters=letters,
            is_granted=True,
            is_in_term=in_term,
            is_to_come=on < request.starts_on and request.state == RequestState.APPROVED,
            days_left=(request.until - on).days if in_term else 0,
            scope=scope_of(request),
            conditions=conditions_of(request, on),
            uses=list(uses.reverse()[:SHOWN_USES]),
            uses_in_all=uses.count(),
            revocation=Revocation.objects.filter(request=request).first(),
        )
    }


def scope_of(request: ExemptionRequest) -> list[Scope]:
    """What was granted, and what is left of it. Two queries."""
    items = list(
        ItemDecision.objects.filter(decision__request=request).select_related("item__service")
    )
    left = remaining(items)
    return [Scope(item, left[item.pk]) for item in items]


def conditions_of(request: ExemptionRequest, on: date) -> list[ShownCondition]:
    """The conditions in their order, as they stand on a day. One query."""
    found = Condition.objects.filter(decision__request=request).select_related("met_by")
    return [shown_condition(each, on) for each in found]


def shown_condition(condition: Condition, on: date) -> ShownCondition:
    return ShownCondition(condition, *_standing(condition, on))


def _standing(condition: Condition, on: date) -> tuple[str, str]:
    if condition.is_met:
        return "Met", "allowed"
    if condition.is_overdue(on):
        return "Overdue", "refused"
    return ("Holds purchases up", "attention") if condition.comes_first else ("Due", "attention")
