"""Past the triggers that refuse changes: for cleaning up, and for playing the tamperer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def without_triggers() -> Iterator[None]:
    """Lift every trigger of the test database, ours being all there are, and put them back."""
    postgresql = connection.vendor == "postgresql"
    lift, restore = _on_postgresql() if postgresql else _on_sqlite()
    with connection.cursor() as cursor:
        if postgresql and connection.in_atomic_block:
            # A table with checks put off to the commit can't be altered
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in lift:
            cursor.execute(statement)
        try:
            yield
        finally:
            for statement in restore:
                cursor.execute(statement)


def _on_postgresql() -> tuple[list[str], list[str]]:
    tables = [
        table
        for (table,) in _rows(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        )
    ]
    return (
        [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables],
        [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables],
    )


def _on_sqlite() -> tuple[list[str], list[str]]:
    triggers = _rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]


def _rows(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
