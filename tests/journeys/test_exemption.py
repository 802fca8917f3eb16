"""An exemption request from the catalog's answer to STND's desk, page by page."""

import pytest

from exemptions.models import ExemptionRequest, RequestState
from stmm.audit.services import verify
from stmm.management.commands.load_demo import PASSWORD
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

REASON = "No CALNET contractor serves the summit."


def visitor(email: str) -> Visitor:
    return Visitor(email, PASSWORD)


def written_by(person: Visitor, project: str) -> ExemptionRequest:
    """Begun and filled in, from the menu to the review."""
    person.follow("Exemptions")
    person.follow("New request")
    person.press("Begin the request", project=project)
    person.press(
        "Save and continue", description="Ten microwave links.", proposed_source="Sierra Microwave"
    )
    person.press("Search", q="internet")
    person.press("Add Flat Rate Internet Services", quantity=10)
    person.press("Save the service", proposed_monthly="$80")
    assert "$800.00" in person.text
    person.follow("Continue")
    person.press(
        "Save and continue", compelling_reason=REASON, why_not_calnet=REASON, if_unmet=REASON
    )
    person.press(
        "Save and continue", wanted_from="2098-01-01", last_day_wanted="2098-12-31",
        delegation_reference="GTD-2026-014",
    )  # fmt: skip
    person.follow("Continue")
    assert "Go on to sign" not in person.text
    person.press("Tell the Agency Information Officer")
    return ExemptionRequest.objects.get(project=project)


def signed_by(officer: Visitor, request: ExemptionRequest) -> None:
    officer.open("/")
    officer.follow(request.number)
    officer.follow("Review and sign")
    officer.follow("Go on to sign")
    officer.press("Sign and send", attest="on", password=PASSWORD)
    assert "is signed and sent to STND" in officer.text


def test_a_request_is_written_signed_read_taken_back_and_sent_again() -> None:
    atr, officer, analyst = (
        visitor(email) for email in ("atr@chp.example", "aio@chp.example", "analyst@cdt.example")
    )
    request = written_by(atr, "Radio site backhaul")
    analyst.open(request.get_absolute_url(), expect=404)

    signed_by(officer, request)
    analyst.open("/notices/")
    assert f"{request} is sent and waits for its review" in analyst.text
    analyst.open("/exemptions/")
    analyst.press("Filter", q="backhaul")
    analyst.follow(request.number)
    assert REASON in analyst.text
    assert "Sierra Microwave" in analyst.text
    # Ten of the catalogue's, beside the source's
    assert "$505.00" in analyst.text

    atr.open(request.get_absolute_url())
    atr.follow("Take it back")
    atr.press("Take it back", reason="Eleven links, not ten")
    atr.follow("Continue the draft")
    atr.press("Save and continue", description="Eleven microwave links.")
    analyst.open(request.get_absolute_url())
    assert "Eleven microwave" not in analyst.text
    signed_by(officer, request)

    analyst.open(request.get_absolute_url())
    assert "Eleven microwave links." in analyst.text
    assert "Taken back by the agency" in analyst.text
    request.refresh_from_db()
    assert request.state == RequestState.SENT
    assert verify().faults == ()


def test_an_agency_that_needs_none_is_told_why() -> None:
    joan = visitor("atr@justice.example")
    joan.open("/exemptions/new/")

    assert "is an exempt agency: it is encouraged, not required" in joan.text
    assert "Begin the request" not in joan.text


def test_a_city_finds_no_exemptions_in_its_menu() -> None:
    city = visitor("it@merced.example")

    assert "Exemptions" not in city.page.links
    city.open("/exemptions/new/", expect=403)
