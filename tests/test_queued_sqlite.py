"""One writer at a time on an SQLite file; the others wait their turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError

from stmm.queued_sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[DatabaseWrapper, DatabaseWrapper]]:
    """Two connections to one file, the second with little patience."""
    base = {
        "NAME": str(tmp_path / "db.sqlite3"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0.2},
        "TIME_ZONE": None, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True,
        "ATOMIC_REQUESTS": False, "USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "TEST": {},
    }  # fmt: skip
    first, second = DatabaseWrapper({**base}, "first"), DatabaseWrapper({**base}, "second")
    first.set_autocommit(True)
    second.set_autocommit(True)
    yield first, second
    first.close()
    second.close()


def begin(connection: DatabaseWrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def test_a_writer_who_waits_too_long_is_told_that_the_database_is_locked(
    two: tuple[DatabaseWrapper, DatabaseWrapper],
) -> None:
    first, second = two
    begin(first)
    with pytest.raises(OperationalError, match="database is locked"):
        begin(second)


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_next_writer_has_its_turn_when_the_first_is_done(
    two: tuple[DatabaseWrapper, DatabaseWrapper], end: str
) -> None:
    first, second = two
    begin(first)
    getattr(first, end)()
    begin(second)
    second.rollback()


def test_a_transaction_that_can_not_begin_holds_up_nobody(
    two: tuple[DatabaseWrapper, DatabaseWrapper],
) -> None:
    first, second = two
    begin(first)
    with pytest.raises(OperationalError, match="within a transaction"):
        first._start_transaction_under_autocommit()
    first.rollback()
    begin(second)
    second.rollback()
