"""Words matched by FTS5, misspellings mended by its trigrams; triggers keep both up to date."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from catalog.search.words import Wanted

CANDIDATES = 60
_TABLES = (
    """
    CREATE VIRTUAL TABLE catalog_listing_words USING fts5(
      name_words, words, content='catalog_listing', content_rowid='id',
      tokenize="ascii tokenchars '-.%'", prefix='2 3', detail=column
    )""",
    """
    CREATE TRIGGER catalog_listing_words_added AFTER INSERT ON catalog_listing BEGIN
      INSERT INTO catalog_listing_words(rowid, name_words, words)
      VALUES (new.id, new.name_words, new.words);
    END""",
    """
    CREATE TRIGGER catalog_listing_words_gone AFTER DELETE ON catalog_listing BEGIN
      INSERT INTO catalog_listing_words(catalog_listing_words, rowid, name_words, words)
      VALUES ('delete', old.id, old.name_words, old.words);
    END""",
    "CREATE VIRTUAL TABLE catalog_searchword_trigrams USING fts5(word, tokenize='trigram')",
    # Padded, so that the beginning of a word weighs more than its middle, as in pg_trgm
    """
    CREATE TRIGGER catalog_searchword_added AFTER INSERT ON catalog_searchword BEGIN
      INSERT INTO catalog_searchword_trigrams(rowid, word) VALUES (new.id, '  ' || new.word || ' ');
    END""",
    """
    CREATE TRIGGER catalog_searchword_gone AFTER DELETE ON catalog_searchword BEGIN
      DELETE FROM catalog_searchword_trigrams WHERE rowid = old.id;
    END""",
)


def create() -> None:
    """The full-text tables, and the triggers that carry every change into them."""
    with connection.cursor() as cursor:
        for statement in _TABLES:
            cursor.execute(statement)


def drop() -> None:
    with connection.cursor() as cursor:
        for trigger in ("listing_words", "searchword"):
            cursor.execute(f"DROP TRIGGER IF EXISTS catalog_{trigger}_added")
            cursor.execute(f"DROP TRIGGER IF EXISTS catalog_{trigger}_gone")
        cursor.execute("DROP TABLE IF EXISTS catalog_listing_words")
        cursor.execute("DROP TABLE IF EXISTS catalog_searchword_trigrams")


def matches(column: str, wanted: Sequence[Wanted]) -> Q:
    """That a listing's column has every wanted word."""
    # Words are letters, digits and -.% only: nothing in them ends the quotation
    asked = " AND ".join(f'"{each.word}"{"*" if each.begins else ""}' for each in wanted)
    found = RawSQL(
        "SELECT rowid FROM catalog_listing_words WHERE catalog_listing_words MATCH %s",
        [f"{column} : ({asked})"],
    )
    return Q(pk__in=found)


def candidates(word: str) -> list[str]:
    """Words of the catalogue that `word` may be a misspelling of, the likeliest first."""
    padded = f"  {word} "
    trigrams = {padded[place : place + 3] for place in range(len(padded) - 2)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT trim(word) FROM catalog_searchword_trigrams"
            " WHERE catalog_searchword_trigrams MATCH %s ORDER BY rank LIMIT %s",
            [" OR ".join(f'"{trigram}"' for trigram in sorted(trigrams)), CANDIDATES],
        )
        return [found for (found,) in cursor.fetchall()]
