import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from catalog.jobs import read_upload, uploads_left_behind
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


def sweep() -> None:
    """Do what a crash left behind, and the mails whose next attempt has come."""
    for order_id in left_behind(timezone.now()):
        _guarded(lambda order_id=order_id: route_order.call(order_id))  # type: ignore[misc]
    for upload_id in uploads_left_behind(timezone.now()):
        _guarded(lambda upload_id=upload_id: read_upload.call(upload_id))  # type: ignore[misc]
    for paper_id in ato_forms_left_behind(timezone.now()):
        _guarded(lambda paper_id=paper_id: make_ato_form.call(paper_id))  # type: ignore[misc]
    for leaving_id in notices_left_behind(timezone.now()):
        _guarded(lambda leaving_id=leaving_id: make_notice_letter.call(leaving_id))  # type: ignore[misc]
    for order_id in local_orders_left_behind(timezone.now()):
        _guarded(lambda order_id=order_id: send_local_order.call(order_id))  # type: ignore[misc]
    _guarded(lambda: follow_leavings(timezone.now()))
    for determination_id in certificates_left_behind(timezone.now()):
        _guarded(lambda key=determination_id: make_certificate.call(key))  # type: ignore[misc]
    for ledger_id in ledgers_left_behind(timezone.now()):
        _guarded(lambda ledger_id=ledger_id: match_ledger.call(ledger_id))  # type: ignore[misc]
    _guarded(lambda: tell_of_changes(timezone.now()))
    _guarded(lambda: tell_of_endings(timezone.now()))
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
