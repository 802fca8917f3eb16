"""What keeps a request from being sent, each with the place where it is mended."""

from datetime import date, timedelta
from typing import Any

import pytest

from exemptions.asked import ASKED
from exemptions.completeness import Lacking, problems_of
from exemptions.models import Delegation, ExemptionRequest
from exemptions.permissions import why_none_is_needed
from exemptions.reading.case import items_of
from stmm.agencies.models import Standing
from stmm.agencies.services import set_standing
from tests.catalog.factories import NON_MANDATORY, make_designation
from tests.exemptions.factories import UNTIL, Case, make_request
from tests.factories import AT, TODAY, Kind, make_agency


def lacking(request: ExemptionRequest, on: date = TODAY) -> list[Lacking]:
    return problems_of(request, list(items_of(request)), on=on)


def places(request: ExemptionRequest, on: date = TODAY) -> list[tuple[str, str]]:
    return [(problem.step, problem.anchor) for problem in lacking(request, on)]


def test_a_request_that_lacks_nothing(case: Case) -> None:
    assert lacking(make_request(case)) == []


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.field)
def test_each_answer_is_needed(case: Case, asked: Any) -> None:
    blank: dict[str, Any] = {asked.field: "  "}
    request = make_request(case, **blank)

    assert lacking(request) == [Lacking(asked.lacking, asked.step, f"id_{asked.field}")]


def test_an_agency_outside_state_government_needs_none(case: Case) -> None:
    city = make_agency(Kind.LOCAL, name="City of Lodi")

    assert why_none_is_needed(city, on=TODAY).startswith("City of Lodi is not a State entity")


def test_a_request_without_services(case: Case) -> None:
    request = make_request(case)
    request.items.all().delete()

    assert places(request) == [("items", "")]


def test_a_service_without_charges_and_one_that_is_mandatory_no_more(case: Case) -> None:
    request = make_request(case)
    first, second = request.items.all()
    request.items.filter(pk=first.pk).update(proposed_monthly=None)
    make_designation(NON_MANDATORY, case.other_service, effective_from=TODAY)

    found = lacking(request)

    assert [(each.step, each.anchor) for each in found] == [
        ("items", f"item-{first.pk}"),
        ("items", f"item-{second.pk}"),
    ]
    assert "give what the proposed source charges" in found[0].message
    assert found[1].message.endswith("need no exemption (PU-2). Take it off.")


def test_an_agency_that_became_exempt(case: Case) -> None:
    request = make_request(case)
    set_standing(
        agency=case.agency, value=Standing.Value.EXEMPT, effective_from=TODAY,
        reason="A letter", actor=None, at=AT,
    )  # fmt: skip

    assert places(request) == [("project", "")]


def test_a_term_is_always_limited_and_not_over(case: Case) -> None:
    request = make_request(case, wanted_from=None, wanted_until=None)

    assert places(request) == [("term", "id_wanted_from"), ("term", "id_last_day_wanted")]
    assert places(make_request(case), UNTIL - timedelta(days=1)) == []
    assert places(make_request(case), UNTIL) == [("term", "id_last_day_wanted")]


def test_a_delegation_is_recorded_or_named_or_asked_for(case: Case) -> None:
    recorded = Delegation.objects.create(
        agency=case.agency, reference="GTD-1", scope="All", starts_on=TODAY,
        until=TODAY + timedelta(days=1), recorded_at=AT,
    )  # fmt: skip
    none = make_request(case, delegation_reference="")
    asking = make_request(case, delegation_reference="", asks_for_delegation=True)
    chosen = make_request(case, delegation_reference="", delegation=recorded)

    assert places(none) == [("term", "id_delegation_reference")]
    assert places(asking) == places(chosen) == []
    assert places(chosen, TODAY + timedelta(days=1)) == [("term", "id_delegation_0")]
