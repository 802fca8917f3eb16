"""Which rules, from which day, under which name and version."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stmm.policy import rules
from stmm.policy.dates import in_words
from stmm.policy.facts import Purchase
from stmm.policy.findings import Finding

Rule = Callable[[Purchase], Finding | None]


@dataclass(frozen=True, slots=True)
class Edition:
    """A revision of the manual as this product reads it.

    ``version`` counts our readings of the same text. ``rules`` stand in the manual's order,
    which is the order a decision cites them in. ``exemption_needs_delegation``: whether who buys
    under an exemption needs a General Telecommunications Delegation too (SAM 4605 with 4603).
    """

    key: str
    name: str
    version: str
    in_force_from: date
    rules: tuple[Rule, ...]
    exemption_needs_delegation: bool


STMM_2013 = Edition(
    key="stmm-0400.1-2013",
    name="STMM 0400.1, rev. 2013-07-01",
    version="1",
    in_force_from=date(2013, 7, 1),
    rules=(
        rules.pu_2,
        rules.po_1,
        rules.po_2,
        rules.po_3,
        rules.po_4_1,
        rules.po_4_2,
        rules.po_4_3,
        rules.re_2,
        rules.pr_1,
        rules.pr_2,
    ),
    # STMM 501.0: one may be required even if an exemption is granted
    exemption_needs_delegation=False,
)

EDITIONS = (STMM_2013,)


def edition_in_force(on: date) -> Edition:
    """The edition that governs that day; LookupError for a day before the first one."""
    in_force = [edition for edition in EDITIONS if edition.in_force_from <= on]
    if not in_force:
        first = min(edition.in_force_from for edition in EDITIONS)
        raise LookupError(
            f"No edition of the manual is known for {in_words(on)}: "
            f"the first is in force from {in_words(first)}."
        )
    return max(in_force, key=lambda edition: edition.in_force_from)


def edition_named(key: str) -> Edition:
    """The edition that a stored decision was made by; StopIteration if none has this key."""
    return next(edition for edition in EDITIONS if edition.key == key)
