"""A purchase takes of what an exemption grants, once, and only where the exemption covers it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from exemptions.models import ExemptionRequest, RequestState, Use
from exemptions.reading.cover import NotCovered, Obstacle
from exemptions.reading.remaining import Remaining, remaining
from exemptions.services.locking import lock
from exemptions.services.using import release
from stmm.audit.models import Entry
from stmm.policy import editions
from stmm.policy.editions import STMM_2013
from stmm.refusals import NotAllowed, WrongState
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.living import (
    KIND,
    buy,
    first_item,
    granted,
    left_of,
    make_condition,
    make_delegation,
)
from tests.factories import AT, TODAY

State = RequestState
DAY = timedelta(days=1)


@pytest.fixture
def approved(case: Case) -> ExemptionRequest:
    return make_request(case, State.APPROVED, granted=3, amount=Decimal("300.00"))


def obstacle(case: Case, request: ExemptionRequest, **purchase: object) -> NotCovered:
    with pytest.raises(NotCovered) as refused:
        buy(case, first_item(request), **purchase)  # type: ignore[arg-type]
    assert not Use.objects.exists()
    return refused.value


@pytest.mark.parametrize("who", ["catr", "atr", "officer"])
def test_a_purchase_takes_of_the_item_and_the_case_says_so(
    case: Case, approved: ExemptionRequest, who: str
) -> None:
    buy(case, first_item(approved), by=getattr(case, who), quantity=2, amount="160.00")

    assert left_of(first_item(approved)) == Remaining(3, Decimal("300.00"), 2, Decimal("160.00"))
    entry = Entry.objects.about(approved).last()
    assert entry is not None
    assert (entry.action, entry.actor) == ("use_exemption", getattr(case, who))
    assert '"quantity": [null, 2]' in entry.changes_json


def test_the_same_purchase_twice_takes_once(case: Case, approved: ExemptionRequest) -> None:
    first = buy(case, first_item(approved), key="7", quantity=2)
    entries = Entry.objects.count()

    assert buy(case, first_item(approved), key="7", quantity=2) == first
    assert (Use.objects.count(), Entry.objects.count()) == (1, entries)


def test_a_purchase_relies_on_one_exemption(case: Case, approved: ExemptionRequest) -> None:
    other = make_request(case, State.APPROVED)
    buy(case, first_item(approved), key="7")

    with pytest.raises(WrongState, match=f"relies on {approved} already"):
        buy(case, first_item(other), key="7")
    with pytest.raises(WrongState, match="already"):
        buy(case, first_item(approved), key="7", quantity=2)


def test_what_is_left_is_used_up_to_the_last_unit_and_no_further(
    case: Case, approved: ExemptionRequest
) -> None:
    item = first_item(approved)
    buy(case, item, quantity=2)

    with pytest.raises(NotCovered, match="has 1 of 3 left of Converged VoIP, and this purchase"):
        buy(case, item, quantity=2)
    buy(case, item, quantity=1)
    assert left_of(item).is_used_up


def test_the_amount_is_a_limit_too(case: Case, approved: ExemptionRequest) -> None:
    item = first_item(approved)
    buy(case, item, amount="200.00")

    with pytest.raises(NotCovered) as refused:
        buy(case, item, amount="100.01")
    assert refused.value.obstacle == Obstacle.AMOUNT
    assert "has $100.00 of $300.00 left" in str(refused.value)
    buy(case, item, amount="100.00")
    assert left_of(item).is_used_up


def test_an_item_without_a_limit_takes_any_amount(case: Case) -> None:
    item = first_item(make_request(case, State.APPROVED))
    buy(case, item, amount="999999.00")

    left = left_of(item)
    assert (left.amount_left, left.quantity_left, left.is_used_up) == (None, 9, False)


@pytest.mark.parametrize("state", [State.APPROVED, State.EXPIRED])
@pytest.mark.parametrize("on", [TODAY, UNTIL - DAY])
def test_the_term_is_covered_from_its_first_day_through_its_last(
    case: Case, state: str, on: date
) -> None:
    assert buy(case, first_item(make_request(case, state)), on=on).used_on == on


@pytest.mark.parametrize("on", [TODAY - DAY, UNTIL])
def test_outside_the_term_nothing_relies_on_it(
    case: Case, approved: ExemptionRequest, on: date
) -> None:
    found = obstacle(case, approved, on=on)

    assert found.obstacle == Obstacle.OUT_OF_TERM
    assert "from March 2, 2026 through March 1, 2027" in str(found)


def test_nothing_relies_on_a_revoked_exemption(case: Case) -> None:
    found = obstacle(case, make_request(case, State.REVOKED))

    assert (found.obstacle, "was revoked" in str(found)) == (Obstacle.REVOKED, True)


def test_another_agencys_exemption_is_of_no_use(case: Case, approved: ExemptionRequest) -> None:
    theirs = as_of(case.stranger)
    found = obstacle(case, approved, agency=theirs.appointments[0].agency, access=theirs)

    assert (found.obstacle, "Highway Patrol" in str(found)) == (Obstacle.ANOTHER_AGENCY, False)


@pytest.mark.parametrize("who", ["analyst", "deputy_director", "auditor", "stranger"])
def test_only_people_of_the_agency_rely_on_it(
    case: Case, approved: ExemptionRequest, who: str
) -> None:
    with pytest.raises(NotAllowed, match="Only a CATR, ATR or Agency Information Officer"):
        buy(case, first_item(approved), by=getattr(case, who))


def test_what_is_due_before_the_first_purchase_is_met_before_it(
    case: Case, approved: ExemptionRequest
) -> None:
    condition = make_condition(approved)
    make_condition(approved, due_on=UNTIL)

    found = obstacle(case, approved)
    assert found.obstacle == Obstacle.CONDITION
    assert "“Send STND the list of sites.”" in str(found)

    type(condition).objects.filter(pk=condition.pk).update(
        met_at=AT, met_by=case.atr, how_met="Sent on March 1."
    )
    assert buy(case, first_item(approved)).pk


@pytest.fixture
def stricter(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition in force from TODAY that asks for a delegation beside the exemption."""
    edition = replace(
        STMM_2013, key="stmm-test", in_force_from=TODAY, exemption_needs_delegation=True
    )
    monkeypatch.setattr(editions, "EDITIONS", (STMM_2013, edition))


def test_the_2013_edition_asks_for_no_delegation(case: Case, approved: ExemptionRequest) -> None:
    assert not STMM_2013.exemption_needs_delegation
    assert buy(case, first_item(approved)).pk


@pytest.mark.usefixtures("stricter")
def test_an_edition_may_ask_for_a_delegation_in_effect_on_the_day(
    case: Case, approved: ExemptionRequest
) -> None:
    rows = ExemptionRequest.objects.filter(pk=approved.pk)
    assert obstacle(case, approved).obstacle == Obstacle.DELEGATION

    ended = make_delegation(case, starts_on=TODAY - 9 * DAY, until=TODAY)
    rows.update(delegation=ended)
    assert "in effect on March 2, 2026, and none" in str(obstacle(case, approved))

    withdrawn = make_delegation(
        case, reference="GTD-2026-015", withdrawn_at=AT, withdrawn_because="Given in error"
    )
    rows.update(delegation=withdrawn)
    assert obstacle(case, approved).obstacle == Obstacle.DELEGATION

    rows.update(delegation=make_delegation(case, reference="GTD-2026-016"))
    assert buy(case, first_item(approved)).pk


@pytest.mark.usefixtures("stricter")
def test_a_delegation_of_another_agency_does_not_help(
    case: Case, approved: ExemptionRequest
) -> None:
    theirs = as_of(case.stranger).appointments[0].agency
    ExemptionRequest.objects.filter(pk=approved.pk).update(
        delegation=make_delegation(case, agency=theirs)
    )

    assert obstacle(case, approved).obstacle == Obstacle.DELEGATION


@pytest.mark.usefixtures("stricter")
def test_a_purchase_before_the_edition_is_judged_by_the_one_then_in_force(case: Case) -> None:
    request = make_request(case, State.APPROVED, starts_on=TODAY - 9 * DAY)

    assert buy(case, first_item(request), on=TODAY - DAY).pk


def test_a_withdrawn_purchase_gives_back_what_it_took(
    case: Case, approved: ExemptionRequest
) -> None:
    item = first_item(approved)
    use = buy(case, item, key="7", quantity=3)
    told = {"kind": KIND, "key": "7", "reason": "Recorded twice", "access": as_of(case.catr)}

    released = release(**told, at=AT)  # type: ignore[arg-type]
    entries = Entry.objects.count()

    assert released == use
    assert left_of(item).quantity_left == 3
    assert release(**told, at=AT) is None  # type: ignore[arg-type]
    assert Entry.objects.count() == entries
    assert buy(case, item, key="7", quantity=3) != use


def test_who_finds_it_given_back_meanwhile_gives_nothing_back(
    case: Case, approved: ExemptionRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    buy(case, first_item(approved), key="7")

    def give_back() -> Use | None:
        access = as_of(case.catr)
        return release(kind=KIND, key="7", reason="Twice", access=access, at=AT)

    def slow(request: ExemptionRequest) -> ExemptionRequest:
        monkeypatch.setattr("exemptions.services.using.lock", lock)
        give_back()
        return lock(request)

    monkeypatch.setattr("exemptions.services.using.lock", slow)

    assert give_back() is None
    assert Entry.objects.filter(action="release_exemption").count() == 1


def test_only_people_of_the_agency_give_back(case: Case, approved: ExemptionRequest) -> None:
    buy(case, first_item(approved), key="7")

    with pytest.raises(NotAllowed):
        release(kind=KIND, key="7", reason="No", access=as_of(case.stranger), at=AT)


@pytest.mark.parametrize("state", [State.DRAFT, State.SENT, State.RECOMMENDED, State.DENIED])
def test_nothing_relies_on_a_request_that_was_not_approved(case: Case, state: str) -> None:
    found = obstacle(case, make_request(case, state))

    assert (found.obstacle, "is not approved" in str(found)) == (Obstacle.NOT_APPROVED, True)


def test_an_item_that_was_not_granted_is_not_bought(case: Case) -> None:
    found = obstacle(case, make_request(case, State.APPROVED, granted=0))

    assert found.obstacle == Obstacle.NOT_GRANTED
    assert "approved, but not for Converged VoIP" in str(found)


def test_what_is_left_of_many_items_is_one_query(
    case: Case, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    items = [first_item(make_request(case, State.APPROVED)) for _ in range(3)]
    buy(case, items[0], quantity=4)
    decided = [granted(item) for item in items]

    with django_assert_num_queries(1):
        left = remaining(decided)
    assert [left[item.pk].quantity_left for item in decided] == [6, 10, 10]
