"""What the database refuses under a condition: the migration operation behind it."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from stmm.agencies.models import Agency
from stmm.audit.refuse import Refuse
from tests.factories import make_agency

pytestmark = pytest.mark.django_db(transaction=True)
RULES = (
    Refuse(
        "no_agency_is_nameless", "agencies_agency", "UPDATE", "NEW.name = 'Nobody'",
        "an agency has a name",
    ),
    Refuse("old_agencies_are_kept", "agencies_agency", "DELETE", "OLD.name = 'Old'", "old is kept"),
)  # fmt: skip


@pytest.fixture
def state() -> ProjectState:
    return ProjectState.from_apps(apps)


@pytest.fixture
def in_place(state: ProjectState) -> Iterator[None]:
    """The rules hold for one test, and are taken back."""
    with connection.schema_editor() as editor:
        for rule in RULES:
            rule.database_forwards("agencies", editor, state, state)
    yield
    with connection.schema_editor() as editor:
        for rule in RULES:
            rule.database_backwards("agencies", editor, state, state)
    Agency.objects.update(name="Nobody")


def test_what_the_condition_says_is_refused_and_nothing_else(in_place: None) -> None:
    make_agency()

    with pytest.raises(IntegrityError, match="an agency has a name"), transaction.atomic():
        Agency.objects.update(name="Nobody")
    assert Agency.objects.update(name="Somebody") == 1


def test_a_row_that_goes_is_looked_at_as_it_was(in_place: None) -> None:
    make_agency(name="Old")
    rows = Agency.objects.all()

    with pytest.raises(IntegrityError, match="old is kept"), transaction.atomic():
        rows._raw_delete(rows.db)


def test_it_is_written_into_migrations_as_it_was_given() -> None:
    rule = RULES[1]
    arguments = ["old_agencies_are_kept", "agencies_agency", "DELETE", "OLD.name = 'Old'"]

    assert rule.deconstruct() == ("Refuse", [*arguments, "old is kept"], {})
    assert rule.describe() == "Refuse a DELETE on agencies_agency: old is kept"
    assert rule.state_forwards("agencies", ProjectState()) is None  # type: ignore[func-returns-value]  # it is said to change nothing
