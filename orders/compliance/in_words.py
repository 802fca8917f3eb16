"""Decisions before people: the facts that were looked at, and the days that are shown, in words."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from orders.models import Plan
from stmm.policy.dates import in_words, last_day
from stmm.policy.facts import (
    Ato,
    Buyer,
    Designation,
    Exemption,
    ExemptionState,
    Purchase,
    Source,
)
from stmm.policy.findings import Outcome

STATED, ON_RECORD = "stated, not checked", "on record"

_STANDINGS = {
    Buyer.NON_EXEMPT: "non-exempt State agency",
    Buyer.EXEMPT: "exempt State agency",
    Buyer.UNDETERMINED: "State entity whose standing is not determined yet",
    Buyer.NON_STATE: "not a State agency",
}
_DESIGNATIONS = {
    Designation.MANDATORY: "mandatory (Required)",
    Designation.NON_MANDATORY: "non-mandatory (Discretionary)",
    Designation.UNDETERMINED: "not determined yet",
}
_EXEMPTIONS = {
    ExemptionState.NONE: "none relied on",
    ExemptionState.PENDING: "asked for, not decided yet",
    ExemptionState.DENIED: "denied",
    ExemptionState.APPROVED: "approved",
    ExemptionState.REVOKED: "revoked",
}


class Fact(NamedTuple):
    """One fact of an answer, in words, and where it comes from."""

    name: str
    value: str
    basis: str = ""


def facts_in_words(purchase: Purchase) -> list[tuple[str, str]]:
    """The facts a decision rests on, each with its name."""
    facts = [
        ("Buyer", _STANDINGS[purchase.buyer]),
        ("Service", _DESIGNATIONS[purchase.designation]),
    ]
    if purchase.buyer is Buyer.NON_STATE:
        facts.append(("ATO", _ato_in_words(purchase.ato)))
    return facts


def _ato_in_words(ato: Ato | None) -> str:
    if ato is None:
        return "none for this contract"
    listed = "lists this service" if ato.lists_service else "does not list this service"
    if ato.approved_on is None:
        return f"{listed}; not approved by the State yet"
    return f"{listed}; approved by the State on {ato.approved_on:%B %-d, %Y}"


def facts_of(
    purchase: Purchase, *, plan: str, basis: str = ON_RECORD, exemption_basis: str
) -> Iterator[Fact]:
    """All facts that were looked at, with the day and what is planned; each on its basis."""
    yield Fact("Day", in_words(purchase.on))
    yield Fact("What is planned", Plan(plan).label)
    for name, value in facts_in_words(purchase):
        yield Fact(name, value, basis)
    if purchase.buyer is not Buyer.NON_STATE and purchase.source is Source.OTHER:
        is_none = purchase.exemption.state is ExemptionState.NONE
        value = exemption_in_words(purchase.exemption)
        yield Fact("Exemption", value, "" if is_none else exemption_basis)


def exemption_in_words(exemption: Exemption) -> str:
    """Its state, its term with the last day that it covers, and its reference."""
    words = [_EXEMPTIONS[exemption.state]]
    if exemption.starts_on and exemption.until:
        words.append(f"{in_words(exemption.starts_on)} to {in_words(last_day(exemption.until))}")
    return ", ".join([*words, *filter(None, [exemption.reference])])


def date_in_words(outcome: str, purchase: Purchase, shown: date | None) -> tuple[str, date] | None:
    """What the day that a decision shows is, and the day as people are told it."""
    if shown is None:
        return None
    if outcome == Outcome.ALLOWED_UNDER_EXEMPTION:
        return "Last day of the exemption", last_day(shown)
    if outcome == Outcome.EXCLUSIVE_TO_CALNET:
        return "First free day", shown
    return "Notice runs out", shown
