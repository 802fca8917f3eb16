"""Earlier cases: which decided requests are alike, the nearest first."""

import pytest

from exemptions.models import ExemptionRequest, RequestedItem, RequestState
from exemptions.reading.earlier import SHOWN, earlier_cases
from tests.catalog.factories import make_category, make_service
from tests.exemptions.factories import Case, make_request
from tests.exemptions.verdicts import approval, decided, denial, return_

State = RequestState


@pytest.fixture
def request_(case: Case) -> ExemptionRequest:
    return make_request(case, State.RECOMMENDED)


def elsewhere(case: Case, **changes: object) -> Case:
    """The same people, and services of another contract and category."""
    category = make_category("9.1", "Satellite services")
    services = [make_service(f"Link {number}", category=category) for number in range(2)]
    facts = {name: getattr(case, name) for name in Case.__dataclass_fields__}
    return Case(**facts | {"service": services[0], "other_service": services[1]} | changes)


def test_the_same_service_comes_before_the_same_source(case: Case) -> None:
    other = elsewhere(case)
    by_source = make_request(other, State.DENIED, proposed_source="sierra microwave")
    by_service = make_request(case, State.APPROVED, proposed_source="Another")
    make_request(other, State.DENIED, proposed_source="Another")
    asked = make_request(case, State.SENT)

    found = {each.request: each.alike for each in earlier_cases(asked)}

    assert list(found) == [by_service, by_source]
    assert "Same service" in found[by_service]
    assert found[by_source] == ("Same source",)


def test_a_service_of_the_same_category_is_alike(case: Case) -> None:
    sibling = make_service("Another VoIP", case.service.contract, category=case.service.category)
    other = elsewhere(case, service=sibling)
    make_request(other, State.DENIED, proposed_source="Another")
    asked = make_request(case, State.SENT)

    (found,) = earlier_cases(asked)

    assert found.alike == ("Same category",)


def test_the_same_ground_is_alike(case: Case) -> None:
    other = elsewhere(case)
    first, _ = decided(other, approval(), proposed_source="Another")
    decided(other, denial(), proposed_source="Another")
    asked = make_request(case, State.RECOMMENDED)

    assert earlier_cases(asked) == []
    (found,) = earlier_cases(asked, grounds=["not_at_sites", "no_such_code"])
    assert (found.request, found.alike) == (first, ("Same ground",))
    assert found.reasons == ("No CALNET service at the sites",)
    assert found.done == "approved"


def test_only_what_is_decided_is_an_earlier_case(case: Case, request_: ExemptionRequest) -> None:
    for state in (State.DRAFT, State.SENT, State.WITHDRAWN, State.QUESTION_OUT):
        make_request(case, state)
    decided(case, return_())
    granted = {make_request(case, state) for state in (State.APPROVED, State.REVOKED)}

    assert {each.request for each in earlier_cases(request_)} == granted


def test_a_return_before_the_decision_is_not_its_outcome(
    case: Case, request_: ExemptionRequest
) -> None:
    denied, _ = decided(case, denial())

    (found,) = earlier_cases(request_)

    assert (found.request, found.done) == (denied, "denied")


def test_a_request_in_words_without_a_source_is_like_no_other(case: Case) -> None:
    make_request(case, State.DENIED, proposed_source="")
    asked = ExemptionRequest.objects.get(pk=make_request(case, proposed_source="").pk)
    RequestedItem.objects.filter(request=asked).delete()
    RequestedItem.objects.create(request=asked, position=1, described="Smoke signals", quantity=1)

    assert earlier_cases(asked) == []


def test_a_reason_that_the_code_no_longer_knows_keeps_its_words(
    case: Case, request_: ExemptionRequest
) -> None:
    _, decision = decided(case, denial())
    decision.reasons.create(code="of_old", text="As it was then.")

    (found,) = earlier_cases(request_)

    assert found.reasons == ("CALNET meets the need", "As it was then.")


def test_no_more_are_shown_than_one_reads(case: Case, request_: ExemptionRequest) -> None:
    for _ in range(SHOWN + 1):
        make_request(case, State.DENIED)

    assert len(earlier_cases(request_)) == SHOWN
