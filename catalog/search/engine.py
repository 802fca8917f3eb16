"""The search of the database in use."""

from collections.abc import Sequence
from types import ModuleType

from django.db import connection
from django.db.models import Q

from catalog.search import postgresql, sqlite
from catalog.search.words import Wanted


def _engine() -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite


def create() -> None:
    """What the models can't declare: full-text tables, triggers, indexes, an extension."""
    _engine().create()


def drop() -> None:
    _engine().drop()


def matches(column: str, wanted: Sequence[Wanted]) -> Q:
    """That `column` of a listing, "words" or "name_words", has every one of the wanted words."""
    found: Q = _engine().matches(column, wanted)
    return found


def candidates(word: str) -> list[str]:
    """Words of the catalogue that `word`, of letters only, may be a misspelling of."""
    found: list[str] = _engine().candidates(word)
    return found
