"""The register of decisions: public where the setting says so, and never telling too much."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from exemptions.models import ExemptionRequest, RequestState
from exemptions.services.revoking import revoke
from tests.exemptions.factories import Case, as_of, make_request
from tests.exemptions.verdicts import approval, decided, denial, return_
from tests.factories import AT, signed_in

PAGE, FILE = reverse("exemptions:register"), reverse("exemptions:register-csv")
FAR = date(2199, 1, 1)


def shown(query: str = "", browser: Client | None = None) -> str:
    return (browser or Client()).get(f"{PAGE}?{query}").content.decode()


def lines(query: str = "") -> list[str]:
    answer = Client().get(f"{FILE}?{query}")
    return b"".join(answer).decode("utf-8-sig").splitlines()


@pytest.fixture
def public(settings: Settings) -> None:
    settings.STMM_PUBLIC_EXEMPTIONS = True


@pytest.fixture
def approved(case: Case) -> ExemptionRequest:
    return decided(case, approval(until=FAR))[0]


@pytest.fixture
def denied(case: Case) -> ExemptionRequest:
    return decided(case, denial())[0]


def test_it_is_not_public_unless_the_setting_says_so(case: Case) -> None:
    for address in (PAGE, FILE):
        answer = Client().get(address)
        assert answer.headers["Location"] == f"{reverse('login')}?next={address}"
    assert "No decisions yet" in shown(browser=signed_in(case.stranger))
    assert PAGE not in Client().get(reverse("login")).content.decode()


@pytest.mark.usefixtures("public", "db")
def test_where_it_is_public_the_way_to_it_stands_beside_signing_in() -> None:
    assert PAGE in Client().get(reverse("login")).content.decode()
    assert Client().get(reverse("exemptions:requests")).status_code == 302
    assert Client().post(PAGE).status_code == 405


@pytest.mark.usefixtures("public")
def test_it_tells_agency_service_term_ground_and_outcome(
    case: Case, approved: ExemptionRequest, denied: ExemptionRequest
) -> None:
    page = shown()
    for told in (
        approved.number,
        "Highway Patrol",
        "Converged VoIP, Dark fibre",
        "Approved",
        "No CALNET service at the sites",
        "March 2, 2026 to December 31, 2198",
        "In term",
        denied.number,
        "Denied",
        "CALNET meets the need",
    ):
        assert told in page, told


@pytest.mark.usefixtures("public")
def test_it_names_no_person_no_project_and_gives_no_reasoning(case: Case) -> None:
    decided(case, approval(), project="Home line of Ana Reyes")
    decided(case, denial())
    everything = shown() + "\n".join(lines())

    for kept in (
        case.officer.name,
        case.deputy_director.name,
        case.analyst.email,
        "Ana Reyes",
        "Each contractor was asked.",
        "AT&T serves the summit",
        "Sierra Microwave",
    ):
        assert kept not in everything, kept


@pytest.mark.usefixtures("public")
def test_what_an_agency_described_in_its_own_words_is_not_repeated(case: Case) -> None:
    draft = make_request(case)
    draft.items.update(service=None, described="The line of Ana Reyes")
    request, _ = decided(case, denial())

    page = shown()

    assert "Converged VoIP" in page
    assert draft.number not in page
    assert request.number in page


@pytest.mark.usefixtures("public", "denied")
def test_only_decisions_are_in_it(case: Case) -> None:
    returned, _ = decided(case, return_())
    waiting = make_request(case, RequestState.RECOMMENDED)

    page = shown()

    assert "1 decision." in page
    assert returned.number not in page
    assert waiting.number not in page


@pytest.mark.usefixtures("public")
def test_what_became_of_an_approval_is_told_by_its_days(case: Case) -> None:
    stopped, _ = decided(case, approval(until=FAR))
    revoke(request=stopped, reason="Over", access=as_of(case.deputy_director), at=AT)
    decided(case, approval(starts_on=date(2198, 1, 1), until=date(2198, 6, 1)))
    decided(case, approval(until=date(2026, 4, 1)))

    page = shown()

    assert all(now in page for now in ("Revoked", "Not begun", "Ended"))


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=highway", "both"),
        ("q=fibre", "both"),
        ("q=nobody", "none"),
        ("outcome=denied", "denied"),
        ("outcome=approved&q=highway", "approved"),
        ("outcome=nonsense", "both"),
    ],
)
def test_it_is_searched_and_filtered_and_so_is_its_file(
    approved: ExemptionRequest, denied: ExemptionRequest, query: str, found: str
) -> None:
    names = {"both": {approved.number, denied.number}, "none": set()}
    names |= {"denied": {denied.number}, "approved": {approved.number}}
    page = shown(query)

    assert {each for each in (approved.number, denied.number) if each in page} == names[found]
    assert ("No decision matches" in page) is (found == "none")
    if "nonsense" not in query:
        assert {line.split(",")[0] for line in lines(query)[1:]} == names[found]


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("form", ["EXM-{:06d}", "{}", "exm-{}"])
def test_one_is_found_by_its_number(
    approved: ExemptionRequest, denied: ExemptionRequest, form: str
) -> None:
    page = shown(f"q={form.format(approved.pk)}")

    assert (approved.number in page, denied.number in page) == (True, False)


@pytest.mark.usefixtures("public")
def test_the_file_tells_the_same(approved: ExemptionRequest) -> None:
    heading, row = lines()

    assert heading.startswith("Number,Agency,Services,Decided on,Outcome,Grounds,First day")
    assert row == (
        f"{approved.number},Highway Patrol,Converged VoIP; Dark fibre,2026-03-02,Approved,"
        "No CALNET service at the sites,2026-03-02,2198-12-31,In term"
    )


@pytest.mark.usefixtures("public")
def test_a_filter_that_cannot_be_read_leads_back_to_the_page(case: Case) -> None:
    answer = Client().get(f"{FILE}?outcome=nonsense")

    assert answer.headers["Location"] == f"{PAGE}?outcome=nonsense"


@pytest.mark.usefixtures("public")
def test_it_takes_the_same_queries_for_any_number(case: Case) -> None:
    counts: list[int] = []
    for _ in range(2):
        decided(case, approval())
        with CaptureQueriesContext(connection) as queries:
            shown()
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 8
