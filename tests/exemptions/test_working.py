"""Assigning, asking, answering and noting: services."""

from datetime import timedelta

import pytest

from exemptions.models import Contributor, ExemptionRequest, Question, RequestState
from exemptions.services.locking import lock
from exemptions.services.working import answer, ask, assign, note, take_question_back
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.audit.models import Entry
from stmm.outbox.models import Notice, NoticeKind
from stmm.refusals import NotAllowed, WrongState
from tests.exemptions.factories import Case, as_of, make_request
from tests.factories import AT, TODAY, Role, make_appointment

State = RequestState
LATER = AT + timedelta(days=1)


def again(request: ExemptionRequest) -> ExemptionRequest:
    return ExemptionRequest.objects.get(pk=request.pk)


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).values_list("subject", flat=True))


def entries(request: ExemptionRequest) -> list[str]:
    return list(Entry.objects.about(request).values_list("action", flat=True))


@pytest.fixture
def sent(case: Case) -> ExemptionRequest:
    return make_request(case, State.SENT)


@pytest.fixture
def asked(case: Case) -> Question:
    return make_request(case, State.QUESTION_OUT).questions.get()


def test_the_first_assignment_begins_the_review(case: Case, sent: ExemptionRequest) -> None:
    for _ in range(2):
        assign(request=sent, analyst=case.analyst, access=as_of(case.analyst), at=AT)

    found = again(sent)
    assert (found.state, found.analyst) == (State.IN_REVIEW, case.analyst)
    assert entries(sent) == ["assign_exemption_request"]
    assert told(case.analyst) == []


def test_an_analyst_takes_over_and_hands_over(case: Case, sent: ExemptionRequest) -> None:
    other = make_appointment(Role.STND).user
    assign(request=sent, analyst=case.analyst, access=as_of(case.analyst), at=AT)

    assign(request=sent, analyst=other, access=as_of(other), at=AT)
    assert again(sent).analyst == other
    assign(request=sent, analyst=case.analyst, access=as_of(other), at=LATER)

    assert again(sent).analyst == case.analyst
    assert again(sent).state == State.IN_REVIEW
    assert told(case.analyst) == [f"{sent} is yours to review"]


@pytest.mark.parametrize("state", [State.QUESTION_OUT, State.RECOMMENDED])
def test_handing_over_leaves_the_state(case: Case, state: str) -> None:
    request = make_request(case, state)

    assign(
        request=request, analyst=make_appointment(Role.STND).user, access=as_of(case.analyst), at=AT
    )

    assert again(request).state == state


def test_only_an_analyst_gets_a_request_to_review(case: Case, sent: ExemptionRequest) -> None:
    with pytest.raises(NotAllowed, match="is not an STND analyst today"):
        assign(request=sent, analyst=case.deputy_director, access=as_of(case.analyst), at=AT)


def test_nobody_reviews_what_they_wrote(case: Case) -> None:
    request = make_request(case, State.SENT, by=case.analyst)

    with pytest.raises(NotAllowed, match="wrote"):
        assign(request=request, analyst=case.analyst, access=as_of(case.analyst), at=AT)


def test_nobody_reviews_for_their_own_agency(case: Case, sent: ExemptionRequest) -> None:
    make_appointment(Role.ATR, case.agency, case.analyst)

    with pytest.raises(NotAllowed, match="acts for Highway Patrol too"):
        assign(request=sent, analyst=case.analyst, access=as_of(case.analyst), at=AT)


@pytest.mark.parametrize("who", ["atr", "officer", "deputy_director", "auditor", "stranger"])
def test_nobody_else_assigns_or_asks(case: Case, who: str) -> None:
    request, access = make_request(case, State.IN_REVIEW), as_of(getattr(case, who))

    with pytest.raises(NotAllowed):
        assign(request=request, analyst=case.analyst, access=access, at=AT)
    with pytest.raises(NotAllowed):
        ask(request=request, text="Which sites?", access=access, at=AT)


def test_a_question_goes_to_who_wrote_and_signed_once(case: Case) -> None:
    request = make_request(case, State.IN_REVIEW)

    questions = {
        ask(request=request, text="Which sites?", access=as_of(case.analyst), at=AT)
        for _ in range(2)
    }

    assert len(questions) == 1
    assert again(request).state == State.QUESTION_OUT
    assert (
        told(case.atr)
        == told(case.officer)
        == [f"{request} has a question of the Department for you"]
    )
    assert told(case.catr) == []
    notice = Notice.objects.get(user=case.atr)
    assert (notice.kind, notice.why) == (
        NoticeKind.TURN,
        "You wrote or signed this request for Highway Patrol.",
    )
    assert "Which sites?" in notice.text
    assert entries(request) == ["ask_on_exemption_request"]


def test_where_nobody_of_them_is_left_all_who_write_for_the_agency_are_asked(case: Case) -> None:
    request = make_request(case, State.IN_REVIEW)
    Appointment.objects.filter(user__in=[case.atr, case.officer]).update(until=TODAY)

    ask(request=request, text="Which sites?", access=as_of(case.analyst), at=AT)

    assert Notice.objects.get().user == case.catr
    assert Notice.objects.get().why == "You write exemption requests for Highway Patrol."


def test_another_question_waits_for_the_open_one(case: Case, asked: Question) -> None:
    with pytest.raises(WrongState, match="“question with the agency” now"):
        ask(request=asked.request, text="And when?", access=as_of(case.analyst), at=AT)


def test_a_question_voids_the_recommendation(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)

    ask(request=request, text="Which sites?", access=as_of(case.analyst), at=AT)

    recommendation = request.recommendations.get()
    assert recommendation.voided_at == AT
    assert recommendation.voided_because == "A question went to the agency."


def test_an_answer_goes_on_with_the_review(case: Case, asked: Question) -> None:
    for _ in range(2):
        answer(question=asked, text="Both.", access=as_of(case.catr), at=LATER)

    found = Question.objects.get()
    assert (found.answer, found.answered_by, found.closed_at) == ("Both.", case.catr, LATER)
    assert again(asked.request).state == State.IN_REVIEW
    assert told(case.analyst) == [f"{asked.request} has an answer from the agency"]
    assert entries(asked.request) == ["answer_on_exemption_request"]
    assert Contributor.objects.filter(user=case.catr, part="wrote").exists()


def test_a_question_is_answered_once(case: Case, asked: Question) -> None:
    answer(question=asked, text="Both.", access=as_of(case.catr), at=LATER)

    with pytest.raises(WrongState, match="answered already"):
        answer(question=asked, text="None.", access=as_of(case.atr), at=LATER)


@pytest.mark.parametrize("who", ["analyst", "deputy_director", "auditor", "stranger"])
def test_nobody_else_answers(case: Case, asked: Question, who: str) -> None:
    with pytest.raises(NotAllowed):
        answer(question=asked, text="Both.", access=as_of(getattr(case, who)), at=AT)


def test_where_the_analyst_has_left_all_analysts_are_told(case: Case, asked: Question) -> None:
    other = make_appointment(Role.STND).user
    Appointment.objects.filter(user=case.analyst).update(until=TODAY)

    answer(question=asked, text="Both.", access=as_of(case.atr), at=AT)

    assert told(other) == [f"{asked.request} has an answer from the agency"]
    assert told(case.analyst) == []


@pytest.mark.parametrize("who", ["analyst", "deputy_director", "delegate"])
def test_a_question_is_taken_back(case: Case, asked: Question, who: str) -> None:
    for _ in range(2):
        take_question_back(question=asked, access=as_of(getattr(case, who)), at=LATER)

    found = Question.objects.get()
    assert (found.is_open, found.answer) == (False, "")
    assert again(asked.request).state == State.IN_REVIEW
    assert told(case.atr) == [f"{asked.request} needs no answer any more"]
    assert entries(asked.request) == ["take_question_on_exemption_back"]
    with pytest.raises(WrongState, match="was taken back: it needs no answer"):
        answer(question=asked, text="Both.", access=as_of(case.atr), at=LATER)


def test_what_was_answered_is_not_taken_back(case: Case, asked: Question) -> None:
    answer(question=asked, text="Both.", access=as_of(case.atr), at=LATER)

    with pytest.raises(WrongState):
        take_question_back(question=asked, access=as_of(case.analyst), at=LATER)


@pytest.mark.parametrize("who", ["analyst", "deputy_director", "delegate"])
def test_a_note_is_no_part_of_the_history_that_the_agency_reads(case: Case, who: str) -> None:
    request = make_request(case, State.APPROVED)

    for _ in range(2):
        note(request=request, text="They asked before.", access=as_of(getattr(case, who)), at=AT)

    assert request.notes.get().text == "They asked before."
    assert entries(request) == []
    assert Entry.objects.about(request.notes.get()).get().reason == "They asked before."
    assert not Notice.objects.exists()


@pytest.mark.parametrize("who", ["atr", "officer", "auditor", "stranger"])
def test_nobody_else_writes_notes(case: Case, who: str) -> None:
    request = make_request(case, State.IN_REVIEW)

    with pytest.raises(NotAllowed):
        note(request=request, text="They asked before.", access=as_of(getattr(case, who)), at=AT)


def test_a_request_is_locked_as_it_is(case: Case, sent: ExemptionRequest) -> None:
    assert lock(sent) == sent
