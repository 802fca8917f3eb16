"""Django's SQLite backend, with one file lock held around each transaction.

SQLite's own lock is polled with growing pauses, so that an unlucky writer waits long: with
eight clients the slowest hundredth took half a second and more. A lock on a file beside the
database, asked for at short, even intervals, keeps them all waiting about as long. And bulk
statements are as long as SQLite takes them.
"""

import fcntl
import os
import time
from typing import Any

from django.db.backends.sqlite3 import base, features
from django.db.utils import OperationalError

PAUSE = 0.001  # seconds between two looks at the lock


class DatabaseFeatures(features.DatabaseFeatures):
    # SQLite's own limit since 3.32; Django keeps to the 999 of older ones, and cuts bulk
    # statements into as many more
    max_query_params = 32_766


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    _lock: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._acquire()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._release()
            raise

    def _commit(self) -> Any:
        result = super()._commit()  # type: ignore[misc]  # not in the stubs
        self._release()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._release()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._release()

    def _acquire(self) -> None:
        """Wait for the other writers, as long as SQLite itself would; then OperationalError."""
        if self._lock is not None or self.is_in_memory_db():
            return
        name = str(self.settings_dict["NAME"])
        handle = os.open(f"{name}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        last = time.monotonic() + float(self.settings_dict["OPTIONS"].get("timeout", 5))
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > last:
                    os.close(handle)
                    raise OperationalError("database is locked") from None
                time.sleep(PAUSE)
            else:
                self._lock = handle
                return

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
