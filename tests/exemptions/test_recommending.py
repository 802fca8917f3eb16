"""The analyst's advice: what it needs, what voids it, who may give it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from exemptions.models import Contributor, ExemptionRequest, RequestState
from exemptions.models.case import Outcome
from exemptions.services.recommending import recommend, void_recommendation
from exemptions.verdict import Portion, Verdict, Wanted, conditions_in, problems_of, verdict_of
from stmm.audit.models import Entry
from stmm.outbox.models import Notice
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.verdicts import approval, denial, in_part, recommended, return_
from tests.factories import AT, TODAY, Role, make_agency, make_appointment

State = RequestState
DAY = timedelta(days=1)


@pytest.fixture
def review(case: Case) -> ExemptionRequest:
    return make_request(case, State.IN_REVIEW)


def advise(case: Case, request: ExemptionRequest, verdict: Verdict, who: str = "analyst") -> Any:
    return recommend(request=request, verdict=verdict, access=as_of(getattr(case, who)), at=AT)


def steps(refusal: Incomplete) -> list[str]:
    return [problem.step for problem in refusal.problems]


def test_a_recommendation_makes_a_request_ready_to_be_decided(
    case: Case, review: ExemptionRequest
) -> None:
    wanted = approval(conditions=(Wanted("Report", TODAY + DAY), Wanted("Test first")))

    first, second = (advise(case, review, wanted) for _ in range(2))

    assert first == second
    review.refresh_from_db()
    assert review.state == State.RECOMMENDED
    assert verdict_of(first) == wanted
    assert first.version == review.sent.get()
    assert [item.quantity for item in first.items.all()] == [10, 10]
    assert Contributor.objects.filter(user=case.analyst, part="recommended").count() == 1


def test_what_is_recommended_is_not_in_the_history_that_the_agency_reads(
    case: Case, review: ExemptionRequest
) -> None:
    advise(case, review, approval(reasoning="Between us."))

    entry = Entry.objects.about(review).get()
    assert entry.action == "recommend_on_exemption_request"
    assert "Between us" not in entry.changes_json + entry.reason
    assert "pprove" not in entry.changes_json


def test_the_deputy_director_and_delegates_are_told_unless_they_had_a_hand_in_it(
    case: Case, review: ExemptionRequest
) -> None:
    Contributor.objects.create(request=review, user=case.delegate, part="wrote")

    advise(case, review, approval())

    notice = Notice.objects.get()
    assert notice.user == case.deputy_director
    assert notice.subject == f"{review} is ready to be decided"
    assert "recommends: approve" in notice.text


def test_a_delegate_who_acts_for_the_agency_is_not_told_what_is_advised(
    case: Case, review: ExemptionRequest
) -> None:
    make_appointment(Role.CATR, make_agency(), case.deputy_director)
    make_appointment(Role.ATR, case.agency, case.delegate)

    advise(case, review, approval())

    assert Notice.objects.get().user == case.deputy_director


def test_a_part_is_recommended_by_items_quantities_and_amounts(
    case: Case, review: ExemptionRequest
) -> None:
    first, _ = review.items.all()
    wanted = in_part(review, portions={first.pk: Portion(4, Decimal("1200.00"))})

    assert verdict_of(advise(case, review, wanted)) == wanted


def test_a_new_recommendation_voids_the_former_which_is_kept(case: Case) -> None:
    request, former = recommended(case)

    newer = advise(case, request, denial())

    former.refresh_from_db()
    assert (former.voided_at, former.voided_because) == (AT, "Recommended anew.")
    assert newer.voided_at is None
    request.refresh_from_db()
    assert request.state == State.RECOMMENDED


def test_what_is_void_is_not_voided_again(case: Case) -> None:
    request, _ = recommended(case)

    assert void_recommendation(request=request, because="Taken back", at=AT)
    assert not void_recommendation(request=request, because="Again", at=AT)
    assert request.recommendations.get().voided_because == "Taken back"


@pytest.mark.parametrize("who", ["atr", "officer", "deputy_director", "delegate", "auditor"])
def test_only_analysts_recommend(case: Case, review: ExemptionRequest, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only an STND analyst"):
        advise(case, review, approval(), who)


@pytest.mark.parametrize("part", ["wrote", "signed"])
def test_nobody_recommends_on_what_they_wrote_or_signed(
    case: Case, review: ExemptionRequest, part: str
) -> None:
    Contributor.objects.create(request=review, user=case.analyst, part=part)

    with pytest.raises(NotAllowed, match=f"{part} {review}: another analyst reviews it"):
        advise(case, review, approval())


def test_nobody_recommends_for_their_own_agency(case: Case, review: ExemptionRequest) -> None:
    make_appointment(Role.AIO, case.agency, case.analyst)

    with pytest.raises(NotAllowed, match="acts for Highway Patrol too"):
        advise(case, review, approval())


@pytest.mark.parametrize("state", [State.SENT, State.QUESTION_OUT, State.APPROVED, State.DENIED])
def test_only_what_is_in_review_is_recommended_on(case: Case, state: str) -> None:
    with pytest.raises(WrongState):
        advise(case, make_request(case, state), approval())


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"reasoning": ""}, ["reasoning"]),
        ({"reason_codes": ()}, ["reasons_ground"]),
        ({"reason_codes": ("calnet_meets_need",)}, ["outcome", "reasons_ground"]),
        ({"reason_codes": ("not_at_sites", "no_such_reason")}, ["outcome"]),
        ({"starts_on": None}, ["starts_on"]),
        ({"until": None}, ["last_day"]),
        ({"starts_on": None, "until": None}, ["starts_on", "last_day"]),
        ({"starts_on": UNTIL}, ["last_day"]),
        ({"starts_on": TODAY - 9 * DAY, "until": TODAY}, ["last_day"]),
        ({"starts_on": TODAY - DAY, "reasoning": ""}, ["reasoning"]),
        ({"conditions": (Wanted("Report", TODAY - DAY),)}, ["conditions"]),
        ({"conditions": (Wanted("", TODAY),)}, ["conditions"]),
        ({"conditions": (Wanted("x" * 1001),)}, ["conditions"]),
        ({"portions": {1: Portion(1)}}, ["outcome"]),
    ],
)
def test_an_approval_lacks_something(
    case: Case, review: ExemptionRequest, changes: dict[str, Any], where: list[str]
) -> None:
    with pytest.raises(Incomplete) as refused:
        advise(case, review, approval(**changes))

    assert steps(refused.value) == where
    review.refresh_from_db()
    assert review.state == State.IN_REVIEW


@pytest.mark.parametrize(
    ("verdict", "where"),
    [
        (denial(reasoning=""), ["reasoning"]),
        (denial(reason_codes=()), ["reasons_denial"]),
        (denial(starts_on=TODAY), ["outcome"]),
        (denial(conditions=(Wanted("Report"),)), ["outcome"]),
        (return_(), ["outcome"]),
        (approval(outcome=Outcome.APPROVED_IN_PART), ["reasons_part", "portions"]),
    ],
)
def test_another_outcome_lacks_something(
    case: Case, review: ExemptionRequest, verdict: Verdict, where: list[str]
) -> None:
    with pytest.raises(Incomplete) as refused:
        advise(case, review, verdict)

    assert steps(refused.value) == where


def test_a_part_is_of_the_items_and_less_than_all(case: Case, review: ExemptionRequest) -> None:
    first, second = review.items.all()
    other = make_request(case).items.all()[0]

    def said(portions: dict[int, Portion]) -> list[str]:
        found = problems_of(in_part(review, portions=portions), review.items.all(), on=TODAY)
        return [problem.message for problem in found]

    assert said({first.pk: Portion(10)}) == []
    assert said({first.pk: Portion(10), second.pk: Portion(10, Decimal("5.00"))}) == []
    assert said({first.pk: Portion(11)}) == [f"{first}: grant between 1 and 10."]
    assert said({first.pk: Portion(0)}) == [f"{first}: grant between 1 and 10."]
    assert "more than nothing" in said({first.pk: Portion(1, Decimal(0))})[0]
    assert said({other.pk: Portion(1)}) == ["These are not the items of this request."]
    assert "all that was asked for" in said({first.pk: Portion(10), second.pk: Portion(10)})[0]


def test_conditions_are_one_a_line_with_a_day_before_them() -> None:
    text = "Report the costs\n\n 6/30/2027: Report again \nBy 2027-01-04: Test\n7 sites: check"

    found = conditions_in(text)

    assert [(each.text, each.due_on and each.due_on.isoformat()) for each in found] == [
        ("Report the costs", None),
        ("Report again", "2027-06-30"),
        ("Test", "2027-01-04"),
        ("7 sites: check", None),
    ]
    assert conditions_in("\n".join(map(str, found))) == found


@pytest.mark.parametrize("line", ["2027-02-30: Report", "13/1/2027: Report", "0/0/2027: x"])
def test_a_day_of_a_condition_is_a_day(line: str) -> None:
    with pytest.raises(ValueError, match="is not a day"):
        conditions_in(line)
