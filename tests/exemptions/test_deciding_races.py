"""Two people, or one twice, at the same moment: one decision, and everybody else is told.

SQLite queues writers anyway; it is PostgreSQL where these would go wrong.
"""

from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from exemptions.models import Decision, ExemptionRequest, Question, RequestState
from exemptions.services.deciding import decide
from exemptions.services.recommending import recommend
from exemptions.services.working import ask, assign
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import ChangedMeanwhile, WrongState
from tests.exemptions.factories import Case, as_of, make_case, make_request
from tests.exemptions.verdicts import approval, denial, return_
from tests.factories import AT
from tests.orders.test_races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)
State = RequestState
VERDICTS = (approval(), denial(), return_())


@pytest.fixture
def case(transactional_db: None) -> Case:
    return make_case()


def deciding(case: Case, request: ExemptionRequest, number: int) -> Callable[[], object]:
    """One of many who decide at once: by turns the Deputy Director and the delegate."""
    user = case.delegate if number % 2 else case.deputy_director
    recommendation, access = request.recommendations.get(), as_of(user)

    def act() -> Decision:
        return decide(
            request=request,
            recommendation=recommendation,
            verdict=VERDICTS[number % len(VERDICTS)],
            key=uuid4(),
            access=access,
            at=AT,
        )

    return act


def assert_decided_once(request: ExemptionRequest, results: list[object]) -> None:
    decision = Decision.objects.get(request=request)
    told = Counter(result for result in results if not isinstance(result, Decision))
    assert [result for result in results if isinstance(result, Decision)] == [decision]
    assert told == {WrongState: len(results) - 1}
    decisions = Entry.objects.about(request).filter(action="decide_exemption_request")
    assert decisions.count() == 1


def test_of_many_decisions_at_once_one_is_made(case: Case) -> None:
    for _ in range(4):
        request = make_request(case, State.RECOMMENDED)

        results = at_once(*(deciding(case, request, number) for number in range(AT_ONCE)))

        assert_decided_once(request, results)
    assert verify().faults == ()


def test_one_page_sent_many_times_at_once_decides_once(case: Case) -> None:
    request, key = make_request(case, State.RECOMMENDED), uuid4()
    recommendation, access = request.recommendations.get(), as_of(case.deputy_director)

    def act() -> Decision:
        return decide(
            request=request,
            recommendation=recommendation,
            verdict=approval(),
            key=key,
            access=access,
            at=AT,
        )

    results = at_once(*[act] * AT_ONCE)

    assert set(results) == {Decision.objects.get()}


def test_a_decision_and_a_question_at_once_are_one_after_the_other(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    analyst = as_of(case.analyst)

    def asking() -> Question:
        return ask(request=request, text="Which sites?", access=analyst, at=AT)

    results = at_once(deciding(case, request, 0), asking)

    assert len([each for each in results if isinstance(each, Decision | Question)]) == 1
    request.refresh_from_db()
    is_decided = isinstance(results[0], Decision)
    assert request.state == (State.APPROVED if is_decided else State.QUESTION_OUT)


def test_a_decision_and_a_new_recommendation_at_once_leave_nothing_between(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    analyst = as_of(case.analyst)

    def advising() -> object:
        return recommend(request=request, verdict=denial(), access=analyst, at=AT)

    results = at_once(deciding(case, request, 0), advising)

    valid = request.recommendations.filter(voided_at__isnull=True).get()
    if isinstance(results[0], Decision):
        assert (results[0].recommendation, results[1]) == (valid, WrongState)
    else:
        assert results == [ChangedMeanwhile, valid]


def test_many_who_take_a_request_at_once_begin_one_review(case: Case) -> None:
    request = make_request(case, State.SENT)
    analyst = as_of(case.analyst)

    def taking() -> ExemptionRequest:
        return assign(request=request, analyst=case.analyst, access=analyst, at=AT)

    at_once(*[taking] * AT_ONCE)

    assert Entry.objects.about(request).count() == 1
