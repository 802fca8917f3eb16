"""The review, page by page: who is shown what, what is typed stays, a second click does nothing."""

from typing import Any

import pytest

from exemptions.models import ExemptionRequest, Note, Question, RequestState
from exemptions.services.working import note
from stmm.audit.models import Entry
from stmm.outbox.models import Notice, OutgoingMail
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.verdicts import recommended
from tests.factories import AT, Role, make_appointment
from tests.orders.pages import errors, goes_to, messages, page, post, text

State = RequestState
SECRET = "They asked for the same in 2024."


@pytest.fixture
def review(case: Case) -> ExemptionRequest:
    return make_request(case, State.IN_REVIEW)


def again(request: ExemptionRequest) -> ExemptionRequest:
    return ExemptionRequest.objects.get(pk=request.pk)


def test_an_analyst_takes_a_request(case: Case) -> None:
    request = make_request(case, State.SENT)
    assert "Take it" in text(page(case.analyst, "exemptions:request", request.pk))

    for _ in range(2):
        answer = post(case.analyst, "exemptions:assign", request.pk, analyst=case.analyst.pk)
        assert goes_to(answer, "exemptions:request", request.pk)

    assert messages(answer) == [f"{request} is yours to review."]
    assert again(request).state == State.IN_REVIEW
    assert "Take it" not in text(page(case.analyst, "exemptions:request", request.pk))


def test_another_takes_it_over_or_it_is_handed_over(case: Case, review: ExemptionRequest) -> None:
    other = make_appointment(Role.STND).user
    assert "Take it over" in text(page(other, "exemptions:request", review.pk))

    answer = post(case.analyst, "exemptions:assign", review.pk, analyst=other.pk)

    assert messages(answer) == [f"{review} is {other}’s to review."]
    assert again(review).analyst == other


def test_only_analysts_can_be_chosen(case: Case, review: ExemptionRequest) -> None:
    answer = post(case.analyst, "exemptions:assign", review.pk, analyst=case.deputy_director.pk)

    assert list(errors(answer)) == ["analyst"]


def test_a_question_and_its_answer(case: Case, review: ExemptionRequest) -> None:
    for _ in range(2):
        answer = post(case.analyst, "exemptions:ask", review.pk, text="Which sites?")
        assert goes_to(answer, "exemptions:request", review.pk)
    assert Question.objects.count() == 1
    assert "the clock stands still" in text(page(case.atr, "exemptions:request", review.pk))
    question = Question.objects.get()
    assert "Which sites?" in text(page(case.atr, "exemptions:answer", review.pk))

    for _ in range(2):
        answer = post(case.atr, "exemptions:answer", review.pk, question=question.pk, text="Both.")
        assert goes_to(answer, "exemptions:request", review.pk)

    shown = text(page(case.analyst, "exemptions:request", review.pk))
    assert "Both." in shown
    assert "the clock stands still" not in shown


def test_another_question_is_refused_with_what_was_typed(case: Case) -> None:
    request = make_request(case, State.QUESTION_OUT)

    answer = post(case.analyst, "exemptions:ask", request.pk, text="And when?")

    assert "“question with the agency” now" in errors(answer)["__all__"][0]
    assert "And when?" in answer.content.decode()


def test_an_empty_question_is_refused(case: Case, review: ExemptionRequest) -> None:
    assert list(errors(post(case.analyst, "exemptions:ask", review.pk, text=" "))) == ["text"]


def test_a_page_left_open_answers_no_later_question(case: Case) -> None:
    request = make_request(case, State.QUESTION_OUT)
    former = request.questions.get()
    post(case.analyst, "exemptions:take-question-back", request.pk, former.pk)
    post(case.analyst, "exemptions:ask", request.pk, text="Which counties?")

    answer = post(case.atr, "exemptions:answer", request.pk, question=former.pk, text="Both.")

    assert errors(answer)["__all__"] == [
        f"This question of {request} was taken back: it needs no answer."
    ]
    assert "Both." in answer.content.decode()


def test_a_question_of_another_request_is_not_answered(case: Case) -> None:
    request, other = (make_request(case, State.QUESTION_OUT) for _ in range(2))

    answer = post(
        case.atr, "exemptions:answer", request.pk, question=other.questions.get().pk, text="Both."
    )

    assert list(errors(answer)) == ["question"]


def test_a_question_of_another_request_is_not_taken_back(case: Case) -> None:
    request, other = (make_request(case, State.QUESTION_OUT) for _ in range(2))
    theirs = other.questions.get()

    answer = post(case.analyst, "exemptions:take-question-back", request.pk, theirs.pk)

    assert answer.status_code == 404


def test_where_no_question_waits_the_page_of_answers_leads_back(
    case: Case, review: ExemptionRequest
) -> None:
    assert goes_to(page(case.atr, "exemptions:answer", review.pk), "exemptions:request", review.pk)
    answer = post(case.atr, "exemptions:answer", review.pk, text="Both.")
    assert messages(answer) == [f"No question on {review} waits for an answer."]


@pytest.mark.parametrize("who", ["atr", "catr", "officer"])
def test_the_agency_never_sees_a_note(case: Case, review: ExemptionRequest, who: str) -> None:
    post(case.analyst, "exemptions:note", review.pk, text=SECRET)
    user = getattr(case, who)

    seen = [
        b"".join(answer) if answer.streaming else answer.content
        for answer in (
            page(user, "exemptions:request", review.pk),
            page(user, "exemptions:requests"),
            page(user, "exemptions:requests-csv"),
            page(user, "exemptions:requests-xlsx"),
            page(user, "agencies:detail", case.agency.pk),
            page(user, "notices:list"),
            page(user, "home"),
            page(user, "audit:list"),
            page(user, "audit:csv"),
        )
    ]

    assert not any(SECRET.encode() in content for content in seen)
    assert not any(b"nternal note" in content for content in seen)
    assert not Notice.objects.filter(text__contains=SECRET).exists()
    assert not OutgoingMail.objects.filter(text__contains=SECRET).exists()
    assert not Entry.objects.about(review).filter(reason__contains=SECRET).exists()


def test_who_is_of_the_agency_and_of_the_department_sees_no_note(
    case: Case, review: ExemptionRequest
) -> None:
    note(request=review, text=SECRET, access=as_of(case.analyst), at=AT)
    make_appointment(Role.ATR, case.agency, case.auditor)

    assert SECRET not in text(page(case.auditor, "exemptions:request", review.pk))


@pytest.mark.parametrize("who", ["analyst", "deputy_director", "delegate", "auditor"])
def test_the_department_and_auditors_see_notes(
    case: Case, review: ExemptionRequest, who: str
) -> None:
    for _ in range(2):
        post(case.analyst, "exemptions:note", review.pk, text=SECRET)

    assert Note.objects.count() == 1
    assert SECRET in text(page(getattr(case, who), "exemptions:request", review.pk))


@pytest.mark.parametrize("who", ["atr", "catr", "officer"])
def test_the_agency_sees_no_recommendation(case: Case, who: str) -> None:
    request, _ = recommended(case)

    shown = text(page(getattr(case, who), "exemptions:request", request.pk))

    assert "The sites were checked" not in shown
    assert "The agency does not see it" not in shown


ADVICE: dict[str, Any] = {
    "outcome": "approved",
    "reasons_ground": ["not_at_sites"],
    "starts_on": "2126-12-01",
    "last_day": "2127-03-01",
    "reasoning": "Each contractor was asked.",
    "conditions_text": "6/30/2126: Report\nTest first",
}


def test_an_analyst_recommends(case: Case, review: ExemptionRequest) -> None:
    assert "Earlier cases" in text(page(case.analyst, "exemptions:recommend", review.pk))

    for _ in range(2):
        answer = post(case.analyst, "exemptions:recommend", review.pk, **ADVICE)
        assert goes_to(answer, "exemptions:request", review.pk)

    recommendation = again(review).recommendations.get()
    assert recommendation.conditions == "2126-06-30: Report\nTest first"
    assert str(recommendation.until) == "2127-03-02"
    assert recommendation.items.count() == 2
    shown = text(page(case.analyst, "exemptions:request", review.pk))
    assert "Approve , from December 1, 2126 to March 1, 2127" in shown
    assert "Report (by June 30, 2126)" in shown


def test_a_part_is_typed_by_item(case: Case, review: ExemptionRequest) -> None:
    first, second = review.items.all()
    typed = ADVICE | {
        "outcome": "approved_in_part",
        "reasons_part": ["smaller_need"],
        f"quantity-{first.pk}": 4,
        f"amount-{first.pk}": "1200.50",
        f"quantity-{second.pk}": 0,
    }

    post(case.analyst, "exemptions:recommend", review.pk, **typed)

    item = again(review).recommendations.get().items.get()
    assert (item.item, item.quantity, str(item.amount)) == (first, 4, "1200.50")
    form = page(case.analyst, "exemptions:recommend", review.pk).context["form"]
    assert form[f"quantity-{first.pk}"].value() == 4
    assert form[f"quantity-{second.pk}"].value() is None
    assert form["conditions_text"].value() == "2126-06-30: Report\nTest first"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "returned"}, "outcome"),
        ({"reasons_ground": []}, "reasons_ground"),
        ({"reasoning": " "}, "reasoning"),
        ({"last_day": ""}, "last_day"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"conditions_text": "2/30/2126: Report"}, "conditions_text"),
        ({"conditions_text": "1/30/2020: Report"}, "__all__"),
        ({"outcome": "approved_in_part", "reasons_part": ["smaller_need"]}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    case: Case, review: ExemptionRequest, changes: dict[str, Any], field: str
) -> None:
    answer = post(case.analyst, "exemptions:recommend", review.pk, **ADVICE | changes)

    assert list(errors(answer)) == [field]
    assert answer.context["form"]["reasons_part"].value() == changes.get("reasons_part", [])
    assert again(review).state == State.IN_REVIEW


def test_a_new_recommendation_begins_with_what_stands(case: Case) -> None:
    request, recommendation = recommended(case)

    answer = page(case.analyst, "exemptions:recommend", request.pk)

    assert "A new recommendation voids that one" in text(answer)
    form = answer.context["form"]
    assert form["reasoning"].value() == recommendation.reasoning
    assert form["last_day"].value() == UNTIL.replace(day=1)


def test_who_wrote_a_request_gets_no_page_to_recommend(case: Case) -> None:
    request = make_request(case, State.IN_REVIEW, by=case.analyst)

    assert page(case.analyst, "exemptions:recommend", request.pk).status_code == 403
    shown = text(page(case.analyst, "exemptions:request", request.pk))
    assert "another analyst reviews it" in shown
