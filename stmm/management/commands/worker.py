import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django_tasks.base import Task
from django_tasks_db.management.commands.db_worker import Worker

from catalog.jobs import read_upload, uploads_left_behind
from exemptions.jobs import (
    decisions_left_behind,
    end_terms,
    remind,
    revocations_left_behind,
    write_decision_letter,
    write_revocation_letter,
)
from orders.jobs import (
    ato_forms_left_behind,
    certificates_left_behind,
    follow_leavings,
    ledgers_left_behind,
    left_behind,
    local_orders_left_behind,
    make_ato_form,
    make_certificate,
    make_notice_letter,
    match_ledger,
    notices_left_behind,
    route_order,
    send_local_order,
    tell_of_changes,
    tell_of_endings,
)
from stmm.outbox.jobs import send_daily_digests, send_due_mail

logger = logging.getLogger("stmm.worker")


# Whose job died, and the job
LEFT_BEHIND: tuple[tuple[Callable[[datetime], list[int]], Task[[int], None]], ...] = (
    (left_behind, route_order),
    (uploads_left_behind, read_upload),
    (ato_forms_left_behind, make_ato_form),
    (notices_left_behind, make_notice_letter),
    (local_orders_left_behind, send_local_order),
    (certificates_left_behind, make_certificate),
    (ledgers_left_behind, match_ledger),
    (decisions_left_behind, write_decision_letter),
    (revocations_left_behind, write_revocation_letter),
)
# What a moment, or a day, brings
BROUGHT: tuple[Callable[[datetime], int], ...] = (
    follow_leavings,
    tell_of_changes,
    tell_of_endings,
    end_terms,
    remind,
)


def sweep() -> None:
    """Do what a crash left behind, and the mails whose next attempt has come."""
    for found, job in LEFT_BEHIND:
        for key in found(timezone.now()):
            _guarded(partial(job.call, key))
    for happens in BROUGHT:
        _guarded(partial(happens, timezone.now()))
    _guarded(send_daily_digests.call)
    _guarded(send_due_mail.call)


def _guarded(job: Callable[[], object]) -> None:
    # One broken order or mail must not keep the others waiting
    try:
        job()
    except Exception:
        logger.exception("A job failed; it is tried again at the next sweep")


class Command(BaseCommand):
    help = "Run jobs: orders, uploads, notices and mail; sweeps up after crashes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is waiting, then stop")
        parser.add_argument("--sweep", type=float, default=10, help="seconds between sweeps")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(
            queue_names=["default"],
            interval=0.5,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="stmm-worker",
            excluded_queue_names=[],
        )
        worker.configure_signals()
        swept = 0.0
        while worker.running:
            worker.run()
            if options["once"]:
                sweep()
                return
            if time.monotonic() - swept > options["sweep"]:
                sweep()
                swept = time.monotonic()
            time.sleep(0.5)
