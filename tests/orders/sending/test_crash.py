"""The worker killed for real, with SIGKILL, somewhere between a signature and its mail."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from orders.jobs import OVERDUE
from orders.models import Order, State
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.documents.models import StoredDocument
from stmm.outbox.models import OutgoingMail
from tests.orders.factories import World, make_ready_order, sign
from tests.outbox.conftest import Desk, free_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


ROOT = Path(__file__).resolve().parents[3]
KILLS = 5
PATIENCE = 60  # seconds

Worker = subprocess.Popen[bytes]


class DeadlyDesk(Desk):
    """A mail server in whose hands the worker dies, after a mail is taken, before the answer."""

    victim: Worker | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None:
            self.victim.kill()
            self.victim = None
        return answer


@pytest.fixture
def server() -> Iterator[Controller]:
    controller = Controller(DeadlyDesk(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def database_url() -> str:
    """The test database, as another process must be told of it."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    user, password = quote(str(told["USER"])), quote(str(told["PASSWORD"]))
    host, port = quote(str(told["HOST"]), safe=""), told["PORT"]
    return f"postgres://{user}:{password}@{host}:{port}/{told['NAME']}"


def start_worker(server: Controller) -> Worker:
    told = {
        "DJANGO_SETTINGS_MODULE": "stmm.settings",
        "DATABASE_URL": database_url(),
        "STMM_DEMONSTRATION": "1",
        "STMM_KEEP_MAIL": "0",
        "STMM_SECRET_KEY": "a key for these tests only",
        "STMM_SMTP_HOST": "127.0.0.1",
        "STMM_SMTP_PORT": str(server.port),
    }
    connection.close()
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker", "--once"], cwd=ROOT, env=os.environ | told
    )


def sign_an_order(world: World) -> Order:
    """Signed so long ago that a lost job counts as lost."""
    return sign(make_ready_order(world), by=world.catr, at=timezone.now() - 2 * OVERDUE)


@contextmanager
def killed_at_the_end(worker: Worker) -> Iterator[None]:
    try:
        yield
    finally:
        worker.kill()
        worker.wait()


def wait_for_its_job(order: Order, worker: Worker) -> None:
    deadline = time.monotonic() + PATIENCE
    begun = DBTaskResult.objects.exclude(status=TaskResultStatus.READY)
    while not any(task.args_kwargs["args"] == [order.pk] for task in begun.all()):
        assert time.monotonic() < deadline, "the worker has not begun"
        assert worker.poll() in (None, 0), "the worker has failed"
        time.sleep(0.01)


def finish(server: Controller) -> None:
    """Time passes until the leases of broken attempts have ended; then a worker runs to its end."""
    OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING).update(
        next_attempt_at=timezone.now() - timedelta(seconds=1)
    )
    assert start_worker(server).wait(PATIENCE) == 0


def test_a_worker_killed_at_any_moment_loses_nothing_and_doubles_nothing(
    world: World, server: Controller
) -> None:
    chance = random.Random()  # noqa: S311  moments, not secrets
    orders = []
    for _ in range(KILLS):
        orders.append(sign_an_order(world))
        worker = start_worker(server)
        with killed_at_the_end(worker):
            wait_for_its_job(orders[-1], worker)
            time.sleep(chance.uniform(0, 1))

    finish(server)

    received = [mail["Message-ID"] for mail in server.handler.forms]
    for order in orders:
        assert Order.objects.get(pk=order.pk).state == State.ROUTED
        assert StoredDocument.objects.filter(made_from_key=order.pk, kind="std20").count() == 1
        assert Entry.objects.about(order).filter(action="route").count() == 1
        mail = OutgoingMail.objects.about(order).get()
        assert mail.state == OutgoingMail.State.SENT
        assert mail.message_id in received
    assert len(set(received)) == KILLS
    assert verify().faults == ()


def test_a_mail_taken_from_a_dying_worker_comes_again_under_the_same_message_id(
    world: World, server: Controller
) -> None:
    order = sign_an_order(world)
    server.handler.victim = worker = start_worker(server)
    assert worker.wait(PATIENCE) == -signal.SIGKILL
    mail = OutgoingMail.objects.about(order).get()
    assert (mail.state, mail.attempts.count()) == (OutgoingMail.State.WAITING, 0)

    finish(server)

    first, second = server.handler.forms
    assert first["Message-ID"] == second["Message-ID"] == mail.message_id
    assert first.as_bytes().split(b"\n\n", 1)[0].count(b"Message-ID") == 1
    mail.refresh_from_db()
    assert mail.state == OutgoingMail.State.SENT
