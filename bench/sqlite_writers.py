"""Writers on one SQLite file: with the queue (stmm.queued_sqlite) and without, in one run.

Run from the project's folder: python -m bench.sqlite_writers [clients] [seconds]

Each client is a process that records audit entries, one a transaction. To reach (R7): no
"database is locked", p99 <= 250 ms at 32 clients.
"""

import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  after the settings
from django.db import OperationalError, connections, transaction  # noqa: E402  the same
from django.utils import timezone  # noqa: E402  the same

from stmm.accounts.models import User  # noqa: E402  the same
from stmm.audit.services import record  # noqa: E402  the same

ENGINES = ("django.db.backends.sqlite3", "stmm.queued_sqlite")


def _use(engine: str, file: Path) -> None:
    connections.settings["default"].update(ENGINE=engine, NAME=str(file))


def _migrate(engine: str, file: Path) -> None:
    _use(engine, file)
    call_command("migrate", verbosity=0)


def _client(engine: str, file: Path, seconds: float, ready: Any, results: Any) -> None:
    _use(engine, file)
    subject = User(pk=1, name="Bench")
    times, refused = [], 0
    ready.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.perf_counter()
        try:
            with transaction.atomic():
                record(at=timezone.now(), actor=None, action="bench", subject=subject)
        except OperationalError:
            refused += 1
        times.append(time.perf_counter() - begun)
    results.put((times, refused))


def measure(engine: str, clients: int, seconds: float) -> None:
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "db.sqlite3"
        first = context.Process(target=_migrate, args=(engine, file))
        first.start()
        first.join()
        results, ready = context.Queue(), context.Barrier(clients)
        group = [
            context.Process(target=_client, args=(engine, file, seconds, ready, results))
            for _ in range(clients)
        ]
        for each in group:
            each.start()
        answers = [results.get() for _ in group]
        for each in group:
            each.join()
    times = sorted(taken for answer in answers for taken in answer[0])
    p99 = times[int(len(times) * 0.99)]
    print(
        f"{engine:28} {clients:3} clients {len(times):7} transactions"
        f"  median {statistics.median(times) * 1000:7.1f} ms  p99 {p99 * 1000:7.1f} ms"
        f"  slowest {times[-1] * 1000:7.1f} ms  locked {sum(answer[1] for answer in answers)}"
    )


if __name__ == "__main__":
    for engine in ENGINES:
        measure(
            engine,
            int(sys.argv[1]) if len(sys.argv) > 1 else 8,
            float(sys.argv[2]) if len(sys.argv) > 2 else 10,
        )
