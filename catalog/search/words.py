"""Words of texts and questions, cut the same way on both databases.

"Wi-Fi", "AT&T", "6.1.2.2" and "C3-B-12-10-TS-08" are one word each, and findable by their parts.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 64  # characters
_JOINTS = re.compile(r"[&/'’+:#_\-‐‑–]+")
_WORD = re.compile(r"[^\W_]+(?:[.\-][^\W_]+)*%?")
# A section number or a speed: found by its whole and by its beginnings
_NUMBERED = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of a question; with `begins`, what begins with it is meant too."""

    word: str
    begins: bool


def _plain(text: str) -> str:
    """Without case and accents, every sign that joins two words written as a hyphen."""
    folded = text.casefold()
    if not folded.isascii():
        apart = unicodedata.normalize("NFKD", folded)
        folded = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _JOINTS.sub("-", folded)


def words_in(text: str) -> list[str]:
    """The words as they stand, each whole, none twice."""
    return list(dict.fromkeys(word[:LONGEST] for word in _WORD.findall(_plain(text))))


@lru_cache(maxsize=50_000)
def _findable(word: str) -> tuple[str, ...]:
    """The word with all else it is found by: its parts, its endings, its parts in one."""
    if _NUMBERED.fullmatch(word):
        numbers = word.split(".")
        return tuple(".".join(numbers[:count]) for count in range(len(numbers), 0, -1))
    if word.isalnum():
        return (word,)
    parts = [part for part in re.split(r"[.\-]", word) if part]
    endings = (word[place.end() :] for place in re.finditer(r"[.\-]", word))
    return (word, *parts, *endings, "".join(parts).rstrip("%"))


def indexed(texts: Iterable[str]) -> str:
    """What the index keeps of texts: every findable word once, with spaces between them."""
    return " ".join(
        dict.fromkeys(part for text in texts for word in words_in(text) for part in _findable(word))
    )


def question(text: str) -> list[Wanted]:
    """The words that must all be found; the last may be the beginning of one."""
    words = words_in(text)
    return [
        Wanted(word, begins=last and not _NUMBERED.fullmatch(word))
        for word, last in zip(words, [False] * (len(words) - 1) + [True], strict=False)
    ]


def spellable(indexed_words: str) -> Iterator[str]:
    """Those words by which misspellings are mended: of letters only, so never an identifier."""
    return (word for word in indexed_words.split(" ") if len(word) > 2 and word.isalpha())


def distance(one: str, other: str) -> int:
    """How many letters were left out, put in, mistaken or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, facing in enumerate(other, start=1):
            best = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != facing))
            swapped = row > 1 and column > 1 and letter == other[column - 2]
            if swapped and one[row - 2] == facing:
                best = min(best, before[column - 2] + 1)
            now.append(best)
        before, last = last, now
    return last[-1]


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` most likely stands for, None if none is near.

    One letter may be wrong in a word of up to five, two in a longer one.
    """
    allowed = 1 if len(word) < 6 else 2
    near = [(_farness(word, each), len(each), each) for each in candidates]
    return min((each for each in near if each[0] <= allowed), default=(0, 0, None))[2]


def _farness(word: str, candidate: str) -> int:
    """A word that was only begun is as near as one with a wrong letter."""
    if candidate.startswith(word):
        return 1
    return distance(word, candidate)
