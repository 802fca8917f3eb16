"""The analyst's advice to the Deputy Director, and when it no longer holds."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from exemptions.models import (
    Contributor,
    ExemptionRequest,
    Recommendation,
    RecommendedItem,
    RequestState,
)
from exemptions.models.case import Outcome
from exemptions.permissions import may, reason_against_reviewing
from exemptions.services.locking import lock, move
from exemptions.services.telling import Event, tell_of
from exemptions.verdict import Verdict, problems_of, verdict_of
from exemptions.workflow import Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.services import record
from stmm.refusals import Incomplete, NotAllowed, Problem


def void_recommendation(*, request: ExemptionRequest, because: str, at: datetime) -> bool:
    """Void the valid recommendation of a locked request: kept and marked. False if none is.

    Part of what voids it (a question, taking back, a newer recommendation), which is recorded.
    """
    valid = Recommendation.objects.filter(request=request, voided_at__isnull=True)
    return bool(valid.update(voided_at=at, voided_because=because))


@transaction.atomic
def recommend(
    *, request: ExemptionRequest, verdict: Verdict, access: Access, at: datetime
) -> Recommendation:
    """Advise the Deputy Director. The same advice again gives back the one that stands.

    A former one is void. What it says is in its row, not in the entry: the history of the
    request is read by the agency. Raises NotAllowed, also for who wrote or signed the request;
    WrongState, Incomplete.
    """
    request = lock(request)
    actor = may(access, Action.RECOMMEND, request)
    if reason := reason_against_reviewing(access, request):
        raise NotAllowed(reason)
    _refuse_incomplete(request, verdict, at)
    stands = request.recommendations.filter(voided_at__isnull=True).first()
    if stands is not None and stands.made_by == actor and verdict_of(stands) == verdict:
        return stands
    void_recommendation(request=request, because="Recommended anew.", at=at)
    recommendation = _stored(request, verdict, actor, at)
    before = RequestState(request.state)
    move(request, RequestState.RECOMMENDED)
    tell_of(
        request=request,
        event=Event.RECOMMENDED,
        actor=actor,
        at=at,
        text=f"{actor} recommends: {verdict.outcome.label.lower()}.\n\n{verdict.reasoning}",
    )
    record(
        at=at,
        actor=actor,
        action=Action.RECOMMEND,
        subject=request,
        changes={"state": (before.label, RequestState.RECOMMENDED.label)},
    )
    return recommendation


def _refuse_incomplete(request: ExemptionRequest, verdict: Verdict, at: datetime) -> None:
    found = problems_of(verdict, request.items.all(), on=timezone.localdate(at))
    if verdict.outcome == Outcome.RETURNED:
        found.append(Problem("To return it, ask the agency a question instead.", "outcome"))
    if not verdict.reasoning and all(each.step != "reasoning" for each in found):
        found.append(Problem("Say what the recommendation rests on.", "reasoning"))
    if found:
        raise Incomplete(found)


def _stored(
    request: ExemptionRequest, verdict: Verdict, actor: User, at: datetime
) -> Recommendation:
    recommendation = Recommendation.objects.create(
        request=request,
        version=request.sent.latest("number"),
        outcome=verdict.outcome,
        starts_on=verdict.starts_on,
        until=verdict.until,
        reasoning=verdict.reasoning,
        reason_codes=list(verdict.reason_codes),
        conditions="\n".join(str(each) for each in verdict.conditions),
        made_at=at,
        made_by=actor,
    )
    if verdict.is_grant:
        RecommendedItem.objects.bulk_create(
            RecommendedItem(
                recommendation=recommendation,
                item_id=key,
                quantity=portion.quantity,
                amount=portion.amount,
            )
            for key, portion in verdict.granted(request.items.all()).items()
        )
    Contributor.objects.get_or_create(
        request=request, user=actor, part=Contributor.Part.RECOMMENDED
    )
    return recommendation
