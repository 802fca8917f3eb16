"""The decision: what it does, who may, that it is one."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from exemptions.models import Decision, ExemptionRequest, Recommendation, RequestState
from exemptions.reasons import REASONS
from exemptions.services.deciding import decide
from exemptions.services.recommending import recommend
from exemptions.verdict import Portion, Verdict, Wanted
from stmm.audit.models import Entry
from stmm.outbox.models import Notice, NoticeKind
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.verdicts import approval, decided, denial, in_part, recommended, return_
from tests.factories import AT, TODAY, Role, make_appointment

State = RequestState
DAY = timedelta(days=1)


def rule(
    case: Case,
    request: ExemptionRequest,
    recommendation: Recommendation,
    verdict: Verdict,
    who: str = "deputy_director",
    **fields: Any,
) -> Decision:
    return decide(
        **{
            "request": request,
            "recommendation": recommendation,
            "verdict": verdict,
            "key": uuid4(),
            "access": as_of(getattr(case, who)),
            "at": AT,
            **fields,
        }
    )


def test_an_approval_sets_the_term_scope_and_conditions(case: Case) -> None:
    verdict = approval(conditions=(Wanted("Report", TODAY + DAY), Wanted("Test first")))

    request, decision = decided(case, verdict)

    assert (request.state, request.closed_at) == (State.APPROVED, AT)
    assert (request.starts_on, request.until) == (TODAY, UNTIL)
    assert [item.quantity for item in decision.items.all()] == [10, 10]
    assert [(c.position, c.text, c.due_on) for c in decision.conditions.all()] == [
        (1, "Report", TODAY + DAY),
        (2, "Test first", None),
    ]
    assert (decision.name, decision.role) == (case.deputy_director.name, "Deputy Director")
    reason = decision.reasons.get()
    assert (reason.code, reason.text) == ("not_at_sites", REASONS["not_at_sites"].text)


def test_a_delegate_decides_as_delegate(case: Case) -> None:
    _, decision = decided(case, denial(), by=case.delegate)

    assert decision.role == "Delegate of the Deputy Director"
    assert decision.appointment.user == case.delegate


def test_a_denial_closes_the_request(case: Case) -> None:
    request, decision = decided(case, denial())

    assert (request.state, request.closed_at, request.starts_on) == (State.DENIED, AT, None)
    assert not decision.items.exists()
    assert not decision.conditions.exists()


def test_a_part_grants_what_it_says(case: Case) -> None:
    request, recommendation = recommended(case)
    first, _ = request.items.all()
    portions = {first.pk: Portion(4, Decimal("900.00"))}

    decision = rule(case, request, recommendation, in_part(request, portions=portions))

    granted = decision.items.get()
    assert (granted.item, granted.quantity, granted.amount) == (first, 4, Decimal("900.00"))
    assert "4 of Converged VoIP, up to $900.00" in Entry.objects.about(request).get().changes_json


def test_a_return_asks_the_agency_and_voids_the_recommendation(case: Case) -> None:
    request, decision = decided(case, return_())

    question = request.questions.get()
    assert request.state == State.QUESTION_OUT
    assert (question.asked_by, question.is_open) == (case.deputy_director, True)
    assert question.text == f"{REASONS['services_unclear'].text}\n\nWhich sites are meant?"
    decision.recommendation.refresh_from_db()
    assert decision.recommendation.voided_because == "A question went to the agency."
    assert request.closed_at is None


def test_after_a_return_another_decision_follows(case: Case) -> None:
    request, _ = decided(case, return_())
    request.questions.update(answer="Both.", answered_by=case.atr, closed_at=AT)
    ExemptionRequest.objects.filter(pk=request.pk).update(state=State.IN_REVIEW)
    newer = recommend(request=request, verdict=approval(), access=as_of(case.analyst), at=AT)

    rule(case, request, newer, approval())

    request.refresh_from_db()
    assert request.state == State.APPROVED
    assert request.decisions.count() == 2


@pytest.mark.parametrize(
    ("verdict", "subject", "kind"),
    [
        (approval(), "is approved", NoticeKind.EXEMPTION),
        (denial(), "is denied", NoticeKind.EXEMPTION),
        (return_(), "is returned by the Department with a question", NoticeKind.TURN),
    ],
)
def test_the_agency_and_the_analyst_are_told(
    case: Case, verdict: Verdict, subject: str, kind: str
) -> None:
    request, _ = decided(case, verdict)

    told = {notice.user: notice for notice in Notice.objects.all()}
    assert told.keys() == {case.atr, case.officer, case.analyst}
    assert told[case.atr].subject == f"{request} {subject}"
    assert told[case.atr].kind == kind
    assert REASONS[verdict.reason_codes[0]].text in told[case.atr].text
    assert told[case.analyst].why == "You are the analyst who reviews this request."


def test_the_agency_is_told_the_term_and_the_conditions(case: Case) -> None:
    decided(case, approval(conditions=(Wanted("Report", TODAY), Wanted("Test"))))

    text = Notice.objects.filter(user=case.atr).get().text
    assert "It holds from March 2, 2026 to March 1, 2027." in text
    assert "- Report (by March 2, 2026)\n- Test (before the first purchase)" in text


def test_the_same_page_sent_again_shows_the_decision(case: Case) -> None:
    request, recommendation = recommended(case)
    key = uuid4()

    decisions = [rule(case, request, recommendation, denial(), key=key) for _ in range(2)]

    assert decisions[0] == decisions[1]
    assert Decision.objects.count() == 1
    assert Entry.objects.about(request).count() == 1


def test_the_second_of_two_people_is_told_who_decided_what(case: Case) -> None:
    request, recommendation = recommended(case)
    rule(case, request, recommendation, denial())

    with pytest.raises(WrongState, match=r"Deputy Director, has decided .* it is denied"):
        rule(case, request, recommendation, approval(), "delegate")


def test_a_page_that_shows_a_returned_recommendation_decides_nothing(case: Case) -> None:
    request, decision = decided(case, return_())

    with pytest.raises(WrongState, match="it is returned with a question"):
        rule(case, request, decision.recommendation, approval(), "delegate")


def test_a_page_that_shows_a_void_recommendation_decides_nothing(case: Case) -> None:
    request, former = recommended(case)
    recommend(request=request, verdict=denial(), access=as_of(case.analyst), at=AT)

    with pytest.raises(ChangedMeanwhile, match="that you saw is void"):
        rule(case, request, former, approval())


def test_a_recommendation_of_another_request_decides_nothing(case: Case) -> None:
    request, _ = recommended(case)
    _, other = recommended(case)

    with pytest.raises(ChangedMeanwhile):
        rule(case, request, other, approval())


def test_a_request_that_went_back_to_the_agency_is_not_decided(case: Case) -> None:
    request, recommendation = recommended(case)
    ExemptionRequest.objects.filter(pk=request.pk).update(state=State.IN_REVIEW)

    with pytest.raises(WrongState, match="“in review” now"):
        rule(case, request, recommendation, approval())


def test_a_key_decides_one_request(case: Case) -> None:
    request, recommendation = recommended(case)
    other, of_other = recommended(case)
    key = uuid4()
    rule(case, request, recommendation, denial(), key=key)

    with pytest.raises(ChangedMeanwhile, match="Load it anew"):
        rule(case, other, of_other, denial(), key=key)


def test_what_is_incomplete_decides_nothing(case: Case) -> None:
    request, recommendation = recommended(case)

    with pytest.raises(Incomplete):
        rule(case, request, recommendation, denial(reasoning=""))

    assert not Decision.objects.exists()


def test_a_term_that_starts_before_the_decision_needs_words(case: Case) -> None:
    request, recommendation = recommended(case)
    early = approval(starts_on=TODAY - DAY, reasoning="")

    with pytest.raises(Incomplete, match="Approval before buying is the rule"):
        rule(case, request, recommendation, early)

    rule(case, request, recommendation, approval(starts_on=TODAY - DAY, reasoning="A storm."))
    request.refresh_from_db()
    assert request.starts_on == TODAY - DAY


@pytest.mark.parametrize("who", ["atr", "officer", "analyst", "auditor", "stranger"])
def test_nobody_else_decides(case: Case, who: str) -> None:
    request, recommendation = recommended(case)

    with pytest.raises(NotAllowed, match="Only the Deputy Director"):
        rule(case, request, recommendation, approval(), who)


@pytest.mark.parametrize("state", [State.SENT, State.IN_REVIEW, State.QUESTION_OUT])
def test_nothing_is_decided_before_it_is_recommended_on(case: Case, state: str) -> None:
    _, recommendation = recommended(case)

    with pytest.raises(WrongState):
        rule(case, make_request(case, state), recommendation, approval())


def test_a_delegation_ends_with_its_last_day(case: Case) -> None:
    request, recommendation = recommended(case)
    appointment = make_appointment(Role.DEPUTY_DELEGATE)
    type(appointment).objects.filter(pk=appointment.pk).update(until=TODAY)

    with pytest.raises(NotAllowed):
        rule(case, request, recommendation, approval(), access=as_of(appointment.user))
    earlier = as_of(appointment.user, TODAY - DAY)
    assert rule(case, request, recommendation, approval(), access=earlier).pk
