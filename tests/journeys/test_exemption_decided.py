"""An exemption request from the queue to its letter: returned, answered, denied; approved."""

import pytest
from django.utils import timezone

from exemptions.demonstration import RECOMMENDED, mandatory_services, send
from exemptions.models import ExemptionRequest, RequestState
from stmm.management.commands.load_demo import PASSWORD
from stmm.outbox.models import Notice
from tests.journeys.visitor import Visitor
from tests.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
State = RequestState


def visitor(email: str) -> Visitor:
    return Visitor(email, PASSWORD)


@pytest.fixture
def sent() -> ExemptionRequest:
    now = timezone.now()
    return send(RECOMMENDED, mandatory_services(now)[:2], at=now)


def state(request: ExemptionRequest) -> str:
    request.refresh_from_db()
    return request.state


def notices(email: str) -> list[str]:
    found = Notice.objects.filter(user__email=email).order_by("pk")
    return list(found.values_list("subject", flat=True))


def take(analyst: Visitor, request: ExemptionRequest) -> None:
    """From Home, with one button."""
    analyst.open("/")
    assert "Exemption requests: unassigned (1)" in analyst.text
    analyst.press("Take it")
    assert f"{request} is yours to review." in analyst.text


def recommend_approval(analyst: Visitor) -> None:
    analyst.follow("Write a note")
    analyst.press("Keep the note", text="They asked for the same in 2024.")
    analyst.follow("Recommend")
    analyst.press(
        "Recommend",
        outcome="approved",
        reasons_ground="not_at_sites",
        reasoning="Both contractors said so.",
    )
    assert "is ready to be decided." in analyst.text


def return_it(director: Visitor, request: ExemptionRequest) -> None:
    director.open("/")
    assert "Priya Nair: Both contractors said so." in director.text
    director.follow(request.number)
    director.press(
        "Decide",
        outcome="returned",
        reasons_return="calnet_not_compared",
        reasoning="What of satellite?",
        password=PASSWORD,
    )
    assert f"{request} is returned with a question." in director.text
    assert "Void recommendations (1)" in director.text


def answer(agency: Visitor, request: ExemptionRequest) -> None:
    """Of all that was said, the agency sees the question alone."""
    agency.open(f"/exemptions/{request.pk}/")
    assert "What of satellite?" in agency.text
    assert "the clock stands still" in agency.text
    for hidden in ("They asked for the same", "Both contractors said so", "Void recommendations"):
        assert hidden not in agency.text
    agency.follow("Answer")
    agency.press("Send the answer", text="Its delay is too long for radio.")


def recommend_denial(analyst: Visitor, request: ExemptionRequest) -> None:
    analyst.open("/")
    assert "Exemption requests: answered by the agency (1)" in analyst.text
    analyst.follow(request.number)
    assert "Its delay is too long for radio." in analyst.text
    analyst.follow("Recommend")
    analyst.press(
        "Recommend", outcome="denied", reasons_denial="calnet_meets_need", reasoning="It is not."
    )


def deny(director: Visitor, request: ExemptionRequest) -> None:
    director.open(f"/exemptions/{request.pk}/")
    director.follow("Decide")
    director.press(
        "Decide",
        outcome="denied",
        reasons_denial="calnet_meets_need",
        reasoning="Offer 12 of AT&T has the delay that you need.",
        password=PASSWORD,
    )


def test_a_request_is_returned_answered_and_denied(sent: ExemptionRequest) -> None:
    analyst, agency = visitor("analyst@cdt.example"), visitor("atr@chp.example")
    director = visitor("deputy.director@cdt.example")

    take(analyst, sent)
    recommend_approval(analyst)
    return_it(director, sent)
    answer(agency, sent)
    recommend_denial(analyst, sent)
    deny(director, sent)

    assert state(sent) == State.DENIED
    agency.open(f"/exemptions/{sent.pk}/")
    assert "Offer 12 of AT&T has the delay that you need." in agency.text
    assert "CALNET contract services meet the need." in agency.text
    assert notices("atr@chp.example") == [
        f"{sent} is returned by the Department with a question",
        f"{sent} is denied",
    ]


def test_a_request_is_approved_with_conditions_by_a_delegate(sent: ExemptionRequest) -> None:
    analyst, delegate = visitor("analyst@cdt.example"), visitor("delegate@cdt.example")
    agency = visitor("aio@chp.example")
    take(analyst, sent)
    analyst.follow("Recommend")
    analyst.press(
        "Recommend",
        outcome="approved",
        reasons_ground="not_at_sites",
        reasoning="Both contractors said so.",
        conditions_text="Send STND the contract.",
    )

    delegate.open("/")
    delegate.follow(sent.number)
    assert "You decide as Delegate of the Deputy Director." in delegate.text
    delegate.press("Decide", password="a guess", **{"condition-2": "Ask AT&T again."})
    assert "This is not your password." in delegate.text
    assert state(sent) == State.RECOMMENDED
    # What was typed is still there
    delegate.press("Decide", password=PASSWORD)
    assert f"{sent} is approved." in delegate.text

    run_worker()
    agency.open(f"/exemptions/{sent.pk}/")
    assert "Delegate of the Deputy Director" in agency.text
    assert "Send STND the contract." in agency.text
    assert "Ask AT&T again." in agency.text
    assert state(sent) == State.APPROVED
    assert f"{sent} is approved" in notices("aio@chp.example")


@pytest.mark.parametrize("who", ["atr@chp.example", "aio@chp.example", "analyst@cdt.example"])
def test_who_wrote_signed_or_recommended_does_not_come_to_decide(
    sent: ExemptionRequest, who: str
) -> None:
    analyst = visitor("analyst@cdt.example")
    take(analyst, sent)
    analyst.follow("Recommend")
    analyst.press(
        "Recommend", outcome="approved", reasons_ground="trial", reasoning="A trial of it."
    )

    person = visitor(who)
    person.open(f"/exemptions/{sent.pk}/")
    assert "Decide" not in person.page.links
    person.open(f"/exemptions/{sent.pk}/decide/", expect=403)
    assert "Only the Deputy Director of STND, or a delegate, may do this." in person.text
