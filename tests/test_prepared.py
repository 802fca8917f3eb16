"""A prepared query gives what the plain one gives, whatever its values, on every connection."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField, DateField, QuerySet
from django.test.utils import CaptureQueriesContext

from stmm.agencies.models import Standing
from stmm.prepared import Prepared
from tests.factories import SINCE, TODAY, make_agency

pytestmark = pytest.mark.django_db
NAMES = tuple(f"Office {number} 100%" for number in range(5))
FIRST_WORD = {"postgresql": "EXECUTE", "sqlite": "SELECT"}


def ruled_on(names: Any, on: Any) -> QuerySet[Standing]:
    rows = Standing.objects.filter(agency__name__in=names).select_related("agency").order_by("pk")
    return rows if on is None else rows.filter(effective_from__lte=on).exclude(reason="100%")


@pytest.fixture
def asked() -> Prepared[Standing]:
    return Prepared(ruled_on, names=CharField(), on=DateField())


@pytest.fixture(autouse=True)
def _agencies(db: None) -> None:
    for name in NAMES:
        make_agency(name=name)


def names_of(rows: Iterable[Standing]) -> list[str]:
    return [row.agency.name for row in rows]


def first_word(rows: QuerySet[Standing]) -> str:
    with CaptureQueriesContext(connection) as queries:
        list(rows)
    (query,) = queries
    return str(query["sql"]).split()[0]


@pytest.mark.parametrize("count", range(1, 6))
@pytest.mark.parametrize("on", [TODAY, SINCE - timedelta(1), None])
def test_it_reads_what_the_plain_query_reads(
    asked: Prepared[Standing], count: int, on: Any
) -> None:
    names = NAMES[:count]
    assert list(asked(names=names, on=on)) == list(ruled_on(names, on))
    assert names_of(asked(names=names, on=on)) == ([] if on and on < SINCE else list(names))


def test_two_at_a_time_keep_their_own_values(asked: Prepared[Standing]) -> None:
    first, second = asked(names=NAMES[:1], on=TODAY), asked(names=NAMES[1:2], on=TODAY)
    assert (names_of(second), names_of(first)) == ([NAMES[1]], [NAMES[0]])


def test_a_length_is_put_together_once() -> None:
    built = []

    def build(names: Any, on: Any) -> QuerySet[Standing]:
        built.append(len(names))
        return ruled_on(names, on)

    asked = Prepared(build, names=CharField(), on=DateField())
    for count in (3, 4, 1, 3):
        assert len(asked(names=NAMES[:count], on=TODAY)) == count
    assert built == [4, 1]


def test_its_related_rows_come_with_it(asked: Prepared[Standing]) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert names_of(asked(names=NAMES, on=TODAY)) == list(NAMES)
    assert len(queries) == 1


def test_postgresql_plans_it_once_a_connection(asked: Prepared[Standing]) -> None:
    for name in NAMES:
        assert first_word(asked(names=(name,), on=TODAY)) == FIRST_WORD[connection.vendor]


def test_a_pooler_gets_plain_statements(
    asked: Prepared[Standing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert first_word(asked(names=NAMES, on=TODAY)) == "SELECT"


def test_what_was_planned_outlives_a_rollback(asked: Prepared[Standing]) -> None:
    with transaction.atomic():
        assert len(asked(names=NAMES, on=TODAY)) == len(NAMES)
        transaction.set_rollback(True)
    assert len(asked(names=NAMES, on=TODAY)) == len(NAMES)


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_plans_it_again(asked: Prepared[Standing]) -> None:
    for _ in range(2):
        assert len(asked(names=NAMES, on=TODAY)) == len(NAMES)
        connection.close()


@transaction.atomic
def ask_after_a_failure(asked: Prepared[Standing]) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    list(asked(names=NAMES, on=TODAY))
    raise DatabaseError  # SQLite goes on where PostgreSQL refuses


def test_it_fails_as_other_queries_fail(asked: Prepared[Standing]) -> None:
    with pytest.raises(DatabaseError):
        ask_after_a_failure(asked)
