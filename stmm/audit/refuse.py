"""Changes that the database itself refuses under a condition, whoever asks.

`Refuse(...)` in a migration puts one trigger in place on SQLite and PostgreSQL.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Refuse(Operation):
    """Migration operation: refuse a `verb` on rows of `table` for which `when` is true.

    `when` is SQL that both databases know, over OLD and NEW; `name` is unique in the database.
    """

    reversible = True

    def __init__(self, name: str, table: str, verb: str, when: str, message: str) -> None:
        self.name, self.table, self.verb = name, table, verb
        self.when, self.message = when, message

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The rule lives in the database; the models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        postgresql = schema_editor.connection.vendor == "postgresql"
        with schema_editor.connection.cursor() as cursor:
            for statement in self._on_postgresql() if postgresql else self._on_sqlite():
                cursor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        postgresql = schema_editor.connection.vendor == "postgresql"
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                f"DROP FUNCTION {self.name}() CASCADE"
                if postgresql
                else f"DROP TRIGGER {self.name}"
            )

    def _on_sqlite(self) -> list[str]:
        return [
            (
                f"CREATE TRIGGER {self.name} BEFORE {self.verb} ON {self.table}"
                f" WHEN {self.when} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            )
        ]

    def _on_postgresql(self) -> list[str]:
        row = "OLD" if self.verb == "DELETE" else "NEW"
        return [
            (
                f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {self.when} THEN RAISE EXCEPTION '{self.message}'"
                f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
            ),
            (
                f"CREATE TRIGGER {self.name} BEFORE {self.verb} ON {self.table}"
                f" FOR EACH ROW EXECUTE FUNCTION {self.name}()"
            ),
        ]

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        arguments = [self.name, self.table, self.verb, self.when, self.message]
        return (type(self).__name__, arguments, {})

    def describe(self) -> str:
        return f"Refuse a {self.verb} on {self.table}: {self.message}"
