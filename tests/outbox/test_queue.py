"""Queueing: with the change, once for each purpose, and as one clean message."""

from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from django.conf import settings
from django.db import transaction

from stmm.outbox.models import OutgoingMail
from stmm.outbox.services import message, queue
from tests.factories import make_agency, make_document, make_mail

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


def test_a_queued_mail_is_due_at_once(at: datetime) -> None:
    mail = make_mail()

    assert mail.state == State.WAITING
    assert list(OutgoingMail.objects.due(at)) == [mail]


@pytest.mark.django_db(transaction=True)
def test_a_change_rolled_back_sends_nothing() -> None:
    with transaction.atomic():
        make_mail()
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()


def test_one_purpose_gives_one_mail(at: datetime) -> None:
    agency, document = make_agency(), make_document()

    first, second = (
        queue(
            about=agency,
            purpose="route",
            recipients=["desk@contractor.example"],
            subject=f"Subject {number}",
            text="Text",
            documents=[document] * number,
            at=at,
        )
        for number in range(2)
    )

    assert first == second
    assert (second.subject, list(second.documents.all())) == ("Subject 0", [])


def test_other_purposes_and_other_subjects_have_mails_of_their_own() -> None:
    assert make_mail(purpose="route") != make_mail(purpose="route")


def test_the_mails_about_a_row_are_found(at: datetime) -> None:
    agency = make_agency()
    make_mail()
    mail = queue(
        about=agency,
        purpose="route",
        recipients=["desk@contractor.example"],
        subject="Subject",
        text="Text",
        documents=[],
        at=at,
    )

    assert list(OutgoingMail.objects.about(agency)) == [mail]
    assert str(mail) == "Subject"


def test_a_subject_can_not_bring_headers_of_its_own() -> None:
    mail = make_mail(subject="STD. 20\r\nBcc: everyone@else.example\n\nHello")

    sent = message(mail).message()

    assert sent["Subject"] == "STD. 20 Bcc: everyone@else.example Hello"
    assert sent["Bcc"] is None


def test_a_subject_too_long_is_cut() -> None:
    assert make_mail(subject="Board " * 60).subject == ("Board " * 60)[:200]


def test_message_id_and_date_are_the_same_each_time(at: datetime) -> None:
    mail = make_mail()

    first, second = message(mail).message(), message(mail).message()

    assert first["Message-ID"] == second["Message-ID"] == mail.message_id
    assert first["Message-ID"].endswith(f"@{settings.STMM_MAIL_DOMAIN}>")
    assert first["Date"] == second["Date"]
    assert parsedate_to_datetime(first["Date"]) == at
