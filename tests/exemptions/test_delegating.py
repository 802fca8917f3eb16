"""STND records delegations and withdraws them; requests that name one have it."""

from datetime import date, timedelta
from typing import Any

import pytest

from exemptions.models import Delegation, ExemptionRequest, RequestState
from exemptions.services.delegating import (
    name_delegation,
    record_delegation,
    withdraw_delegation,
)
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed, WrongState
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.living import make_delegation, refuse
from tests.factories import AT, TODAY, Kind, make_agency

State = RequestState


def give(case: Case, who: str = "analyst", **fields: Any) -> Delegation:
    return record_delegation(
        **{
            "agency": case.agency,
            "reference": "GTD-2026-014",
            "scope": "Microwave backhaul",
            "starts_on": TODAY,
            "until": UNTIL,
            "access": as_of(getattr(case, who)),
            "at": AT,
            **fields,
        }
    )


def test_an_analyst_records_it_and_requests_that_name_it_have_it(case: Case) -> None:
    naming = make_request(case, State.SENT, delegation_reference="gtd-2026-014")
    other = make_request(case, State.SENT, delegation_reference="GTD-2026-015")

    made = give(case)

    naming.refresh_from_db()
    other.refresh_from_db()
    assert (naming.delegation, other.delegation) == (made, None)
    entry = Entry.objects.about(made).get()
    assert (entry.action, entry.actor) == ("record_delegation", case.analyst)
    assert str(naming) in entry.changes_json
    assert Delegation.objects.in_effect(UNTIL - timedelta(days=1)).get() == made
    assert not Delegation.objects.in_effect(UNTIL).exists()


@pytest.mark.parametrize("who", ["atr", "officer", "deputy_director", "auditor", "stranger"])
def test_nobody_else_records_withdraws_or_names_one(case: Case, who: str) -> None:
    made, access = make_delegation(case), as_of(getattr(case, who))

    with pytest.raises(NotAllowed, match="Only an STND analyst"):
        give(case, who, reference="GTD-1")
    with pytest.raises(NotAllowed):
        withdraw_delegation(delegation=made, reason="No", access=access, at=AT)
    with pytest.raises(NotAllowed):
        name_delegation(
            request=make_request(case, State.SENT), delegation=made, access=access, at=AT
        )


def test_the_same_one_again_is_recorded_once(case: Case) -> None:
    first = give(case)
    entries = Entry.objects.count()

    assert give(case) == first
    assert Entry.objects.count() == entries
    with pytest.raises(WrongState, match="has a delegation GTD-2026-014 already"):
        give(case, until=None)


def test_a_local_agency_has_none(case: Case) -> None:
    with pytest.raises(WrongState, match="is not a State entity"):
        give(case, agency=make_agency(Kind.LOCAL))


def test_a_withdrawn_one_counts_for_nothing_and_is_kept(case: Case) -> None:
    made, access = give(case), as_of(case.analyst)
    told: dict[str, Any] = {"delegation": made, "access": access, "at": AT}
    withdrawn = withdraw_delegation(**told, reason="The project ended.")
    entries = Entry.objects.count()

    assert withdrawn.withdrawn_because == "The project ended."
    assert not Delegation.objects.in_effect(TODAY).exists()
    assert withdraw_delegation(**told, reason="Again") == withdrawn
    assert Entry.objects.count() == entries
    assert give(case, until=None) != withdrawn


def test_a_request_gets_the_delegation_that_it_asked_for(case: Case) -> None:
    request = make_request(case, State.APPROVED, delegation_reference="", asks_for_delegation=True)
    first, second = give(case), give(case, reference="GTD-2026-015", until=None)
    access = as_of(case.analyst)

    for delegation in (first, first, second):
        request = name_delegation(request=request, delegation=delegation, access=access, at=AT)

    assert ExemptionRequest.objects.get(pk=request.pk).delegation == second
    named = Entry.objects.about(request).filter(action="name_delegation")
    assert [entry.changes[0].before for entry in named] == ["GTD-2026-014", ""]


def test_it_gets_no_other_agencys_and_no_withdrawn_one(case: Case) -> None:
    request, access = make_request(case, State.SENT), as_of(case.analyst)
    theirs = make_delegation(case, agency=as_of(case.stranger).appointments[0].agency)
    gone = give(case, reference="GTD-2026-013", until=date(2026, 4, 1))
    gone = withdraw_delegation(delegation=gone, reason="Over", access=access, at=AT)

    for delegation in (theirs, gone):
        with pytest.raises(WrongState, match="no delegation of Highway Patrol that stands"):
            name_delegation(request=request, delegation=delegation, access=access, at=AT)


def test_the_database_keeps_what_was_recorded(case: Case) -> None:
    made = give(case)
    rows = Delegation.objects.filter(pk=made.pk)

    refuse(lambda: rows.update(scope="Everything"))
    refuse(rows.delete)
    withdraw_delegation(delegation=made, reason="Over", access=as_of(case.analyst), at=AT)
    refuse(lambda: rows.update(withdrawn_at=None, withdrawn_because=""))
