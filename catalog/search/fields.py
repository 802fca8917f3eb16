"""The column that holds a row's words: a tsvector on PostgreSQL, text that FTS5 reads on SQLite."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler


class WordsField(models.Field[str, str]):
    """Words with spaces between them, as `catalog.search.words.indexed` gives them."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(
        self, value: Any, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> str:
        if connection.vendor == "postgresql":
            return "array_to_tsvector(string_to_array(%s, ' '))"
        return "%s"


@WordsField.register_lookup
class Has(models.Lookup[str]):
    """`words__has="'sip' & 'trunk':*"`: PostgreSQL's own form of a question."""

    lookup_name = "has"
    prepare_rhs = False

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, Sequence[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", (*parameters, self.rhs)
