"""Writers on one SQLite file: with the queue (stmm.queued_sqlite) and without, in one run.

    python bench/sqlite_writers.py [clients] [seconds]

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

ROOT = Path(__file__).resolve().parent.parent


def _set_up(engine: str, folder: str) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.update(STMM_DEMONSTRATION="1", STMM_SECRET_KEY="bench", STMM_DATA_DIR=folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "stmm.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["ENGINE"] = engine
    django.setup()


def _migrate(engine: str, folder: str) -> None:
    _set_up(engine, folder)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _client(engine, folder, seconds, ready, results) -> None:
    _set_up(engine, folder)
    from django.db import OperationalError, transaction
    from django.utils import timezone

    from stmm.accounts.models import User
    from stmm.audit.services import record

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
        first = context.Process(target=_migrate, args=(engine, folder))
        first.start()
        first.join()
        results = context.Queue()
        ready = context.Barrier(clients)
        group = [
            context.Process(target=_client, args=(engine, folder, seconds, ready, results))
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
        f"{engine:32} {clients:3} clients  {len(times):7} transactions"
        f"  median {statistics.median(times) * 1000:7.1f} ms  p99 {p99 * 1000:7.1f} ms"
        f"  slowest {times[-1] * 1000:7.1f} ms  locked {sum(answer[1] for answer in answers)}"
    )


if __name__ == "__main__":
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10
    for engine in ("django.db.backends.sqlite3", "stmm.queued_sqlite"):
        measure(engine, clients, seconds)
