"""Words matched by a tsvector with a GIN index, misspellings mended by pg_trgm.

Where the role may not create the extension (it is a trusted one since PostgreSQL 13), words of
the same beginning are looked through instead.
"""

from collections.abc import Sequence

from django.db import Error, connection, transaction
from django.db.models import Q

from catalog.search.words import Wanted

CANDIDATES = 60
_NAMES = "catalog_listing_name_words"
_WORDS = "catalog_listing_words"
_SPELLINGS = "catalog_searchword_trigrams"


def create() -> None:
    """The indexes that Django knows nothing of."""
    with connection.cursor() as cursor:
        for index, column in ((_NAMES, "name_words"), (_WORDS, "words")):
            # Without fastupdate: what a load leaves unsorted would be read by every search
            cursor.execute(
                f"CREATE INDEX {index} ON catalog_listing USING gin ({column})"
                " WITH (fastupdate = off)"
            )
        try:
            with transaction.atomic():
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except Error:
            return
        cursor.execute(
            f"CREATE INDEX {_SPELLINGS} ON catalog_searchword USING gist (word gist_trgm_ops)"
        )


def drop() -> None:
    with connection.cursor() as cursor:
        for index in (_NAMES, _WORDS, _SPELLINGS):
            cursor.execute(f"DROP INDEX IF EXISTS {index}")


def matches(column: str, wanted: Sequence[Wanted]) -> Q:
    """That a listing's column has every wanted word."""
    # Words are letters, digits and -.% only: nothing in them ends the quotation
    asked = " & ".join(f"'{each.word}'{':*' if each.begins else ''}" for each in wanted)
    return Q((f"{column}__has", asked))


def candidates(word: str) -> list[str]:
    """Words of the catalogue that `word` may be a misspelling of, the likeliest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            nearest = "SELECT word FROM catalog_searchword ORDER BY word <-> %s LIMIT %s"
            cursor.execute(nearest, [word, CANDIDATES])
        else:
            begun = (
                "SELECT word FROM catalog_searchword WHERE word >= %s AND word < %s"
                " AND abs(length(word) - %s) <= 2 LIMIT 2000"
            )
            cursor.execute(begun, [word[0], chr(ord(word[0]) + 1), len(word)])
        return [found for (found,) in cursor.fetchall()]
