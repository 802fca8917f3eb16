"""The list of exemption requests, its files; what waits at Home."""

import pytest
from django.urls import reverse

from exemptions.models import ExemptionRequest, RequestState
from stmm.accounts.models import User
from tests.catalog.factories import FAR
from tests.exemptions.factories import Case, make_request
from tests.orders.pages import page, text

State = RequestState


@pytest.fixture
def draft(case: Case) -> ExemptionRequest:
    return make_request(case, until=FAR)


def listed(user: User, **query: str) -> list[str]:
    found = page(user, "exemptions:requests", **query).context["page"]
    return sorted(request.project for request in found)


def test_the_list_is_filtered_by_words_state_agency_and_turn(case: Case) -> None:
    draft = make_request(case, project="Alpha")
    make_request(case, State.SENT, project="Beta")
    make_request(case, State.APPROVED, project="Gamma", proposed_source="Frontier")

    assert listed(case.atr) == ["Alpha", "Beta", "Gamma"]
    assert listed(case.analyst) == ["Beta", "Gamma"]
    assert listed(case.stranger) == []
    assert listed(case.atr, q=draft.number.lower()) == ["Alpha"]
    assert listed(case.atr, q=str(draft.pk)) == ["Alpha"]
    assert listed(case.atr, q="frontier") == ["Gamma"]
    assert listed(case.atr, q="highway") == ["Alpha", "Beta", "Gamma"]
    assert listed(case.atr, state="approved") == ["Gamma"]
    assert listed(case.atr, state="undecided") == ["Alpha", "Beta"]
    assert listed(case.atr, agency=str(case.agency.pk)) == ["Alpha", "Beta", "Gamma"]
    assert listed(case.atr, state="nonsense") == ["Alpha", "Beta", "Gamma"]
    assert listed(case.atr, turn="on") == ["Alpha"]
    assert listed(case.catr, turn="on") == []
    assert listed(case.officer, turn="on") == ["Alpha"]
    assert listed(case.analyst, turn="on") == ["Beta"]


def test_my_turn_of_those_who_answer_review_and_decide(case: Case) -> None:
    make_request(case, State.QUESTION_OUT, project="Asked")
    make_request(case, State.IN_REVIEW, project="In review")
    make_request(case, State.RECOMMENDED, project="To decide")

    assert listed(case.catr, turn="on") == ["Asked"]
    assert listed(case.analyst, turn="on") == ["In review"]
    assert listed(case.delegate, turn="on") == ["To decide"]
    assert listed(case.auditor, turn="on") == []


def test_the_list_is_downloaded_as_it_is_filtered(case: Case) -> None:
    make_request(case, State.APPROVED, project="=cmd()", until=FAR)
    make_request(case, State.SENT, project="Beta")

    csv = b"".join(page(case.analyst, "exemptions:requests-csv", state="approved")).decode()

    assert "'=cmd()" in csv
    assert "2099-12-31" in csv
    assert "Beta" not in csv
    xlsx = page(case.analyst, "exemptions:requests-xlsx", state="approved")
    assert b"".join(xlsx).startswith(b"PK")
    for name in ("requests-csv", "requests-xlsx"):
        unread = page(case.analyst, f"exemptions:{name}", state="nonsense")
        assert unread["Location"] == f"{reverse('exemptions:requests')}?state=nonsense"


def test_an_empty_list_says_what_to_do(case: Case) -> None:
    assert "No exemption requests yet" in text(page(case.atr, "exemptions:requests"))
    assert "No request matches" in text(page(case.atr, "exemptions:requests", q="x"))


def test_home_shows_what_is_to_sign_and_to_finish(case: Case, draft: ExemptionRequest) -> None:
    officer, atr = text(page(case.officer, "home")), text(page(case.atr, "home"))

    assert str(draft) in officer.split("Exemption requests to sign")[1]
    assert "Exemption requests to sign" not in atr
    assert str(draft) in atr.split("Exemption requests that wait for you")[1]
    assert str(draft) not in text(page(case.catr, "home"))


def test_the_menu_leads_state_agencies_and_oversight_there(case: Case) -> None:
    for user in (case.officer, case.atr, case.auditor):
        assert 'href="/exemptions/"' in page(user, "agencies:list").content.decode()
