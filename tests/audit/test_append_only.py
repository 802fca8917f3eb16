"""Rows that are added and never changed: the migration operation behind it."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from stmm.agencies.models import Standing
from stmm.audit.append_only import AppendOnly
from tests.factories import make_agency

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def state() -> ProjectState:
    return ProjectState.from_apps(apps)


@pytest.fixture
def operation() -> AppendOnly:
    return AppendOnly("standing")


@pytest.fixture
def lifted(operation: AppendOnly, state: ProjectState) -> Iterator[None]:
    """The rule is taken back for one test, and put in place again."""
    with connection.schema_editor() as editor:
        operation.database_backwards("agencies", editor, state, state)
    yield
    with connection.schema_editor() as editor:
        operation.database_forwards("agencies", editor, state, state)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Standing.objects.update(reason="Another")


def test_a_standing_can_not_be_changed() -> None:
    make_agency()

    with pytest.raises(IntegrityError, match="agencies_standing is append-only"):
        Standing.objects.update(reason="Another")


def test_the_rule_can_be_taken_back_by_a_migration(lifted: None) -> None:
    make_agency()

    assert Standing.objects.update(reason="Another") == 1


def test_it_is_written_into_migrations_as_it_was_given(operation: AppendOnly) -> None:
    assert operation.deconstruct() == ("AppendOnly", ["standing"], {})
    assert operation.describe() == "Refuse changes to rows of standing"
    assert operation.state_forwards("agencies", ProjectState()) is None  # type: ignore[func-returns-value]  # it is said to change nothing
