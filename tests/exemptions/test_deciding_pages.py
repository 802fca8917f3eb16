"""The page on which a request is decided: the password, two people, two tabs, a stale page."""

from typing import Any
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from pytest_django.fixtures import Settings

from exemptions.models import Decision, ExemptionRequest, RequestState
from exemptions.services.recommending import recommend
from stmm.accounts.password_again import LOCKED, WRONG
from stmm.audit.models import Entry
from tests.exemptions.factories import Case, as_of, make_request
from tests.exemptions.verdicts import denial, recommended
from tests.factories import AT, PASSWORD
from tests.orders.pages import errors, goes_to, messages, page, post, text

State = RequestState


@pytest.fixture
def ready(case: Case) -> ExemptionRequest:
    return recommended(case)[0]


def again(request: ExemptionRequest) -> ExemptionRequest:
    return ExemptionRequest.objects.get(pk=request.pk)


def typed(request: ExemptionRequest, **changes: Any) -> dict[str, Any]:
    """A denial that lacks nothing, as the page of a recommended request sends it."""
    recommendation = request.recommendations.filter(voided_at__isnull=True).get()
    return {
        "recommendation": recommendation.pk,
        "key": uuid4(),
        "rows": 0,
        "outcome": "denied",
        "reasons_denial": ["calnet_meets_need"],
        "reasoning": "AT&T serves the summit.",
        "password": PASSWORD,
        **changes,
    }


def approved(request: ExemptionRequest, **changes: Any) -> dict[str, Any]:
    return typed(
        request,
        **{
            "outcome": "approved",
            "reasons_ground": ["not_at_sites"],
            "starts_on": "2126-12-01",
            "last_day": "2127-03-01",
            "rows": 3,
            "condition-1": "Report",
            "due-1": "2126-12-31",
            "condition-3": "Test first",
            **changes,
        },
    )


def test_the_page_shows_what_it_takes_to_decide(case: Case, ready: ExemptionRequest) -> None:
    shown = text(page(case.deputy_director, "exemptions:decide", ready.pk))

    for words in (
        "The sites were checked with each contractor.",
        "No CALNET contractor serves the summit.",
        "Earlier cases",
        "You decide as Deputy Director.",
        "Your password",
    ):
        assert words in shown


def test_the_form_begins_with_what_is_recommended(case: Case, ready: ExemptionRequest) -> None:
    form = page(case.delegate, "exemptions:decide", ready.pk).context["form"]

    assert form["outcome"].value() == "approved"
    assert form["starts_on"].value() == ready.recommendations.get().starts_on
    assert len(form.condition_rows) == 4


@pytest.mark.parametrize("who", ["deputy_director", "delegate"])
def test_an_approval_with_conditions(case: Case, ready: ExemptionRequest, who: str) -> None:
    form = approved(ready)

    for _ in range(2):
        answer = post(getattr(case, who), "exemptions:decide", ready.pk, **form)
        assert goes_to(answer, "exemptions:request", ready.pk)
        assert messages(answer) == [f"{ready} is approved."]

    decision = Decision.objects.get()
    assert [(str(c.due_on), c.text) for c in decision.conditions.all()] == [
        ("2126-12-31", "Report"),
        ("None", "Test first"),
    ]
    assert str(again(ready).until) == "2127-03-02"
    assert Entry.objects.about(ready).filter(action="decide_exemption_request").count() == 1
    shown = text(page(case.atr, "exemptions:request", ready.pk))
    assert "Approved , from December 1, 2126 to March 1, 2127" in shown


def test_a_part_is_granted_by_item(case: Case, ready: ExemptionRequest) -> None:
    first, second = ready.items.all()
    form = approved(
        ready,
        outcome="approved_in_part",
        reasons_part=["smaller_need"],
        **{f"quantity-{first.pk}": 4, f"quantity-{second.pk}": ""},
    )

    post(case.deputy_director, "exemptions:decide", ready.pk, **form)

    assert Decision.objects.get().items.get().quantity == 4


def test_a_return_puts_the_question(case: Case, ready: ExemptionRequest) -> None:
    form = typed(ready, outcome="returned", reasons_return=["charges_missing"])

    answer = post(case.deputy_director, "exemptions:decide", ready.pk, **form)

    assert messages(answer) == [f"{ready} is returned with a question."]
    assert again(ready).state == State.QUESTION_OUT
    shown = text(page(case.atr, "exemptions:request", ready.pk))
    assert "Give the charges of the proposed source" in shown
    assert "Answer" in shown


def test_a_wrong_password_decides_nothing_and_keeps_what_was_typed(
    case: Case, ready: ExemptionRequest
) -> None:
    form = typed(ready, password="a guess", reasoning="Words that took an hour.")

    answer = post(case.deputy_director, "exemptions:decide", ready.pk, **form)

    assert errors(answer) == {"password": [WRONG]}
    assert "Words that took an hour." in answer.content.decode()
    assert "a guess" not in answer.content.decode()
    assert answer.context["form"]["reasons_denial"].value() == ["calnet_meets_need"]
    assert again(ready).state == State.RECOMMENDED
    assert AccessAttempt.objects.get().failures_since_start == 1


def test_guessing_at_an_unattended_screen_soon_ends(
    case: Case, ready: ExemptionRequest, settings: Settings
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        post(case.deputy_director, "exemptions:decide", ready.pk, **typed(ready, password="x"))

    answer = post(case.deputy_director, "exemptions:decide", ready.pk, **typed(ready))

    assert errors(answer) == {"password": [LOCKED]}
    assert "AT&amp;T serves the summit." in answer.content.decode()
    assert again(ready).state == State.RECOMMENDED


def test_a_wrong_password_tells_nothing_of_what_happened_meanwhile(
    case: Case, ready: ExemptionRequest
) -> None:
    form = typed(ready, password="a guess")
    before = errors(post(case.delegate, "exemptions:decide", ready.pk, **form))
    post(case.deputy_director, "exemptions:decide", ready.pk, **typed(ready))

    assert errors(post(case.delegate, "exemptions:decide", ready.pk, **form)) == before


def test_what_is_wrong_is_said_before_the_password_is_tried(
    case: Case, ready: ExemptionRequest
) -> None:
    form = typed(ready, reasoning="", reasons_denial=[], password="a guess")

    answer = post(case.deputy_director, "exemptions:decide", ready.pk, **form)

    assert set(errors(answer)) == {"reasoning", "reasons_denial"}
    assert not AccessAttempt.objects.exists()


def test_a_term_that_starts_before_today_needs_words_and_is_flagged(
    case: Case, ready: ExemptionRequest
) -> None:
    assert "The recommended term starts before today" in text(
        page(case.deputy_director, "exemptions:decide", ready.pk)
    )
    early = {"starts_on": "2026-03-02", "reasoning": ""}

    answer = post(case.deputy_director, "exemptions:decide", ready.pk, **approved(ready, **early))
    assert list(errors(answer)) == ["reasoning"]

    early["reasoning"] = "The storm took the fibre."
    post(case.deputy_director, "exemptions:decide", ready.pk, **approved(ready, **early))
    shown = text(page(case.atr, "exemptions:request", ready.pk))
    assert "after its first day: approval before buying is the rule" in shown


def test_the_second_of_two_people_is_told_by_whom_and_what(
    case: Case, ready: ExemptionRequest
) -> None:
    theirs = approved(ready)
    post(case.deputy_director, "exemptions:decide", ready.pk, **typed(ready))

    answer = post(case.delegate, "exemptions:decide", ready.pk, **theirs)

    assert goes_to(answer, "exemptions:request", ready.pk)
    assert messages(answer) == [
        (
            f"{case.deputy_director.name}, Deputy Director, has decided {ready} meanwhile:"
            " it is denied. Nothing of yours was kept."
        )
    ]


def test_a_second_tab_of_the_same_person_decides_nothing_more(
    case: Case, ready: ExemptionRequest
) -> None:
    first, second = typed(ready), approved(ready)
    post(case.deputy_director, "exemptions:decide", ready.pk, **first)

    answer = post(case.deputy_director, "exemptions:decide", ready.pk, **second)

    assert "has decided" in messages(answer)[0]
    assert Decision.objects.count() == 1


def test_a_stale_page_shows_the_newer_recommendation(case: Case, ready: ExemptionRequest) -> None:
    stale = approved(ready)
    recommend(request=ready, verdict=denial(), access=as_of(case.analyst), at=AT)

    answer = post(case.deputy_director, "exemptions:decide", ready.pk, **stale)

    assert "The recommendation on" in messages(answer)[0]
    assert again(ready).state == State.RECOMMENDED


@pytest.mark.parametrize("what", ["", "x", "0", "9" * 30])
def test_a_page_that_names_no_recommendation_decides_nothing(
    case: Case, ready: ExemptionRequest, what: str
) -> None:
    form = typed(ready, recommendation=what)

    answer = post(case.deputy_director, "exemptions:decide", ready.pk, **form)

    assert goes_to(answer, "exemptions:request", ready.pk)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("rows", ["", "x", "-1", "99999", "61"])
def test_a_number_of_rows_that_no_page_has_is_refused(
    case: Case, ready: ExemptionRequest, rows: str
) -> None:
    answer = post(case.deputy_director, "exemptions:decide", ready.pk, **typed(ready, rows=rows))

    assert "rows" in errors(answer)
    assert not Decision.objects.exists()


def test_what_is_decided_has_no_page_to_decide(case: Case) -> None:
    request = make_request(case, State.DENIED)

    answer = page(case.deputy_director, "exemptions:decide", request.pk)

    assert goes_to(answer, "exemptions:request", request.pk)


def test_the_button_says_why_it_is_disabled(case: Case, ready: ExemptionRequest) -> None:
    ready.contributors.create(user=case.deputy_director, part="signed")

    shown = text(page(case.deputy_director, "exemptions:request", ready.pk))

    assert f"You can’t decide {ready}: you signed it." in shown
