"""Conditions are met once, by the agency or by STND, and are reminded of when they are due."""

from datetime import date, timedelta

import pytest

from exemptions.jobs import remind
from exemptions.models import Condition, ExemptionRequest, RequestState
from exemptions.services.conditions import meet
from exemptions.services.expiring import remind_of_condition
from stmm.audit.models import Entry
from stmm.outbox.models import Notice
from stmm.refusals import NotAllowed, WrongState
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.living import make_condition, noon, refuse
from tests.factories import AT

State = RequestState
DAY = timedelta(days=1)
DUE = date(2026, 6, 30)
HOW = "The list was sent on June 1."


@pytest.fixture
def approved(case: Case) -> ExemptionRequest:
    return make_request(case, State.APPROVED)


def told(condition: Condition) -> list[tuple[str, str]]:
    notices = Notice.objects.filter(cause__startswith=f"exemption-condition-{condition.pk}-")
    return [(notice.user.name, notice.subject) for notice in notices.order_by("pk")]


@pytest.mark.parametrize("state", [State.APPROVED, State.EXPIRED])
@pytest.mark.parametrize("who", ["catr", "atr", "officer", "analyst"])
def test_agency_and_analyst_tell_how_it_was_met(case: Case, state: str, who: str) -> None:
    request = make_request(case, state)
    user = getattr(case, who)

    met = meet(condition=make_condition(request), how=HOW, access=as_of(user), at=AT)

    assert (met.met_at, met.met_by, met.how_met) == (AT, user, HOW)
    entry = Entry.objects.about(request).latest("sequence")
    assert (entry.action, entry.reason) == ("meet_condition_of_exemption", HOW)
    names = {name for name, _ in told(met)}
    assert names == {case.atr.name, case.officer.name, case.analyst.name} - {user.name}


def test_what_is_met_is_not_met_again(case: Case, approved: ExemptionRequest) -> None:
    condition = make_condition(approved)
    meet(condition=condition, how=HOW, access=as_of(case.atr), at=AT)
    entries = Entry.objects.count()

    again = meet(condition=condition, how="Another", access=as_of(case.catr), at=AT + DAY)

    assert (again.how_met, Entry.objects.count()) == (HOW, entries)


@pytest.mark.parametrize("who", ["deputy_director", "auditor", "stranger"])
def test_nobody_else_says_that_it_is_met(case: Case, approved: ExemptionRequest, who: str) -> None:
    condition = make_condition(approved)

    with pytest.raises(NotAllowed, match="Only a CATR, ATR or Agency Information Officer"):
        meet(condition=condition, how=HOW, access=as_of(getattr(case, who)), at=AT)


def test_conditions_of_a_revoked_exemption_are_met_no_more(case: Case) -> None:
    request = make_request(case, State.REVOKED)
    condition = make_condition(request)

    with pytest.raises(WrongState, match="it is “revoked” now"):
        meet(condition=condition, how=HOW, access=as_of(case.atr), at=AT)


@pytest.mark.parametrize(("on", "late"), [(DUE, False), (DUE + DAY, True)])
def test_a_condition_is_overdue_from_the_day_after_it_was_due(
    case: Case, approved: ExemptionRequest, on: date, late: bool
) -> None:
    dated, first = make_condition(approved, DUE), make_condition(approved)

    assert dated.is_overdue(on) is late
    assert not first.is_overdue(on)
    assert not meet(condition=dated, how=HOW, access=as_of(case.atr), at=AT).is_overdue(on)


def test_agency_and_analyst_are_reminded_once_and_told_once_that_it_is_overdue(
    case: Case, approved: ExemptionRequest
) -> None:
    condition = make_condition(approved, DUE)
    make_condition(approved)
    for left in (8, 7, 3, 0, -1, -20):
        for _ in range(2):
            remind(noon(DUE - left * DAY))

    people = [case.atr.name, case.officer.name, case.analyst.name]
    due = f"{approved} has a condition due by June 30, 2026"
    overdue = f"{approved} has a condition overdue since June 30, 2026"
    assert sorted(told(condition)) == sorted(
        (name, subject) for subject in (due, overdue) for name in people
    )


def test_what_is_met_is_not_reminded_of(case: Case, approved: ExemptionRequest) -> None:
    condition = make_condition(approved, DUE)
    meet(condition=condition, how=HOW, access=as_of(case.atr), at=AT)
    before = len(told(condition))

    remind(noon(DUE))
    remind_of_condition(condition=condition, at=noon(DUE))

    assert len(told(condition)) == before


def test_after_a_revocation_nobody_is_reminded(case: Case) -> None:
    condition = make_condition(make_request(case, State.REVOKED), DUE)

    remind(noon(DUE))

    assert told(condition) == []


def test_the_database_keeps_conditions_as_they_were_set(
    case: Case, approved: ExemptionRequest
) -> None:
    condition = make_condition(approved, DUE)
    rows = Condition.objects.filter(pk=condition.pk)

    refuse(lambda: rows.update(text="Nothing"))
    refuse(lambda: rows.update(due_on=UNTIL))
    refuse(rows.delete)
    meet(condition=condition, how=HOW, access=as_of(case.atr), at=AT)
    refuse(lambda: rows.update(how_met="Otherwise"))
