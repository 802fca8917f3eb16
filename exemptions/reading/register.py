"""The register of decisions as the public may read it: no person, no project, no reasoning."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from exemptions.models import Decision, DecisionReason, ItemDecision, RequestedItem, RequestState
from exemptions.models.case import Outcome
from exemptions.reasons import REASONS, Kind

# What an agency wrote in its own words is not for a register: it may name people or places
IN_WORDS = "A service that is not in the catalog"
OUTCOMES = {
    Outcome.APPROVED: "Approved",
    Outcome.APPROVED_IN_PART: "Approved in part",
    Outcome.DENIED: "Denied",
}
_SHOWN_KINDS = (Kind.GROUND, Kind.DENIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One decision. `services` are those granted or, of a denial, those that were asked for."""

    number: str
    agency: str
    services: tuple[str, ...]
    decided_on: date
    outcome: str
    grounds: tuple[str, ...]
    starts_on: date | None
    last_day: date | None
    now: str


def decisions() -> QuerySet[Decision]:
    """Approvals and denials, the newest first; returns are none. Three queries with the rows."""
    return (
        Decision.objects.exclude(outcome=Outcome.RETURNED)
        .select_related("request__agency")
        .prefetch_related(
            Prefetch("request__items", RequestedItem.objects.select_related("service")),
            Prefetch("items", ItemDecision.objects.select_related("item__service")),
            Prefetch("reasons", DecisionReason.objects.only("decision_id", "code")),
        )
        .order_by("-at", "-pk")
    )


def rows(found: Iterable[Decision], on: date) -> list[Row]:
    """What the register shows of these decisions on a Pacific day."""
    return [_row(each, on) for each in found]


def _row(decision: Decision, on: date) -> Row:
    request = decision.request
    items = (
        [each.item for each in decision.items.all()]
        if decision.is_grant
        else list(request.items.all())
    )
    labels = [REASONS[each.code] for each in decision.reasons.all() if each.code in REASONS]
    return Row(
        number=request.number,
        agency=request.agency.name,
        services=tuple(each.service.name if each.service else IN_WORDS for each in items),
        decided_on=timezone.localdate(decision.at),
        outcome=OUTCOMES[Outcome(decision.outcome)],
        grounds=tuple(each.label for each in labels if each.kind in _SHOWN_KINDS),
        starts_on=decision.starts_on,
        last_day=decision.last_day,
        now=_now(decision, on),
    )


def _now(decision: Decision, on: date) -> str:
    """Where an approval stands today, by its days; of a denial nothing more is to be said."""
    if decision.starts_on is None or decision.until is None:
        return ""
    if decision.request.state == RequestState.REVOKED:
        return "Revoked"
    if on < decision.starts_on:
        return "Not begun"
    return "In term" if on < decision.until else "Ended"
