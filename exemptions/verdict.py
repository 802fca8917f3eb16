"""What is recommended, or decided, of a request; and what is lacking or wrong of it.

Pure but for the rows that it is compared with. Days are Pacific days, a term is [starts_on, until).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from exemptions.models import Recommendation, RequestedItem
from exemptions.models.case import Outcome
from exemptions.reasons import NEEDED, REASONS
from stmm.refusals import Problem

GRANTS = frozenset({Outcome.APPROVED, Outcome.APPROVED_IN_PART})
DONE = {
    Outcome.APPROVED: "approved",
    Outcome.APPROVED_IN_PART: "approved in part",
    Outcome.DENIED: "denied",
    Outcome.RETURNED: "returned with a question",
}
LONGEST_CONDITION = 1000
_DATED = re.compile(
    r"(?:by\s+)?(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{4})\s*:\s*(.*)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Portion:
    """Of one item: this quantity at most and, where one is set, this amount in US dollars."""

    quantity: int
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One condition; `due_on` None: before the first purchase."""

    text: str
    due_on: date | None = None

    def __str__(self) -> str:
        return f"{self.due_on.isoformat()}: {self.text}" if self.due_on else self.text


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with its reasons; a grant with its term, scope and conditions.

    `portions` are by the key of the requested item, and of a grant in part alone: a whole one
    grants everything that was asked for.
    """

    outcome: Outcome
    reasoning: str = ""
    reason_codes: tuple[str, ...] = ()
    starts_on: date | None = None
    until: date | None = None
    portions: Mapping[int, Portion] = field(default_factory=dict)
    conditions: tuple[Wanted, ...] = ()

    @property
    def is_grant(self) -> bool:
        return self.outcome in GRANTS

    def granted(self, items: Iterable[RequestedItem]) -> dict[int, Portion]:
        """Of each item that is granted, how much."""
        if self.outcome == Outcome.APPROVED:
            return {item.pk: Portion(item.quantity) for item in items}
        return dict(self.portions)


def verdict_of(recommendation: Recommendation) -> Verdict:
    """What was recommended. One query."""
    in_part = recommendation.outcome == Outcome.APPROVED_IN_PART
    return Verdict(
        outcome=Outcome(recommendation.outcome),
        reasoning=recommendation.reasoning,
        reason_codes=tuple(recommendation.reason_codes),
        starts_on=recommendation.starts_on,
        until=recommendation.until,
        portions={
            item.item_id: Portion(item.quantity, item.amount)
            for item in (recommendation.items.all() if in_part else ())
        },
        conditions=conditions_in(recommendation.conditions),
    )


def conditions_in(text: str) -> tuple[Wanted, ...]:
    """The conditions of a text, one a line; "6/30/2026: Report" is due by that day.

    Raises ValueError, with the line, where its day is none.
    """
    return tuple(_condition(line.strip()) for line in text.splitlines() if line.strip())


def _condition(line: str) -> Wanted:
    found = _DATED.fullmatch(line)
    if found is None:
        return Wanted(line)
    written, text = found.groups()
    form = "%m/%d/%Y" if "/" in written else "%Y-%m-%d"
    try:
        due_on = datetime.strptime(written, form).date()  # noqa: DTZ007  a day, of no time zone
    except ValueError:
        raise ValueError(f"“{written}” is not a day: {line}") from None
    return Wanted(text, due_on)


def problems_of(verdict: Verdict, items: Iterable[RequestedItem], *, on: date) -> list[Problem]:
    """What is lacking or wrong of a verdict on these items, given on a Pacific day.

    The step of each problem is the field of the form where it is mended.
    """
    found = list(_of_reasons(verdict))
    if verdict.outcome in (Outcome.DENIED, Outcome.RETURNED) and not verdict.reasoning:
        found.append(Problem("Say why in your own words too.", "reasoning"))
    if verdict.is_grant:
        found += _of_term(verdict, on)
        found += _of_conditions(verdict.conditions, on)
    elif verdict.starts_on or verdict.until or verdict.conditions:
        found.append(Problem("Only an approval has a term and conditions.", "outcome"))
    if verdict.outcome == Outcome.APPROVED_IN_PART:
        found += _of_portions(verdict.portions, {item.pk: item for item in items})
    elif verdict.portions:
        found.append(Problem("Only an approval in part grants single items.", "outcome"))
    return found


def _of_reasons(verdict: Verdict) -> Iterable[Problem]:
    needed = NEEDED[verdict.outcome]
    given = {REASONS[code].kind for code in verdict.reason_codes if code in REASONS}
    if any(code not in REASONS for code in verdict.reason_codes) or given - set(needed):
        yield Problem("These are no reasons for this outcome.", "outcome")
    for kind in needed:
        if kind not in given:
            yield Problem(f"Choose at least one of “{kind.value}”.", kind.field)


def _of_term(verdict: Verdict, on: date) -> Iterable[Problem]:
    if verdict.starts_on is None:
        yield Problem("An exemption needs its first day.", "starts_on")
    if verdict.until is None:
        yield Problem("An exemption is always limited: give its last day.", "last_day")
        return
    if verdict.until <= on:
        yield Problem("This exemption would have ended already.", "last_day")
    if verdict.starts_on is None:
        return
    if verdict.until <= verdict.starts_on:
        yield Problem("The last day is before the first one.", "last_day")
    if verdict.starts_on < on and not verdict.reasoning:
        yield Problem(
            "Approval before buying is the rule (SAM 4605). Say in your own words why this"
            " exemption starts before the day it is given.",
            "reasoning",
        )


def _of_conditions(conditions: Iterable[Wanted], on: date) -> Iterable[Problem]:
    for number, condition in enumerate(conditions, start=1):
        if not condition.text:
            yield Problem(f"Condition {number} says nothing.", "conditions")
        if len(condition.text) > LONGEST_CONDITION:
            yield Problem(f"Condition {number} is longer than 1,000 characters.", "conditions")
        if condition.due_on is not None and condition.due_on < on:
            yield Problem(f"The day of condition {number} is over already.", "conditions")


def _of_portions(
    portions: Mapping[int, Portion], items: Mapping[int, RequestedItem]
) -> Iterable[Problem]:
    if not portions:
        yield Problem("Grant something of at least one item, or deny the request.", "portions")
    if not portions.keys() <= items.keys():
        yield Problem("These are not the items of this request.", "portions")
        return
    for key, portion in portions.items():
        item = items[key]
        if not 1 <= portion.quantity <= item.quantity:
            yield Problem(f"{item}: grant between 1 and {item.quantity}.", "portions")
        if portion.amount is not None and portion.amount <= 0:
            yield Problem(f"{item}: an amount is more than nothing, or left empty.", "portions")
    whole = {key: Portion(item.quantity) for key, item in items.items()}
    if portions == whole:
        yield Problem(
            "This grants all that was asked for: approve it, or take something out.", "portions"
        )
