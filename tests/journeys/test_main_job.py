"""From a search to the contractor's order desk and the auditor's file, page by page."""

import hashlib

import pytest

from orders.documents.std20 import ATTESTATION
from orders.models import Order, State
from stmm.agencies.models import Agency
from stmm.documents.models import StoredDocument
from stmm.management.commands.load_demo import PASSWORD as DEMONSTRATION_PASSWORD
from tests.factories import PASSWORD, Role, make_appointment
from tests.journeys.visitor import Visitor
from tests.orders.factories import make_person
from tests.outbox.conftest import Desk
from tests.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

CONTRACT = "C4-DNCS-19-001-40"
WHERE = "1382 W Olive Ave\nFresno, CA 93728"
BILLING = "PO Box 942898\nSacramento, CA 94298-0001"


def visitor(email: str) -> Visitor:
    return Visitor(email, DEMONSTRATION_PASSWORD)


def begin(person: Visitor, number: str) -> None:
    """Search, take what was found, begin a draft with it."""
    person.open("/")
    person.press("Search", q="voip")
    assert "AT&T" in person.text
    person.follow("Add to order")
    person.follow("Start a new order with it")
    person.press("Start the draft", agency_request_number=number)
    assert "Cloud Hosted VoIP Services" in person.text


def fill_in(person: Visitor) -> None:
    """Two lines more, a quantity, both addresses."""
    person.press("Add Flat Rate Internet Services")
    person.press("Add Broadband with Internet Services")
    person.follow("Change request #3")
    person.press("Save the line", quantity=12, comment="For the area office.")
    person.follow("Continue")
    person.press("Save and continue", requested_address=WHERE)
    person.press("Save and continue", billing_address=BILLING)
    assert "Review before signing" in person.text


def sign(person: Visitor, number: str) -> None:
    person.open("/orders/")
    person.follow(number)
    person.follow("Review and sign")
    person.follow("Go on to sign")
    person.press("Sign and send", attest="on", password=DEMONSTRATION_PASSWORD)


def order_called(number: str) -> Order:
    return Order.objects.get(agency_request_number=number)


def stored_pdf(order: Order) -> StoredDocument:
    return StoredDocument.objects.get(kind="std20", made_from_key=str(order.pk))


def test_a_state_agency_orders_and_the_contractor_and_the_auditor_get_the_same_file(
    desk: Desk,
) -> None:
    atr, catr = visitor("atr@chp.example"), visitor("catr@chp.example")
    begin(atr, "CHP-1")
    fill_in(atr)
    # What the chapter says of a non-mandatory and of a mandatory service
    assert "Allowed: your choice." in atr.text
    assert "Allowed: CALNET is required." in atr.text

    atr.press("Hand over for signature", note="Urgent, please.")
    assert "Waiting for signature" in atr.text
    assert "Urgent, please." in atr.text
    sign(catr, "CHP-1")
    assert "is signed" in catr.text
    assert ATTESTATION in catr.text
    run_worker()

    [mail] = desk.forms
    assert mail["To"] == "calnet-orders@att.example"
    assert order_called("CHP-1").number in mail["Subject"]
    [attached] = [part.get_content() for part in mail.iter_attachments()]
    auditor = visitor("auditor@auditor.example")
    auditor.open("/orders/")
    auditor.press("Filter", q="CHP-1")
    auditor.follow("CHP-1")
    assert "Sent" in auditor.text
    downloaded = auditor.download("Download the STD. 20")
    document = stored_pdf(order_called("CHP-1"))
    assert downloaded == attached == bytes(document.content)
    assert downloaded.startswith(b"%PDF-")
    assert hashlib.sha256(downloaded).hexdigest() == document.sha256
    # The download is recorded
    auditor.open("/record/")
    assert "Omar Haddad" in auditor.text


def test_the_contractors_desk_reads_what_it_was_sent_and_no_draft(desk: Desk) -> None:
    atr, catr = visitor("atr@chp.example"), visitor("catr@chp.example")
    begin(atr, "CHP-2")
    order = order_called("CHP-2")
    dana = visitor("desk@att.example")
    dana.open(order.get_absolute_url(), expect=404)
    fill_in(atr)

    sign(catr, "CHP-2")
    run_worker()

    dana.open("/")
    dana.follow("CHP-2")
    assert dana.download("Download the STD. 20") == bytes(stored_pdf(order).content)


def test_a_city_orders_under_its_ato_and_section_6_stays_empty(desk: Desk) -> None:
    city = visitor("it@merced.example")
    begin(city, "MERCED-1")
    fill_in(city)
    city.follow("Go on to sign")
    assert ATTESTATION not in city.text
    assert "Section 6 of the form is for State agencies and stays empty" in city.text

    city.press("Sign and send", attest="on", password=DEMONSTRATION_PASSWORD)
    run_worker()

    order = order_called("MERCED-1")
    assert order.state == State.ROUTED
    assert order.signature.attestation == ""
    assert order.eligibility == Order.Eligibility.LOCAL
    [mail] = desk.forms
    [attached] = [part.get_content() for part in mail.iter_attachments()]
    assert attached == bytes(stored_pdf(order).content)


def test_a_city_whose_ato_is_not_approved_is_told_why_nothing_can_be_sent(desk: Desk) -> None:
    gardena = Agency.objects.get(name="City of Gardena")
    person = make_person("Rita Vance")
    make_appointment(Role.PURCHASER, gardena, person)
    city = Visitor(person.email, PASSWORD)
    assert "Nothing is approved yet" in city.text
    begin(city, "GARDENA-1")
    fill_in(city)
    assert "CALNET needs an ATO first" in city.text
    assert "The ATO of City of Gardena for" in city.text
    assert "lacks the State’s approval" in city.text

    order = order_called("GARDENA-1")
    city.open(f"{order.get_absolute_url()}sign/")

    assert "Sign and send" not in city.text
    run_worker()
    assert order_called("GARDENA-1").state == State.DRAFT
    assert desk.forms == []


def test_an_order_sent_back_is_mended_and_then_signed(desk: Desk) -> None:
    atr, catr = visitor("atr@chp.example"), visitor("catr@chp.example")
    begin(atr, "CHP-3")
    fill_in(atr)
    atr.press("Hand over for signature")
    catr.open("/orders/")
    catr.follow("CHP-3")
    catr.follow("Send back with a reason")
    catr.press("Send back", reason="Twelve is too many.")

    atr.open("/")
    atr.follow("CHP-3")
    assert "Twelve is too many." in atr.text
    atr.follow("Continue the draft")
    atr.follow("Change request #3")
    atr.press("Save the line", quantity=2)
    atr.open(f"{order_called('CHP-3').get_absolute_url()}review/")
    atr.press("Hand over for signature")
    sign(catr, "CHP-3")
    run_worker()

    order = order_called("CHP-3")
    assert order.state == State.ROUTED
    assert order.lines.get(position=3).quantity == 2
    assert len(desk.forms) == 1


def test_an_abandoned_order_stays_in_the_record_and_goes_nowhere(desk: Desk) -> None:
    atr = visitor("atr@chp.example")
    begin(atr, "CHP-4")
    atr.open(order_called("CHP-4").get_absolute_url())
    atr.follow("Abandon this order")
    atr.press("Abandon", reason="The office is closing.")
    run_worker()

    order = order_called("CHP-4")
    assert order.state == State.ABANDONED
    assert "The office is closing." in atr.text
    atr.open(f"{order.get_absolute_url()}sign/")
    assert "Sign and send" not in atr.text
    assert desk.forms == []
