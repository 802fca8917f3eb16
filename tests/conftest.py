"""What all tests share: a moment, and a database that refuses changes yet can be emptied."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import TransactionTestCase

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
