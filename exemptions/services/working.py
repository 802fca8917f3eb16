"""What STND does with a request that was sent, and what the agency answers."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from exemptions.models import Contributor, ExemptionRequest, Note, Question, RequestState
from exemptions.permissions import may, reason_against_reviewing
from exemptions.services.locking import lock, move
from exemptions.services.recommending import void_recommendation
from exemptions.services.telling import Event, tell_of
from exemptions.workflow import Action
from stmm.accounts.models import User
from stmm.agencies.access import Access, access_of
from stmm.audit.services import record
from stmm.refusals import NotAllowed, WrongState


@transaction.atomic
def assign(
    *, request: ExemptionRequest, analyst: User, access: Access, at: datetime
) -> ExemptionRequest:
    """Make it an analyst's to review: one's own, or handed over. The first time begins the review.

    What is theirs already stays so. Raises NotAllowed, also where `analyst` is none, or wrote
    or signed the request; WrongState.
    """
    request = lock(request)
    actor = may(access, Action.ASSIGN, request)
    begins = request.state == RequestState.SENT
    if request.analyst_id == analyst.pk and not begins:
        return request
    theirs = access_of(analyst, on=timezone.localdate(at))
    if not theirs.is_stnd:
        raise NotAllowed(f"{analyst} is not an STND analyst today.")
    if reason := reason_against_reviewing(theirs, request):
        raise NotAllowed(reason)
    before, state = request.analyst, RequestState(request.state)
    move(request, RequestState.IN_REVIEW if begins else state, analyst=analyst)
    tell_of(request=request, event=Event.ASSIGNED, actor=actor, at=at)
    record(
        at=at,
        actor=actor,
        action=Action.ASSIGN,
        subject=request,
        changes={"analyst": (before, analyst)}
        | (_changed(state, RequestState.IN_REVIEW) if begins else {}),
    )
    return request


@transaction.atomic
def ask(*, request: ExemptionRequest, text: str, access: Access, at: datetime) -> Question:
    """Ask the agency. The clock of the review stops; a recommendation is void.

    The open question asked again is given back. Raises NotAllowed, WrongState.
    """
    request = lock(request)
    open_one = request.questions.filter(closed_at__isnull=True).first()
    if access.is_stnd and open_one is not None and open_one.text == text:
        return open_one
    actor = may(access, Action.ASK, request)
    question = put_question(request=request, text=text, asked_by=actor, at=at)
    before = RequestState(request.state)
    move(request, RequestState.QUESTION_OUT)
    tell_of(request=request, event=Event.ASKED, actor=actor, at=at, text=text)
    record(
        at=at,
        actor=actor,
        action=Action.ASK,
        subject=request,
        changes={"question": (None, text)} | _changed(before, RequestState.QUESTION_OUT),
    )
    return question


def put_question(*, request: ExemptionRequest, text: str, asked_by: User, at: datetime) -> Question:
    """A question on a locked request, which voids its recommendation."""
    void_recommendation(request=request, because="A question went to the agency.", at=at)
    return Question.objects.create(request=request, text=text, asked_by=asked_by, asked_at=at)


@transaction.atomic
def take_question_back(*, question: Question, access: Access, at: datetime) -> Question:
    """The agency need not answer: the review goes on. A second time does nothing.

    Raises NotAllowed; WrongState for a question that was answered.
    """
    request = lock(question.request)
    question = request.questions.get(pk=question.pk)
    if not question.is_open and not question.answer:
        return question
    actor = may(access, Action.TAKE_QUESTION_BACK, request)
    question.closed_at = at
    question.save(update_fields=["closed_at"])
    move(request, RequestState.IN_REVIEW)
    tell_of(
        request=request, event=Event.QUESTION_TAKEN_BACK, actor=actor, at=at, text=question.text
    )
    record(
        at=at,
        actor=actor,
        action=Action.TAKE_QUESTION_BACK,
        subject=request,
        changes={"question": (question.text, "")}
        | _changed(RequestState.QUESTION_OUT, RequestState.IN_REVIEW),
    )
    return question


@transaction.atomic
def answer(*, question: Question, text: str, access: Access, at: datetime) -> Question:
    """Answer for the agency: the review goes on. The same answer again does nothing.

    Who answers has a hand in the request from then on. Raises NotAllowed; WrongState for
    another answer, or a question that was taken back.
    """
    request = lock(question.request)
    question = request.questions.get(pk=question.pk)
    if question.answer == text and question.answered_by == access.user:
        return question
    if not question.is_open:
        raise WrongState(
            f"This question of {request} is answered already."
            if question.answer
            else f"This question of {request} was taken back: it needs no answer."
        )
    actor = may(access, Action.ANSWER, request)
    question.answer, question.answered_by, question.closed_at = text, actor, at
    question.save(update_fields=["answer", "answered_by", "closed_at"])
    Contributor.objects.get_or_create(request=request, user=actor, part=Contributor.Part.WROTE)
    move(request, RequestState.IN_REVIEW)
    tell_of(request=request, event=Event.ANSWERED, actor=actor, at=at, text=text)
    record(
        at=at,
        actor=actor,
        action=Action.ANSWER,
        subject=request,
        changes={"answer": (None, text)}
        | _changed(RequestState.QUESTION_OUT, RequestState.IN_REVIEW),
    )
    return question


@transaction.atomic
def note(*, request: ExemptionRequest, text: str, access: Access, at: datetime) -> Note:
    """Write a note for STND and the Deputy Director. The last note again is given back.

    Raises NotAllowed, WrongState. The entry is of the note, not of the request, whose history
    the agency reads.
    """
    request = lock(request)
    actor = may(access, Action.NOTE, request)
    last = request.notes.last()
    if last is not None and (last.by_id, last.text) == (actor.pk, text):
        return last
    written = Note.objects.create(request=request, text=text, at=at, by=actor)
    record(at=at, actor=actor, action=Action.NOTE, subject=written, reason=text)
    return written


def _changed(before: RequestState, after: RequestState) -> dict[str, tuple[object, object]]:
    return {"state": (before.label, after.label)}
