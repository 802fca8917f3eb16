"""One purchase in, one decision out: the strictest finding wins, and all findings are kept."""

from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from stmm.policy import wording
from stmm.policy.citations import Citation, cite
from stmm.policy.editions import STMM_2013, Edition
from stmm.policy.facts import Purchase
from stmm.policy.findings import Finding, Outcome

_STRICTNESS = attrgetter("outcome.strictness")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the manual says of one purchase, with everything needed to make it again.

    ``date_shown`` is as in Finding: the day an answer ends is not covered any more.
    ``citations`` are those of the winning findings, in the manual's order.
    """

    outcome: Outcome
    sentence: str
    date_shown: date | None
    citations: tuple[Citation, ...]
    findings: tuple[Finding, ...]
    purchase: Purchase
    edition_key: str
    edition_version: str

    @property
    def headline(self) -> str:
        """A few words for the screen, such as "Allowed: CALNET is required"."""
        return wording.headline(self.outcome, self.purchase, self.date_shown)

    @property
    def what_would_change_it(self) -> str:
        """One plain sentence: the fact that would change the outcome; "" if none would."""
        return wording.what_would_change(self.outcome, self.purchase, self.date_shown)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types, days as ISO 8601, with the words as they were shown."""
        return {
            "outcome": self.outcome.value,
            "headline": self.headline,
            "sentence": self.sentence,
            "what_would_change_it": self.what_would_change_it,
            "date_shown": self.date_shown.isoformat() if self.date_shown else None,
            "citations": [citation.as_json() for citation in self.citations],
            "findings": [finding.as_json() for finding in self.findings],
            "purchase": self.purchase.as_json(),
            "edition_key": self.edition_key,
            "edition_version": self.edition_version,
        }


def decide(purchase: Purchase, edition: Edition = STMM_2013) -> Decision:
    """The decision on one purchase under one edition of the manual.

    LookupError if the edition says nothing about it: no answer is ever made up.
    """
    findings = tuple([finding for rule in edition.rules if (finding := rule(purchase))])
    if not findings:
        raise LookupError(f"{edition.name} says nothing about {purchase}.")
    outcome = max(findings, key=_STRICTNESS).outcome
    winning = [finding for finding in findings if finding.outcome is outcome]
    return Decision(
        outcome=outcome,
        sentence=winning[0].sentence,
        date_shown=winning[0].date_shown,
        citations=tuple([cite(id) for finding in winning for id in finding.cites]),
        findings=findings,
        purchase=purchase,
        edition_key=edition.key,
        edition_version=edition.version,
    )
