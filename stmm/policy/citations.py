"""STMM 0400.1 by paragraph: ids and word-for-word quotes, read once from the chapter as published.

``PU-n`` Purpose, ``PO-n`` Policy, ``RE-n`` Responsibilities, ``PR-n`` Procedures, counted from 1
under each heading. ``PO-4.1`` to ``PO-4.3`` are the sentences of the fourth Policy paragraph.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

_PREFIXES = {"PURPOSE": "PU", "POLICY": "PO", "RESPONSIBILITIES": "RE", "PROCEDURES": "PR"}
_CITED_BY_SENTENCE = "PO-4"
# A full stop ends a sentence only before a capital: "STD. 20" goes on.
_SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Citation:
    """One paragraph, or one sentence, of the chapter: its heading and its exact words."""

    id: str
    heading: str
    quote: str

    @property
    def label(self) -> str:
        """Where to find it in the chapter, such as "POLICY, paragraph 4, sentence 1"."""
        paragraph, _, sentence = self.id.partition("-")[2].partition(".")
        label = f"{self.heading}, paragraph {paragraph}"
        return f"{label}, sentence {sentence}" if sentence else label

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "heading": self.heading, "label": self.label, "quote": self.quote}


def parse(chapter: str) -> dict[str, Citation]:
    """Every citable paragraph of the chapter's text by id, in the chapter's order."""
    return {citation.id: citation for citation in _citations(chapter)}


def _citations(chapter: str) -> Iterator[Citation]:
    heading, number = "", 0
    for block in chapter.strip().split("\n\n"):
        if block.isupper():
            heading, number = block, 0
        elif heading in _PREFIXES:
            number += 1
            paragraph = Citation(f"{_PREFIXES[heading]}-{number}", heading, block)
            yield paragraph
            if paragraph.id == _CITED_BY_SENTENCE:
                yield from _sentences(paragraph)


def _sentences(paragraph: Citation) -> Iterator[Citation]:
    for number, sentence in enumerate(_SENTENCE_END.split(paragraph.quote), start=1):
        yield Citation(f"{paragraph.id}.{number}", paragraph.heading, sentence)


CITATIONS: Mapping[str, Citation] = MappingProxyType(
    parse(files("stmm.policy").joinpath("manual/0400.1.txt").read_text(encoding="utf-8"))
)


def in_brief(citations: Iterable[Citation]) -> str:
    """Their ids, as they stand behind a sentence: "PO-1, PR-2"."""
    return ", ".join(citation.id for citation in citations)


def cite(id: str) -> Citation:
    """The citation with this id; KeyError, with the id, for one the chapter does not have."""
    return CITATIONS[id]
