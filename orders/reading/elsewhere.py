"""An answer to “May I buy this elsewhere?” as its page shows it."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from catalog.side_by_side import Compared
from orders.compliance.elsewhere import Fact, Question, date_in_words, equivalents, facts_of
from orders.compliance.ways_out import STATE_APPROVES, WayOut
from stmm.agencies.models import Agency
from stmm.policy.decision import Decision
from stmm.policy.editions import EDITIONS
from stmm.policy.findings import Outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision with all that stands beside it; `agency` None where the buyer was stated."""

    agency: Agency | None
    question: Question
    decision: Decision
    facts: tuple[Fact, ...]
    day: tuple[str, date] | None
    rules: str
    way_out: WayOut | None
    compared: tuple[Compared, ...]
    may_keep: bool


def answered(
    agency: Agency | None, question: Question, decision: Decision, *, basis: str, may_keep: bool
) -> Answer:
    """The answer with its facts, all on one `basis`, and what can be ordered instead."""
    edition = next(each for each in EDITIONS if each.key == decision.edition_key)
    return Answer(
        agency,
        question,
        decision,
        tuple(facts_of(decision.purchase, plan=question.plan, basis=basis)),
        date_in_words(decision.outcome, decision.purchase, decision.date_shown),
        f"{edition.name}, version {decision.edition_version}",
        _way_out(question, decision.outcome),
        tuple(equivalents(question)),
        may_keep,
    )


def _way_out(question: Question, outcome: Outcome) -> WayOut | None:
    """What to do where the chapter says no, or has not said yet."""
    if outcome is Outcome.RULING_NEEDED:
        if question.service is None:
            return WayOut(
                "Choose the service in the catalog that comes nearest and ask for a ruling on it"
                " before you buy."
            )
        return WayOut(
            "Ask the Department for a ruling on this service",
            reverse("catalog:ask-ruling", args=[question.service.pk]),
        )
    if outcome is Outcome.EXEMPTION_REQUIRED:
        return WayOut(
            "A written request (STMM Chapter 501.0) goes to the Department of Technology, STND,"
            " Attention: Deputy Director. It is approved before anything is bought."
        )
    if outcome is Outcome.ATO_REQUIRED:
        return WayOut(f"An ATO that lists this service comes first. {STATE_APPROVES}")
    return None
