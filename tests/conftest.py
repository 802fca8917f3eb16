"""What all tests share: a moment, and a database that refuses changes yet can be emptied."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.factories import AT
from tests.triggers import without_triggers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database: it is run on PostgreSQL too."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"}:
            item.add_marker("database")


@pytest.fixture
def at() -> datetime:
    """Monday, March 2, 2026, 10 in the morning, Pacific time."""
    return AT


@pytest.fixture(scope="session")
def _migrated(pytestconfig: pytest.Config) -> Path:
    """Where SQLite's database, migrated and empty, is kept for the next run of the same sources."""
    digest = sha256(Path(settings.BASE_DIR, "requirements-dev.txt").read_bytes())
    for package in ("catalog", "exemptions", "orders", "stmm"):
        for source in sorted(Path(settings.BASE_DIR, package).rglob("*.py")):
            digest.update(f"{source}".encode() + source.read_bytes())
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("migrated") / f"{digest.hexdigest()}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_keepdb: bool, django_db_modify_db_settings: None, _migrated: Path
) -> bool:
    """Begin with a copy of what was migrated before: it takes half a minute anew."""
    if connection.vendor == "sqlite" and _migrated.exists():
        shutil.copy(_migrated, connection.settings_dict["TEST"]["NAME"])
        return True
    return django_db_keepdb


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, _migrated: Path
) -> None:
    if connection.vendor != "sqlite" or _migrated.exists():
        return
    for older in _migrated.parent.glob("*.sqlite3"):
        older.unlink(missing_ok=True)
    part = _migrated.with_suffix(f".{os.getpid()}")  # until it is whole
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [f"{part}"])
    part.replace(_migrated)


@pytest.fixture(autouse=True, scope="session")
def _tests_that_commit_can_be_cleaned_up() -> Iterator[None]:
    """After such a test Django empties every table, which append-only ones refuse."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # unpublished

    def flush_past_the_triggers(test: TransactionTestCase) -> None:
        with without_triggers():
            flush(test)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_past_the_triggers)
        yield
