"""The Deputy Director's decision, or a delegate's: once, on what the analyst recommended."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from exemptions.jobs import write_decision_letter
from exemptions.models import (
    Condition,
    Decision,
    DecisionReason,
    ExemptionRequest,
    ItemDecision,
    Recommendation,
    RequestState,
)
from exemptions.models.case import Outcome
from exemptions.permissions import decider, reason_against_deciding, refusal
from exemptions.reasons import Reason, chosen
from exemptions.services.locking import lock, move
from exemptions.services.telling import Event, tell_of
from exemptions.services.working import put_question
from exemptions.verdict import DONE, Verdict, problems_of
from exemptions.workflow import Action
from stmm.agencies.access import Access
from stmm.agencies.models import Appointment
from stmm.audit.services import record
from stmm.policy.dates import in_words
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState

LEADS_TO = {
    Outcome.APPROVED: (RequestState.APPROVED, Event.APPROVED),
    Outcome.APPROVED_IN_PART: (RequestState.APPROVED, Event.APPROVED),
    Outcome.DENIED: (RequestState.DENIED, Event.DENIED),
    Outcome.RETURNED: (RequestState.QUESTION_OUT, Event.RETURNED),
}


@transaction.atomic
def decide(
    *,
    request: ExemptionRequest,
    recommendation: Recommendation,
    verdict: Verdict,
    key: UUID,
    access: Access,
    at: datetime,
) -> Decision:
    """Decide a request on the recommendation that the page showed. `key` is the page's own.

    The same page sent again gives the decision that was made. A return asks the agency a
    question, and voids the recommendation. Raises NotAllowed for everybody else and for who had
    a hand in the request; WrongState where somebody else decided first, saying who and what;
    ChangedMeanwhile where the recommendation is void by now; Incomplete.
    """
    request = lock(request)
    appointment = _appointment_to_decide(access, request)
    known = Decision.objects.filter(creation_key=key).first()
    if known is not None and (known.request, known.decided_by) == (request, appointment.user):
        return known
    if known is not None:
        raise ChangedMeanwhile("This page has decided another request. Load it anew.")
    _refuse_stale(access, request, recommendation)
    if reason := reason_against_deciding(access, request):
        raise NotAllowed(reason)
    if problems := problems_of(verdict, request.items.all(), on=timezone.localdate(at)):
        raise Incomplete(problems)
    decision = Decision.objects.create(
        request=request,
        creation_key=key,
        recommendation=recommendation,
        outcome=verdict.outcome,
        starts_on=verdict.starts_on,
        until=verdict.until,
        reasoning=verdict.reasoning,
        at=at,
        decided_by=appointment.user,
        appointment=appointment,
        name=appointment.user.name,
        title=appointment.user.title,
        role=appointment.get_role_display(),
    )
    reasons = chosen(verdict.reason_codes)
    _add_parts(decision, verdict, reasons)
    _conclude(decision, verdict, reasons)
    return decision


def _appointment_to_decide(access: Access, request: ExemptionRequest) -> Appointment:
    found = refusal(access, Action.DECIDE, request)
    if isinstance(found, NotAllowed):
        raise found
    return cast(Appointment, decider(access))


def _refuse_stale(
    access: Access, request: ExemptionRequest, recommendation: Recommendation
) -> None:
    """The page shows a recommendation that was decided on, or is void, meanwhile."""
    theirs = Decision.objects.filter(request=request, recommendation=recommendation).first()
    if theirs is not None:
        raise WrongState(
            f"{theirs.name}, {theirs.role}, has decided {request} meanwhile: it is"
            f" {DONE[Outcome(theirs.outcome)]}. Nothing of yours was kept."
        )
    if found := refusal(access, Action.DECIDE, request):
        raise found
    if not request.recommendations.filter(pk=recommendation.pk, voided_at__isnull=True).exists():
        raise ChangedMeanwhile(
            f"The recommendation on {request} that you saw is void. Look at the one that holds now,"
            " then decide."
        )


def _add_parts(decision: Decision, verdict: Verdict, reasons: list[Reason]) -> None:
    DecisionReason.objects.bulk_create(
        DecisionReason(decision=decision, code=each.code, text=each.text) for each in reasons
    )
    if not verdict.is_grant:
        return
    ItemDecision.objects.bulk_create(
        ItemDecision(
            decision=decision, item_id=key, quantity=portion.quantity, amount=portion.amount
        )
        for key, portion in verdict.granted(decision.request.items.all()).items()
    )
    Condition.objects.bulk_create(
        Condition(decision=decision, position=number, text=each.text, due_on=each.due_on)
        for number, each in enumerate(verdict.conditions, start=1)
    )


def _conclude(decision: Decision, verdict: Verdict, reasons: list[Reason]) -> None:
    """What the decision does to its request; telling of it, and recording it once."""
    request, actor, at = decision.request, decision.decided_by, decision.at
    said = "\n\n".join((*(each.text for each in reasons), *filter(None, [verdict.reasoning])))
    state, event = LEADS_TO[verdict.outcome]
    before = RequestState(request.state)
    if verdict.outcome == Outcome.RETURNED:
        put_question(request=request, text=said, asked_by=actor, at=at)
        move(request, state)
    elif verdict.is_grant:
        move(request, state, closed_at=at, starts_on=verdict.starts_on, until=verdict.until)
    else:
        move(request, state, closed_at=at)
    tell_of(request=request, event=event, actor=actor, at=at, text=_told(verdict, said))
    write_decision_letter.enqueue(decision.pk)
    record(
        at=at,
        actor=actor,
        action=Action.DECIDE,
        subject=request,
        changes={"state": (before.label, state.label)} | _changes(decision, verdict),
        reason=said,
    )


def _told(verdict: Verdict, said: str) -> str:
    if verdict.starts_on is None or verdict.until is None:
        return said
    last_day = verdict.until - timedelta(days=1)
    term = f"It holds from {in_words(verdict.starts_on)} to {in_words(last_day)}."
    conditions = "\n".join(f"- {each.text} ({_due(each.due_on)})" for each in verdict.conditions)
    return "\n\n".join(
        part
        for part in (term, conditions and f"Under these conditions:\n{conditions}", said)
        if part
    )


def _changes(decision: Decision, verdict: Verdict) -> dict[str, tuple[Any, Any]]:
    """What was decided, in words that the history shows."""
    found: dict[str, Any] = {
        "decision": DONE[verdict.outcome],
        "as": f"{decision.role}, {decision.name}",
    }
    if verdict.starts_on is not None and verdict.until is not None:
        found |= {"first day": verdict.starts_on, "last day": verdict.until - timedelta(days=1)}
    if verdict.outcome == Outcome.APPROVED_IN_PART:
        found["granted"] = "; ".join(
            f"{each}, up to ${each.amount:,.2f}" if each.amount else str(each)
            for each in decision.items.select_related("item__service")
        )
    if verdict.conditions:
        found["conditions"] = "; ".join(
            f"{each.text} ({_due(each.due_on)})" for each in verdict.conditions
        )
    return {name: (None, value) for name, value in found.items()}


def _due(due_on: Any) -> str:
    return f"by {in_words(due_on)}" if due_on else "before the first purchase"
