"""Which exemptions are facts for the policy, on which day, as known when."""

from datetime import date, timedelta

import pytest

from exemptions.in_effect import exemption_of, granted_to
from exemptions.models import ExemptionRequest, RequestState
from stmm.policy.facts import NO_EXEMPTION, ExemptionState
from tests.exemptions.factories import UNTIL, Case, make_request
from tests.factories import AT, TODAY

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "fact"),
    [
        (RequestState.DRAFT, ExemptionState.NONE),
        (RequestState.WITHDRAWN, ExemptionState.NONE),
        (RequestState.SENT, ExemptionState.PENDING),
        (RequestState.IN_REVIEW, ExemptionState.PENDING),
        (RequestState.QUESTION_OUT, ExemptionState.PENDING),
        (RequestState.RECOMMENDED, ExemptionState.PENDING),
        (RequestState.APPROVED, ExemptionState.APPROVED),
        (RequestState.EXPIRED, ExemptionState.APPROVED),
        (RequestState.DENIED, ExemptionState.DENIED),
        (RequestState.REVOKED, ExemptionState.REVOKED),
    ],
)
def test_each_state_of_a_request_is_a_fact(case: Case, state: str, fact: ExemptionState) -> None:
    request = make_request(case, state)

    assert exemption_of(request, request.items.all()[0]).state is fact


def test_an_item_that_was_not_granted_is_denied_beside_one_that_was(case: Case) -> None:
    request = make_request(case, RequestState.APPROVED, granted=0)
    first, second = request.items.all()

    assert exemption_of(request, first).state is ExemptionState.DENIED
    assert exemption_of(request, second).covers(TODAY)


def test_before_its_moment_nothing_is_known(case: Case) -> None:
    request = make_request(case, RequestState.APPROVED)
    item = request.items.all()[0]

    assert exemption_of(request, item, known_at=AT - DAY) == NO_EXEMPTION
    assert exemption_of(request, item, known_at=AT).state is ExemptionState.APPROVED


def test_between_sending_and_decision_it_was_pending(case: Case) -> None:
    request = make_request(case, RequestState.DENIED)
    ExemptionRequest.objects.filter(pk=request.pk).update(closed_at=AT + 2 * DAY)
    request.refresh_from_db()

    known = exemption_of(request, request.items.all()[0], known_at=AT + DAY)

    assert known.state is ExemptionState.PENDING


def test_before_its_revocation_an_exemption_held(case: Case) -> None:
    request = make_request(case, RequestState.REVOKED)
    item = request.items.all()[0]

    assert exemption_of(request, item, known_at=AT + DAY).covers(TODAY)
    assert exemption_of(request, item, known_at=AT + 31 * DAY).state is ExemptionState.REVOKED


@pytest.mark.parametrize(
    ("on", "held"), [(TODAY - DAY, False), (TODAY, True), (UNTIL - DAY, True), (UNTIL, False)]
)
def test_an_exemption_holds_exactly_in_its_term(case: Case, on: date, held: bool) -> None:
    make_request(case, RequestState.EXPIRED)

    assert bool(granted_to(case.agency, on=on)) is held


def test_what_is_granted_is_found_by_service(case: Case) -> None:
    request = make_request(case, RequestState.APPROVED, granted=0)
    make_request(case, RequestState.REVOKED)

    found = granted_to(case.agency, on=TODAY)

    assert list(found) == [case.other_service.pk]
    assert [each.request for each in found[case.other_service.pk]] == [request]
    assert found[case.other_service.pk][0].exemption.reference == request.number
