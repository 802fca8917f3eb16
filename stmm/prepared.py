"""Queries put together once: from then on only their values change.

Putting together a query of several subqueries costs Django more than the database takes to answer
it, and PostgreSQL longer to plan than to run (bench/orders.py). For what every order or every
request asks; all else is a plain queryset.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=Model, covariant=True)
Stored = Field[Any, Any]

Shape = int | None
"""Of a value: how many there are of a tuple, None of None, ONE of all else."""
ONE = -1

_ready: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""The statements that each connection to PostgreSQL has planned."""


class Slot(Expression):
    """Where a value will stand: the one of this name, or the one at `place` in its tuple."""

    def __init__(self, name: str, place: int | None, output_field: Stored) -> None:
        super().__init__(output_field=output_field)
        self.name = name
        self.place = place

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def filled(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> Any:
        value = values[self.name]
        given = value if self.place is None else value[self.place]
        return self.output_field.get_db_prep_value(given, connection)


class Prepared(Generic[Row]):
    """A query by the names of its values, each with the field that says how it is stored.

    `build` gets a Slot for each value, a list of them for a tuple, None for None, and uses it as
    it would the value. Nothing else may change what it builds. A tuple is for `in`, has a value
    at least, and is filled up with its last one, so that few lengths have to be put together.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], **fields: Stored) -> None:
        self._build = build
        self._fields = fields
        self._made = cache(self._make)

    def __call__(self, **values: Any) -> QuerySet[Row]:
        """The rows with these values. To be read as they are: a filter would be passed over."""
        values = {name: _filled_up(value) for name, value in values.items()}
        made = self._made(tuple((name, _shape(value)) for name, value in values.items()))
        rows, compiler = made.rows.all(), copy(made.compiler)
        connection = compiler.connection = connections[rows.db]
        statement = made.statement(values, connection)
        vars(compiler)["as_sql"] = lambda *_, **__: statement
        vars(rows.query)["get_compiler"] = lambda *_, **__: compiler
        return rows

    def _make(self, shapes: tuple[tuple[str, Shape], ...]) -> "_Made":
        rows = self._build(**{name: self._slots(name, shape) for name, shape in shapes})
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        return _Made(rows, compiler, sql, tuple(params))

    def _slots(self, name: str, shape: Shape) -> Any:
        if shape is None:
            return None
        if shape == ONE:
            return Slot(name, None, self._fields[name])
        return [Slot(name, place, self._fields[name]) for place in range(shape)]


@dataclass(frozen=True)
class _Made:
    """What Django put together: a place in `sql` for each of `params`."""

    rows: QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]

    def statement(
        self, values: dict[str, Any], connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        given = {slot: slot.filled(values, connection) for slot in self.slots}
        if _is_planned_once(connection):
            self._plan(connection)
            return self.execution, tuple(given.values())
        params = (given[each] if isinstance(each, Slot) else each for each in self.params)
        return self.sql, tuple(params)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Each once, in the order of their first places."""
        return tuple(dict.fromkeys(each for each in self.params if isinstance(each, Slot)))

    @cached_property
    def name(self) -> str:
        return f"stmm_{sha256(self.sql.encode()).hexdigest()[:16]}"

    @cached_property
    def execution(self) -> str:
        return f"EXECUTE {self.name} ({', '.join(['%s'] * len(self.slots))})"

    def _plan(self, connection: BaseDatabaseWrapper) -> None:
        """Once a connection. PostgreSQL keeps the plan beyond the end of a transaction."""
        connection.ensure_connection()
        ready = _ready.setdefault(connection.connection, set())
        if self.name in ready:
            return
        numbers = {slot: f"${number}" for number, slot in enumerate(self.slots, 1)}
        types = ", ".join(slot.output_field.db_type(connection) or "" for slot in self.slots)
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            places = [
                numbers[each] if isinstance(each, Slot) else cursor.mogrify("%s", [each]).decode()
                for each in self.params
            ]
            cursor.execute(f"PREPARE {self.name} ({types}) AS {self.sql % tuple(places)}")
        ready.add(self.name)


def _is_planned_once(connection: BaseDatabaseWrapper) -> bool:
    """Not behind a pooler that changes servers between transactions: Django's own word for it."""
    pooled = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    return connection.vendor == "postgresql" and not pooled


def _filled_up(value: Any) -> Any:
    """A tuple as long as the next power of two."""
    if not isinstance(value, tuple):
        return value
    length = 1 << (len(value) - 1).bit_length()
    return value + value[-1:] * (length - len(value))


def _shape(value: Any) -> Shape:
    if value is None:
        return None
    return len(value) if isinstance(value, tuple) else ONE
