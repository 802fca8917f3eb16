"""What a rule answers: an outcome, in words, with the paragraphs it stands on."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self


class Outcome(StrEnum):
    """What the person is told, from the mildest to the strictest.

    ``strictness`` counts from 0; of several outcomes that apply, the highest wins.
    """

    strictness: int

    ALLOWED = "allowed"
    ALLOWED_CALNET_ENCOURAGED = "allowed_calnet_encouraged"
    ALLOWED_UNDER_EXEMPTION = "allowed_under_exemption"
    EXEMPTION_REQUIRED = "exemption_required"
    EXCLUSIVE_TO_CALNET = "exclusive_to_calnet"
    ATO_REQUIRED = "ato_required"
    RULING_NEEDED = "ruling_needed"

    def __new__(cls, value: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.strictness = len(cls.__members__)
        return member

    @property
    def is_allowed(self) -> bool:
        """Whether the purchase may go ahead as it stands."""
        return self.strictness <= Outcome.ALLOWED_UNDER_EXEMPTION.strictness

    @property
    def headline(self) -> str:
        """A few words for the screen, for when the facts are not at hand."""
        return _HEADLINES[self]


_HEADLINES = {
    Outcome.ALLOWED: "Allowed",
    Outcome.ALLOWED_CALNET_ENCOURAGED: "Allowed: CALNET encouraged",
    Outcome.ALLOWED_UNDER_EXEMPTION: "Allowed under an exemption",
    Outcome.EXEMPTION_REQUIRED: "Exemption required",
    Outcome.EXCLUSIVE_TO_CALNET: "Exclusive to CALNET",
    Outcome.ATO_REQUIRED: "ATO required",
    Outcome.RULING_NEEDED: "Ruling needed",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One paragraph's answer.

    ``date_shown`` is the first day on which the answer no longer holds (the end of an exemption,
    the first free day of a service), or the day on which notice under PO-4.2 runs out.
    """

    outcome: Outcome
    sentence: str
    cites: tuple[str, ...]
    date_shown: date | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome.value,
            "sentence": self.sentence,
            "cites": list(self.cites),
            "date_shown": self.date_shown.isoformat() if self.date_shown else None,
        }
