"""Home shows an agency what ends and what is still to be met; an analyst, conditions of theirs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exemptions.models import ExemptionRequest, RequestState
from exemptions.reading.living_home import living_at_home
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.living import make_condition
from tests.factories import AT, TODAY, signed_in

State = RequestState
DAY = timedelta(days=1)
SOON = UNTIL - 90 * DAY


@pytest.fixture
def approved(case: Case) -> ExemptionRequest:
    return make_request(case, State.APPROVED)


@pytest.mark.parametrize("who", ["catr", "atr", "officer"])
def test_an_agency_sees_what_ends_within_90_days(
    case: Case, approved: ExemptionRequest, who: str
) -> None:
    for state in (State.REVOKED, State.DENIED, State.SENT):
        make_request(case, state)
    access = as_of(getattr(case, who))

    soon, later = living_at_home(access, on=SOON), living_at_home(access, on=SOON - DAY)
    over = living_at_home(access, on=UNTIL)

    assert [found.ending for found in (soon, later, over) if found] == [[approved], [], []]


@pytest.mark.parametrize("who", ["atr", "analyst"])
def test_agency_and_analyst_see_unmet_conditions(
    case: Case, approved: ExemptionRequest, who: str
) -> None:
    first, due = make_condition(approved), make_condition(approved, due_on=TODAY)
    make_condition(approved, due_on=TODAY, met_at=AT, met_by=case.atr, how_met="Done")
    make_condition(make_request(case, State.REVOKED))

    found = living_at_home(as_of(getattr(case, who)), on=TODAY + DAY)

    assert found is not None
    words = {each.condition: each.word for each in found.unmet}
    assert words == {due: "Overdue", first: "Holds purchases up"}


def test_others_see_nothing_of_it(case: Case, approved: ExemptionRequest) -> None:
    make_condition(approved)
    theirs = living_at_home(as_of(case.stranger), on=SOON)

    assert theirs is not None
    assert (theirs.ending, theirs.unmet) == ([], [])
    assert living_at_home(as_of(case.auditor), on=SOON) is None
    assert living_at_home(as_of(case.deputy_director), on=SOON) is None


def test_the_page_shows_both_in_few_queries(case: Case) -> None:
    browser, until = signed_in(case.atr), timezone.localdate() + 30 * DAY
    counts: list[int] = []
    for _ in range(2):
        make_condition(make_request(case, State.APPROVED, until=until))
        with CaptureQueriesContext(connection) as queries:
            shown = browser.get(reverse("home")).content.decode()
        counts.append(len(queries))

    assert "Exemptions that end within 90 days" in shown
    assert "Conditions of exemptions, not met yet" in shown
    assert counts[0] == counts[1]
