"""Which service of the catalogue a line of a purchase ledger may be: by identifier, by words.

The catalogue is read once, in a fixed number of queries, whatever the length of the ledger.
Only what is likely is proposed: a wrong proposal costs a person more than a missing one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import log
from typing import NamedTuple

from catalog.models import Service, Term
from catalog.search.words import indexed, words_in
from orders.models import OutsidePurchase

By = OutsidePurchase.ProposedBy

# Of the weight of a service's name, how much must stand in the description, and the reverse
NAME_COVERED, TEXT_COVERED = 0.80, 0.45
# The least number of a name's words that must agree, unless the name has only so many
FEWEST_WORDS = 2
# Descriptions name services by their rarest words: beyond so many candidates no more are added
MOST_CANDIDATES = 4_000
# A word of an identifier that is found in a text by itself: long, and with letters and digits
_TELLING = re.compile(r"(?=[a-z\-.]*\d)(?=[\d\-.]*[a-z])[a-z0-9\-.]{6,}")
# What ledgers add to any service: no service is told by these
_NOISE = frozenset(
    (
        "a", "add", "an", "and", "annual", "april", "august", "bill", "billing", "by", "charge",
        "charges", "cost", "costs", "dec", "december", "ea", "each", "feb", "february", "fee",
        "fees", "for", "from", "fy", "inv", "invoice", "jan", "january", "jul", "july", "jun",
        "june", "mar", "march", "may", "mo", "month", "monthly", "months", "mrc", "new", "no",
        "nov", "november", "nrc", "oct", "october", "of", "on", "order", "our", "paid", "payment",
        "per", "po", "qty", "quarter", "quarterly", "recurring", "renewal", "rental", "sep", "sept",
        "september", "service", "services", "svc", "svcs", "the", "to", "unit", "units", "usage",
        "w", "with", "year", "yearly", "yr",
    )
)  # fmt: skip


class Proposal(NamedTuple):
    """A service by its key, what it was found by, and how alike the words are: 0 no, 1 all."""

    service: int
    by: By
    likeness: Decimal | None


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that services of one or several contracts have, by its telling words."""

    words: frozenset[str]
    weight: float
    services: tuple[int, ...]


class Matcher:
    """Proposes services for lines; for the same text on the same day always the same."""

    def __init__(self) -> None:
        self._contract: dict[int, int] = {}
        self._by_identifier: dict[str, list[int]] = defaultdict(list)
        named: dict[frozenset[str], list[int]] = defaultdict(list)
        rows = Service.objects.order_by("pk").values_list("pk", "contract", "product_id", "name")
        for pk, contract, product_id, name in rows.iterator(chunk_size=5_000):
            self._contract[pk] = contract
            self._by_identifier[product_id.casefold()].append(pk)
            named[_telling_words(name)].append(pk)
        self._terms: dict[int, list[tuple[date, date]]] = defaultdict(list)
        for contract, first, until in Term.objects.values_list("contract", "starts_on", "until"):
            self._terms[contract].append((first, until))
        self._learn(named)
        self._best = lru_cache(maxsize=20_000)(self._find_by_words)

    def _learn(self, named: dict[frozenset[str], list[int]]) -> None:
        used = Counter(word for words in named for word in words)
        self._weight = {word: log(1 + len(named) / count) for word, count in used.items()}
        # A word that no service's name has speaks against all of them, as a rare one would
        self._strange = log(1 + len(named)) if named else 0.0
        self._names: list[_Name] = []
        self._having: dict[str, list[int]] = defaultdict(list)
        for words, services in named.items():
            if not words:
                continue
            for word in words:
                self._having[word].append(len(self._names))
            self._names.append(_Name(words, self._weigh(words), tuple(services)))

    def propose(self, *, identifier: str, description: str, on: date) -> Proposal | None:
        """The service that a line may be, on the Pacific day it was bought; None if none is near.

        What the identifier names comes first. Of services with one name those under a contract
        in term on the day do.
        """
        for said in self._identifiers(identifier, description):
            if found := self._by_identifier.get(said):
                return Proposal(self._preferred(found, on), By.IDENTIFIER, None)
        name, likeness = self._best(description)
        if name is None:
            return None
        return Proposal(self._preferred(name.services, on), By.WORDS, Decimal(f"{likeness:.2f}"))

    @staticmethod
    def _identifiers(identifier: str, description: str) -> Iterator[str]:
        if said := identifier.strip().casefold():
            yield said
        yield from _TELLING.findall(description.casefold())

    def _preferred(self, services: Iterable[int], on: date) -> int:
        def is_out(pk: int) -> bool:
            terms = self._terms[self._contract[pk]]
            return not any(first <= on < until for first, until in terms)

        return min(services, key=lambda pk: (is_out(pk), pk))

    def _weigh(self, words: Iterable[str]) -> float:
        return sum(self._weight.get(word, self._strange) for word in words)

    def _find_by_words(self, description: str) -> tuple[_Name | None, float]:
        """The one name that agrees best; none where two differing names agree alike."""
        said = _telling_words(description)
        weight = self._weigh(said)
        ranked: list[tuple[float, _Name]] = []
        for at in self._candidates(said):
            name = self._names[at]
            common = said & name.words
            if len(common) < min(FEWEST_WORDS, len(name.words)):
                continue
            shared = self._weigh(common)
            if shared >= NAME_COVERED * name.weight and shared >= TEXT_COVERED * weight:
                ranked.append((2 * shared / (name.weight + weight), name))
        ranked.sort(key=lambda each: -each[0])
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None, 0.0
        likeness, name = ranked[0]
        return name, likeness

    def _candidates(self, said: frozenset[str]) -> set[int]:
        found: set[int] = set()
        known = sorted((word for word in said if word in self._having), key=self._rarity)
        for word in known:
            if len(found) >= MOST_CANDIDATES:
                break
            found.update(self._having[word])
        return found

    def _rarity(self, word: str) -> tuple[int, str]:
        return len(self._having[word]), word


def _telling_words(text: str) -> frozenset[str]:
    """The words of a text as the search cuts them, without those that any line may have."""
    words = (word for word in words_in(text) if word not in _NOISE and not word.isdigit())
    parts = (part for word in words for part in indexed([word]).split())
    return frozenset(_singular(part) for part in parts if part.isalnum() and part not in _NOISE)


def _singular(word: str) -> str:
    """A plural and its word are one: "lines" is "line"."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and word.isalpha() else word
