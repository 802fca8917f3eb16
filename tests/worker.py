"""The job worker, run in the process of the test."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection


def run_worker() -> None:
    """Do the jobs and mails that are waiting, as `manage.py worker --once` does."""
    with _signals_given_back(), _connection_kept():
        call_command("worker", "--once")


@contextmanager
def _signals_given_back() -> Iterator[None]:
    """The worker takes over the signals that end a process, which the test runner needs."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
    earlier = {number: signal.getsignal(number) for number in signals}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


@contextmanager
def _connection_kept() -> Iterator[None]:
    """The worker drops a connection that is old or left in a transaction, as a test's may be."""
    autocommit, close_at = connection.settings_dict["AUTOCOMMIT"], connection.close_at
    connection.settings_dict["AUTOCOMMIT"], connection.close_at = connection.get_autocommit(), None
    try:
        yield
    finally:
        connection.settings_dict["AUTOCOMMIT"], connection.close_at = autocommit, close_at
