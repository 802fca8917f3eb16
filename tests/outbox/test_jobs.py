"""The job: everything due, the longest waiting first, and no mail in the way of another."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from stmm.outbox.jobs import send_due_mail
from stmm.outbox.models import OutgoingMail
from tests.factories import make_mail
from tests.outbox.conftest import Desk

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


def test_every_mail_due_is_sent_the_longest_waiting_first(desk: Desk) -> None:
    for days in (2, 1):
        make_mail(subject=f"Day {days}", at=LONG_AGO + timedelta(days=days))
    make_mail(subject="Not yet", at=timezone.now() + timedelta(days=1))

    assert send_due_mail.call() == 2

    assert [mail["Subject"] for mail in desk.mails] == ["Day 1", "Day 2"]


def test_a_mail_that_can_not_be_built_does_not_stop_the_others(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make_mail(at=LONG_AGO)
    OutgoingMail.objects.filter(pk=broken.pk).update(recipients="not a list")
    whole = make_mail(at=LONG_AGO + timedelta(days=1))

    send_due_mail.call()

    assert [mail["Message-ID"] for mail in desk.mails] == [whole.message_id]
    assert f"Mail {broken.pk} failed" in caplog.text
