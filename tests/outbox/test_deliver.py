"""Delivery over SMTP, to a real server: accepted, refused, cut off, given up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from stmm.audit.models import Entry
from stmm.outbox.models import OutgoingMail
from stmm.outbox.services import LEASE, PAUSES, _claim, _conclude, deliver, try_again
from tests.documents.test_services import damage
from tests.factories import make_document, make_mail, make_user
from tests.outbox.conftest import Desk, free_port

pytestmark = pytest.mark.django_db
State = OutgoingMail.State
PDF = bytes(range(256)) * 40


def fresh(mail: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=mail.pk)


def answers(mail: OutgoingMail) -> list[str]:
    return list(mail.attempts.values_list("answer", flat=True))


def give_up(mail: OutgoingMail, at: datetime) -> datetime:
    """Every attempt fails, each as soon as it is due; gives the moment of the last."""
    while True:
        deliver(mail_id=mail.pk, at=at)
        due = fresh(mail).next_attempt_at
        if due is None:
            return at
        at = due


@pytest.fixture
def nobody_listens(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


def test_a_mail_arrives_with_its_headers_and_the_very_bytes(desk: Desk, at: datetime) -> None:
    mail = make_mail([make_document(PDF, file_name="STMM-2026-000123.pdf")])

    deliver(mail_id=mail.pk, at=at)

    [envelope], [received] = desk.envelopes, desk.mails
    [attached] = received.iter_attachments()
    assert envelope.rcpt_tos == ["desk@contractor.example"]
    assert received["To"] == "desk@contractor.example"
    assert received["From"] == "calnet-orders@stmm.example"
    assert received["Subject"] == "STD. 20 for you"
    assert received["Message-ID"] == mail.message_id
    assert received["Date"] == "Mon, 02 Mar 2026 18:00:00 +0000"
    assert attached.get_content() == PDF
    assert attached.get_filename() == "STMM-2026-000123.pdf"
    assert attached.get_content_type() == "application/pdf"


def test_an_accepted_mail_is_sent_and_recorded(desk: Desk, at: datetime) -> None:
    mail = make_mail()

    deliver(mail_id=mail.pk, at=at)

    [attempt] = mail.attempts.all()
    assert (fresh(mail).state, fresh(mail).finished_at) == (State.SENT, at)
    assert (attempt.accepted, attempt.answer) == (True, "Accepted by 127.0.0.1")
    assert str(attempt) == "2026-03-02 18:00 Accepted by 127.0.0.1"
    assert Entry.objects.about(mail).get().reason == "Accepted by 127.0.0.1"


def test_a_mail_that_was_sent_is_not_sent_again(desk: Desk, at: datetime) -> None:
    mail = make_mail()

    for _ in range(2):
        deliver(mail_id=mail.pk, at=at)

    assert len(desk.mails) == mail.attempts.count() == 1


@pytest.mark.parametrize("answer", ["451 Try later", "554 No such order desk"])
def test_a_refusal_is_recorded_and_tried_again_later(desk: Desk, at: datetime, answer: str) -> None:
    mail = make_mail()
    desk.answers = [answer]

    deliver(mail_id=mail.pk, at=at)

    [attempt] = mail.attempts.all()
    assert not attempt.accepted
    assert answer[4:] in attempt.answer
    assert (fresh(mail).state, fresh(mail).next_attempt_at) == (State.WAITING, at + PAUSES[0])


def test_a_mail_is_not_tried_before_its_pause_is_over(desk: Desk, at: datetime) -> None:
    mail = make_mail()
    desk.answers = ["451 Try later"]
    deliver(mail_id=mail.pk, at=at)

    deliver(mail_id=mail.pk, at=at + PAUSES[0] - timedelta(seconds=1))

    assert len(answers(mail)) == 1


def test_a_second_attempt_is_the_same_mail(desk: Desk, at: datetime) -> None:
    mail = make_mail([make_document(PDF)])
    desk.answers = ["451 Try later"]

    deliver(mail_id=mail.pk, at=at)
    deliver(mail_id=mail.pk, at=at + PAUSES[0])

    [received] = desk.mails
    assert fresh(mail).state == State.SENT
    assert received["Message-ID"] == mail.message_id
    assert received["Date"] == "Mon, 02 Mar 2026 18:00:00 +0000"
    assert [entry.changes[0].after for entry in Entry.objects.about(mail)] == ["sent", "waiting"]


def test_a_mail_server_that_is_away_is_tried_again(nobody_listens: None, at: datetime) -> None:
    mail = make_mail()

    deliver(mail_id=mail.pk, at=at)

    [answer] = answers(mail)
    assert "Connection refused" in answer
    assert fresh(mail).state == State.WAITING


def test_pauses_grow_and_after_the_last_the_mail_is_given_up(
    nobody_listens: None, at: datetime
) -> None:
    mail = make_mail()

    last = give_up(mail, at)

    assert fresh(mail).state == State.UNDELIVERABLE
    assert len(answers(mail)) == len(PAUSES) + 1
    assert last == at + sum(PAUSES, timedelta())
    assert sorted(PAUSES) == list(PAUSES)


def test_a_person_can_have_a_mail_tried_again(desk: Desk, at: datetime) -> None:
    mail, analyst = make_mail(), make_user("Priya Nair")
    desk.answers = ["554 No such order desk"] * (len(PAUSES) + 1)
    last = give_up(mail, at)

    try_again(mail=mail, actor=analyst, at=last)
    deliver(mail_id=mail.pk, at=last)

    [received] = desk.mails
    assert received["Message-ID"] == mail.message_id
    assert fresh(mail).state == State.SENT
    assert Entry.objects.about(mail).filter(action="try_again").get().actor == analyst


def test_a_mail_that_was_sent_can_not_be_tried_again(desk: Desk, at: datetime) -> None:
    mail = make_mail()
    deliver(mail_id=mail.pk, at=at)

    try_again(mail=mail, actor=make_user(), at=at)

    assert fresh(mail).state == State.SENT
    assert not Entry.objects.about(mail).filter(action="try_again").exists()


def test_an_attempt_that_died_is_due_again_when_its_lease_ends(desk: Desk, at: datetime) -> None:
    mail = make_mail()
    _claim(mail.pk, at)  # and here the worker is killed

    deliver(mail_id=mail.pk, at=at + LEASE - timedelta(seconds=1))
    assert desk.mails == []
    deliver(mail_id=mail.pk, at=at + LEASE)

    assert len(desk.mails) == 1


def test_an_attempt_that_outlives_its_lease_does_not_undo_the_next(
    desk: Desk, at: datetime
) -> None:
    mail = make_mail()
    _claim(mail.pk, at)  # and here the worker hangs
    deliver(mail_id=mail.pk, at=at + LEASE)

    _conclude(mail.pk, State.WAITING, "451 Try later", at)

    assert fresh(mail).state == State.SENT
    assert answers(mail) == ["Accepted by 127.0.0.1"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once(desk: Desk, at: datetime) -> None:
    mails = [make_mail() for _ in range(5)]

    def work(_: int) -> None:
        try:
            for mail in mails:
                deliver(mail_id=mail.pk, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))

    assert sorted(received["Message-ID"] for received in desk.mails) == sorted(
        mail.message_id for mail in mails
    )


def test_a_demonstration_keeps_its_mails(desk: Desk, at: datetime, settings: Settings) -> None:
    settings.STMM_KEEP_MAIL = True
    mail = make_mail([make_document(PDF)])

    deliver(mail_id=mail.pk, at=at)

    assert desk.mails == []
    assert fresh(mail).state == State.KEPT
    assert answers(mail) == ["Kept on this installation, not sent"]


@pytest.mark.parametrize("keeps_mail", [True, False])
def test_a_damaged_document_is_never_sent(
    desk: Desk, at: datetime, settings: Settings, keeps_mail: bool
) -> None:
    settings.STMM_KEEP_MAIL = keeps_mail
    document = make_document(PDF)
    mail = make_mail([document])
    damage(document)

    deliver(mail_id=mail.pk, at=at)

    [attempt] = mail.attempts.all()
    assert desk.mails == []
    assert fresh(mail).state == State.UNDELIVERABLE
    assert not attempt.accepted
    assert "does not match its recorded hash" in attempt.answer


def test_a_mail_to_nobody_is_not_taken_for_sent(desk: Desk, at: datetime) -> None:
    mail = make_mail(recipients=[""])

    deliver(mail_id=mail.pk, at=at)

    assert answers(mail) == ["It has no recipient"]
    assert fresh(mail).state == State.WAITING


def test_an_address_that_would_add_headers_is_refused(desk: Desk, at: datetime) -> None:
    mail = make_mail(recipients=["desk@contractor.example\nBcc: everyone@else.example"])

    deliver(mail_id=mail.pk, at=at)

    [answer] = answers(mail)
    assert "Invalid address" in answer
    assert desk.mails == []


def test_a_mail_that_is_not_there_is_left_alone(at: datetime) -> None:
    deliver(mail_id=77, at=at)
