"""The demonstration's orders in progress: there at the first login, told as they came, once."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from orders.models import (
    AtoPaper,
    LineProgress,
    LineState,
    OpenService,
    Order,
    OutsidePurchase,
    PaperState,
    Question,
    State,
)
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.documents.models import StoredDocument
from stmm.outbox.models import OutgoingMail
from tests.factories import signed_in

ORDER = "orders.order"
# Not told: what lasts no longer than a job, or what nobody looks for
UNTOLD = {State.SIGNED, State.ABANDONED}


@pytest.fixture(scope="module")
def stories(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(STMM_KEEP_MAIL=True):
            call_command("load_demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]


def test_there_is_an_order_in_every_state_that_people_look_for() -> None:
    assert set(Order.objects.values_list("state", flat=True)) == set(State) - UNTOLD
    assert set(LineProgress.objects.values_list("state", flat=True)) == set(LineState)
    assert LineProgress.objects.exclude(jeopardy="").exists()
    assert Question.objects.filter(answered_at__isnull=True).exists()
    assert OpenService.objects.working().exists()
    assert AtoPaper.objects.filter(state=PaperState.DRAFT).exists()
    assert OutsidePurchase.objects.exclude(finding="").exists()


def test_the_record_tells_them_in_the_order_in_which_they_came() -> None:
    entries = Entry.objects.filter(subject_kind=ORDER).order_by("sequence")
    moments = list(entries.values_list("at", flat=True))

    assert moments == sorted(moments)
    assert moments[-1] < timezone.now()
    assert verify().faults == ()


def test_each_form_was_made_and_mailed_once_and_no_mail_waits() -> None:
    sent = Order.objects.exclude(state__in=[State.DRAFT, State.REVIEW]).count()

    assert StoredDocument.objects.filter(kind="std20").count() == sent
    assert OutgoingMail.objects.filter(purpose="route").count() == sent
    assert not OutgoingMail.objects.filter(
        about_kind=ORDER, state=OutgoingMail.State.WAITING
    ).exists()


@pytest.mark.parametrize(
    ("email", "address", "words"),
    [
        ("atr@chp.example", "/", "In jeopardy"),
        ("atr@justice.example", "/", "DOJ-26-031"),
        ("it@merced.example", "/orders/", "MER-26-07"),
        ("desk@att.example", "/orders/desk/", "CHP-26-125"),
        ("desk@verizonwireless.example", "/orders/", "CHP-26-122"),
        ("auditor@auditor.example", "/orders/elsewhere/purchases/", "Antenna mast"),
        ("analyst@cdt.example", "/orders/services/", "SAMPLE."),
    ],
)
def test_whoever_signs_in_finds_something_alive(email: str, address: str, words: str) -> None:
    answer = signed_in(User.objects.get(email=email)).get(address)

    assert words in answer.content.decode()


def test_loaded_again_it_is_kept_as_it_is() -> None:
    entries, orders = Entry.objects.count(), Order.objects.count()
    said = StringIO()

    call_command("load_demo", stdout=said)

    assert "is loaded already" in said.getvalue()
    assert (Entry.objects.count(), Order.objects.count()) == (entries, orders)
