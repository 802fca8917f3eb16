"""From a signature to the order desk: the job, what makes up for a lost job, the mail."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from orders.jobs import OVERDUE, left_behind, route_order
from orders.models import Order, State
from orders.services.making import drafting
from orders.services.sending import PURPOSE, route
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.documents.models import StoredDocument
from stmm.documents.services import content_of
from stmm.management.commands.worker import sweep
from stmm.outbox.models import OutgoingMail
from tests.factories import AT
from tests.orders.factories import (
    PDF,
    World,
    access,
    make_ready_order,
    make_routed_order,
    make_signed_order,
    sign,
)
from tests.outbox.conftest import Desk
from tests.triggers import without_triggers
from tests.worker import run_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


def form_of(order: Order) -> StoredDocument:
    return StoredDocument.objects.get(kind="std20", made_from_key=str(order.pk))


def mail_of(order: Order) -> OutgoingMail:
    return OutgoingMail.objects.about(order).get()


def attached(mail: EmailMessage) -> dict[str, bytes]:
    return {
        part.get_filename() or "": part.get_payload(decode=True) or b""  # type: ignore[misc]  # bytes, as decoded
        for part in mail.iter_attachments()
    }


def make_equipment_order(world: World) -> Order:
    order = make_ready_order(world)
    drafting.attach(
        order=order, kind="std65", file_name="65.pdf", content=PDF, access=access(world.atr), at=AT
    )
    return sign(order, by=world.catr)


def break_form(order: Order) -> None:
    """Past the seal: as if a defect made this form impossible to print."""
    with without_triggers():
        order.lines.update(description="電話")


def test_signing_asks_for_the_order_to_be_sent(world: World) -> None:
    order = make_signed_order(world)

    (task,) = DBTaskResult.objects.all()
    assert task.task_path == "orders.jobs.route_order"
    assert task.args_kwargs == {"args": [order.pk], "kwargs": {}}


def test_the_worker_makes_the_form_and_mails_it_to_the_order_desk(world: World, desk: Desk) -> None:
    order = make_equipment_order(world)

    run_worker()

    document, (mail,) = form_of(order), desk.forms
    assert attached(mail) == {f"{order.number}.pdf": content_of(document), "65.pdf": PDF}
    assert content_of(document).startswith(b"%PDF-")
    assert document.sha256 == hashlib.sha256(content_of(document)).hexdigest()
    assert mail["Subject"] == f"STD. 20 {order.number} from Highway Patrol"
    assert mail["To"] == "desk@contractor.example"
    assert mail["Message-ID"] == mail_of(order).message_id
    assert mail_of(order).state == OutgoingMail.State.SENT


def test_the_mail_says_what_the_desk_needs_to_know(world: World) -> None:
    order = make_routed_order(world)

    text = mail_of(order).text
    for words in (
        order.number,
        order.agency_request_number,
        "Highway Patrol",
        "Ana Reyes, (916) 555-0100, ana@chp.example",
        "C4-DNCS-19",
        "Prices and product identifiers are samples",
    ):
        assert str(words) in text


def test_an_installation_with_real_prices_says_nothing_of_samples(
    world: World, settings: Settings
) -> None:
    settings.STMM_SAMPLE_NOTICE = ""

    assert "sample" not in mail_of(make_routed_order(world)).text


def test_an_order_is_routed_when_its_mail_is_queued(world: World) -> None:
    order = make_signed_order(world)
    later = AT + timedelta(minutes=1)

    route(order=order, at=later)

    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.routed_at, stored.version) == (
        State.ROUTED,
        later,
        order.version + 1,
    )
    mail = mail_of(order)
    assert (mail.state, mail.purpose) == (OutgoingMail.State.WAITING, PURPOSE)
    entry = Entry.objects.about(order).get(action="route")
    assert {change.field: change.after for change in entry.changes} == {
        "state": "Sent to contractor",
        "document SHA-256": form_of(order).sha256,
        "to": "desk@contractor.example",
        "Message-ID": mail.message_id,
    }
    assert entry.actor is None
    assert verify().faults == ()


def test_routing_twice_sends_once(world: World) -> None:
    order = make_signed_order(world)
    for _ in range(2):
        route(order=order, at=AT)

    assert StoredDocument.objects.filter(kind="std20").count() == 1
    assert OutgoingMail.objects.filter(purpose=PURPOSE).count() == 1
    assert Entry.objects.filter(action="route").count() == 1


def test_of_two_workers_on_one_order_one_sends_it(world: World) -> None:
    order = make_signed_order(world)

    def work_on_it() -> None:
        try:
            route(order=order, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work_on_it) for _ in range(2)]:
            done.result()

    assert StoredDocument.objects.filter(kind="std20").count() == 1
    assert OutgoingMail.objects.filter(purpose=PURPOSE).count() == 1
    assert Order.objects.get(pk=order.pk).version == order.version + 1


def test_a_draft_is_not_routed(world: World) -> None:
    order = make_ready_order(world)

    route(order=order, at=AT)

    assert not OutgoingMail.objects.exists()


def test_an_order_whose_job_was_lost_is_found_after_a_while(world: World) -> None:
    order = make_signed_order(world)
    DBTaskResult.objects.all().delete()

    assert left_behind(AT + OVERDUE - timedelta(seconds=1)) == []
    assert left_behind(AT + OVERDUE) == [order.pk]


def test_the_worker_sends_an_order_whose_job_was_lost(world: World, desk: Desk) -> None:
    order = make_signed_order(world)
    DBTaskResult.objects.all().delete()

    run_worker()

    assert Order.objects.get(pk=order.pk).state == State.ROUTED
    assert [mail["Message-ID"] for mail in desk.forms] == [mail_of(order).message_id]


def test_a_routed_order_is_not_left_behind(world: World) -> None:
    make_routed_order(world)

    assert left_behind(timezone.now() + OVERDUE) == []


def test_an_order_that_can_not_be_printed_does_not_stop_another(
    world: World, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = make_signed_order(world), make_signed_order(world)
    break_form(broken)

    sweep()

    assert "no font for “電”" in caplog.text
    assert Order.objects.get(pk=broken.pk).state == State.SIGNED
    assert Order.objects.get(pk=whole.pk).state == State.ROUTED
    assert len(desk.forms) == 1


def test_a_job_that_fails_leaves_the_order_signed_for_the_next_sweep(world: World) -> None:
    order = make_signed_order(world)
    break_form(order)

    with pytest.raises(Exception, match="no font for"):
        route_order.call(order.pk)

    assert left_behind(timezone.now() + OVERDUE) == [order.pk]
    assert not OutgoingMail.objects.exists()


def test_a_mail_refused_the_first_time_is_sent_again_under_the_same_message_id(
    world: World, desk: Desk
) -> None:
    order = make_signed_order(world)
    desk.answers = ["451 Try again later"]
    run_worker()
    mail = mail_of(order)
    assert (mail.state, desk.forms) == (OutgoingMail.State.WAITING, [])

    OutgoingMail.objects.filter(pk=mail.pk).update(next_attempt_at=datetime.now(tz=AT.tzinfo))
    run_worker()

    assert [each["Message-ID"] for each in desk.forms] == [mail.message_id]
    assert [attempt.accepted for attempt in mail.attempts.all()] == [False, True]
    assert attached(desk.forms[0]) == {f"{order.number}.pdf": content_of(form_of(order))}
