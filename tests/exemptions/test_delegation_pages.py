"""Delegations on the pages: STND records, chooses and withdraws; the agency reads its own."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exemptions.models import Delegation, ExemptionRequest, RequestState
from tests.exemptions.factories import Case, as_of, make_request
from tests.exemptions.living import make_delegation
from tests.factories import AT, TODAY, signed_in

State = RequestState
LIST = reverse("exemptions:delegations")
LACKING = reverse("exemptions:without-delegation")
NEW = reverse("exemptions:record-delegation")


def shown(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


def typed(case: Case, **changes: object) -> dict[str, object]:
    return {
        "agency": case.agency.pk,
        "reference": "GTD-2026-014",
        "scope": "Microwave backhaul",
        "starts_on": "2026-03-02",
        "last_day": "2026-12-31",
        **changes,
    }


def test_an_analyst_records_one(case: Case) -> None:
    browser = signed_in(case.analyst)
    assert "STND analysts record the delegations" in shown(browser, LIST)

    answer = browser.post(NEW, typed(case))

    made = Delegation.objects.get()
    assert answer.headers["Location"] == made.get_absolute_url()
    assert made.until == date(2027, 1, 1)
    page = shown(browser, made.get_absolute_url())
    assert "March 2, 2026 to December 31, 2026" in page
    assert "Withdraw it" in page


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"last_day": "2026-03-01"}, "The last day can’t come before the first."),
        ({"reference": ""}, "Fill this in."),
        ({"agency": ""}, "Choose one."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    case: Case, changes: dict[str, object], problem: str
) -> None:
    page = signed_in(case.analyst).post(NEW, typed(case, **changes)).content.decode()

    assert problem in page
    assert "Microwave backhaul" in page
    assert not Delegation.objects.exists()


def test_a_reference_that_is_taken_is_refused_at_its_field(case: Case) -> None:
    make_delegation(case)

    page = signed_in(case.analyst).post(NEW, typed(case)).content.decode()

    assert "has a delegation GTD-2026-014 already" in page


def test_one_without_an_end_says_so(case: Case) -> None:
    browser = signed_in(case.analyst)
    browser.post(NEW, typed(case, last_day=""))

    assert "no end set" in shown(browser, LIST)
    assert "no end set" in shown(browser, Delegation.objects.get().get_absolute_url())


def test_it_is_withdrawn_with_a_reason(case: Case) -> None:
    made, browser = make_delegation(case), signed_in(case.analyst)
    path = reverse("exemptions:withdraw-delegation", args=[made.pk])
    assert "Fill this in." in browser.post(path, {"reason": " "}).content.decode()
    browser.post(path, {"reason": "The project ended."})

    page = shown(browser, made.get_absolute_url())
    assert "The project ended." in page
    assert "Withdraw it" not in page
    assert browser.get(path).status_code == 302


def test_members_see_those_of_their_agencies_alone(case: Case) -> None:
    theirs = as_of(case.stranger).appointments[0].agency
    own, other = make_delegation(case), make_delegation(case, agency=theirs, reference="GTD-9")
    browser = signed_in(case.atr)

    page = shown(browser, LIST)
    assert (own.reference in page, other.reference in page) == (True, False)
    assert "Record a delegation" not in page
    assert browser.get(other.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"GTD-A", "GTD-B", "GTD-C", "GTD-D"}),
        ("q=fibre", {"GTD-B"}),
        ("q=nothing", set()),
        ("state=stands", {"GTD-A", "GTD-B"}),
        ("state=ended", {"GTD-C"}),
        ("state=withdrawn", {"GTD-D"}),
        ("state=nonsense", {"GTD-A", "GTD-B", "GTD-C", "GTD-D"}),
    ],
)
def test_the_list_is_filtered_by_its_address(case: Case, query: str, found: set[str]) -> None:
    make_delegation(case, reference="GTD-A")
    make_delegation(case, reference="GTD-B", scope="Dark fibre")
    make_delegation(case, reference="GTD-C", until=date(2026, 3, 3))
    make_delegation(case, reference="GTD-D", withdrawn_at=AT, withdrawn_because="Over")

    page = shown(signed_in(case.auditor), f"{LIST}?{query}")

    assert {name for name in ("GTD-A", "GTD-B", "GTD-C", "GTD-D") if name in page} == found
    assert ("No delegation matches" in page) is (not found)


def test_the_list_of_one_agency_is_linked_from_its_page(case: Case) -> None:
    page = shown(signed_in(case.atr), reverse("agencies:detail", args=[case.agency.pk]))
    path = f"{LIST}?agency={case.agency.pk}"

    assert path in page
    assert "No delegation matches" in shown(signed_in(case.atr), path)


def test_requests_without_one_are_listed_those_that_ask_first(case: Case) -> None:
    far = date(2199, 1, 1)
    named = make_request(case, State.SENT, project="Named")
    asking = make_request(
        case, State.APPROVED, project="Asking", asks_for_delegation=True,
        delegation_reference="", until=far,
    )  # fmt: skip
    silent = make_request(case, State.IN_REVIEW, project="Silent", delegation_reference="")
    over = make_delegation(case, reference="GTD-OLD", starts_on=TODAY, until=date(2026, 4, 1))
    ended = make_request(case, State.SENT, project="Ended one", delegation=over)
    has = make_request(case, State.SENT, project="Has one", delegation=make_delegation(case))
    make_request(case, State.DRAFT, project="Not sent")
    make_request(case, State.APPROVED, project="Over", until=date(2026, 4, 1))
    browser = signed_in(case.analyst)

    page = shown(browser, LACKING)

    order = [page.index(f">{each.number}<") for each in (asking, named, silent, ended)]
    assert order[0] == min(order)
    for said in ("Asks for one", "GTD-2026-014, not recorded", "GTD-OLD, not in effect today"):
        assert said in page
    assert has.number not in page
    assert "Not sent" not in page
    assert "Requests without a delegation (4)" in shown(browser, LIST)


def test_where_none_lacks_one_the_page_says_so(case: Case) -> None:
    assert "Every request has its delegation" in shown(signed_in(case.analyst), LACKING)


def test_an_analyst_chooses_one_for_a_request(case: Case) -> None:
    request = make_request(case, State.SENT, delegation_reference="")
    theirs = as_of(case.stranger).appointments[0].agency
    made, foreign = make_delegation(case), make_delegation(case, agency=theirs)
    browser = signed_in(case.analyst)
    path = reverse("exemptions:name-delegation", args=[request.pk])
    assert "The request names none." in shown(browser, path)

    assert browser.post(path, {"delegation": foreign.pk}).status_code == 200
    browser.post(path, {"delegation": made.pk})

    assert ExemptionRequest.objects.get(pk=request.pk).delegation == made
    assert "It has GTD-2026-014 now." in shown(browser, path)


def test_lists_take_the_same_queries_for_any_number(case: Case) -> None:
    browser = signed_in(case.analyst)
    for path in (LIST, LACKING):
        counts = []
        for number in range(3):
            make_delegation(case, reference=f"GTD-{path}-{number}")
            make_request(case, State.SENT)
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            counts.append(len(queries))
        assert counts[1] == counts[2]
        assert counts[2] <= 12
