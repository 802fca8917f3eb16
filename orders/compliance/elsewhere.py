"""“May I buy this elsewhere?”: the question, the chapter's answer, and what it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef

from catalog.models import Contract, Listing, Service
from catalog.models import Designation as Designated
from catalog.search.engine import matches
from catalog.search.index import mended
from catalog.search.words import question as question_words
from catalog.side_by_side import Compared, compare
from orders.compliance.decisions import decide_described, decide_services
from orders.compliance.ways_out import facts_in_words
from orders.models import Plan
from stmm.agencies.models import Agency
from stmm.policy.dates import in_words, last_day
from stmm.policy.decision import Decision, decide
from stmm.policy.editions import edition_in_force
from stmm.policy.facts import (
    NO_EXEMPTION,
    Action,
    Ato,
    Buyer,
    Designation,
    Exemption,
    ExemptionState,
    Purchase,
    Source,
)
from stmm.policy.findings import Outcome

MOST_FOUND = 10
STATED, ON_RECORD = "stated, not checked", "on record"

_EXEMPTIONS = {
    ExemptionState.NONE: "none",
    ExemptionState.PENDING: "asked for, not decided yet",
    ExemptionState.DENIED: "denied",
    ExemptionState.APPROVED: "approved",
    ExemptionState.REVOKED: "revoked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be bought, from where, on which Pacific day.

    A service of the catalogue, or words for one that was not found there. The exemption is what
    the person says of it.
    """

    on: date
    plan: Plan
    service: Service | None = None
    described: str = ""
    vendor: str = ""
    exemption: Exemption = NO_EXEMPTION
    quantity: int = 1

    @property
    def source(self) -> Source:
        return Source.CALNET if self.plan == Plan.CALNET else Source.OTHER

    @property
    def action(self) -> Action:
        return Action.LEAVE if self.plan == Plan.LEAVE else Action.BUY


@dataclass(frozen=True, slots=True)
class Stated:
    """What a person without an agency of their own says of the buyer and of the service.

    Of a service of the catalogue the Department's designation counts, whatever is said.
    """

    buyer: Buyer
    designation: Designation
    ato: Ato | None


def answer(agency: Agency, question: Question, *, known_at: datetime | None = None) -> Decision:
    """What the chapter says to an agency, by what is on record of it and of the service.

    ValueError if a State entity asks about leaving, LookupError for a day before any edition.
    """
    if question.service is None:
        return decide_described(
            agency,
            on=question.on,
            source=question.source,
            known_at=known_at,
            exemption=question.exemption,
        )
    decisions = decide_services(
        agency,
        [question.service],
        on=question.on,
        source=question.source,
        known_at=known_at,
        action=question.action,
        exemption=question.exemption,
    )
    return decisions[question.service.pk]


def answer_as_stated(question: Question, stated: Stated) -> Decision:
    """What the chapter says to whoever is as stated. Raises as `answer` does."""
    designation = stated.designation
    if question.service is not None:
        designated = Service.objects.with_designation(question.on).get(pk=question.service.pk)
        designation = Designation(designated.designation)
    purchase = Purchase(
        on=question.on,
        buyer=stated.buyer,
        source=question.source,
        designation=designation,
        action=question.action,
        ato=stated.ato,
        exemption=question.exemption,
    )
    return decide(purchase, edition_in_force(question.on))


class Fact(NamedTuple):
    """One fact of an answer, in words, and where it comes from."""

    name: str
    value: str
    basis: str = ""


def facts_of(purchase: Purchase, *, plan: str, basis: str = ON_RECORD) -> Iterator[Fact]:
    """The facts that were looked at; the exemption is always the person's own word."""
    yield Fact("Day", in_words(purchase.on))
    yield Fact("What is planned", Plan(plan).label)
    for name, value in facts_in_words(purchase):
        yield Fact(name, value, basis)
    if purchase.buyer is not Buyer.NON_STATE and purchase.source is Source.OTHER:
        yield Fact("Exemption", exemption_in_words(purchase.exemption), STATED)


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


@dataclass(frozen=True, slots=True)
class Found:
    """A service of the catalogue that the person may mean, as it stands on the day."""

    service: Service
    designation: Designated.Value
    listing: Listing


def services_like(text: str, *, on: date) -> list[Found]:
    """The first services that the search finds for `text`, misspelt or not, on a Pacific day.

    Those under contracts in term come first, of these what is called so.
    """
    if not question_words(text):
        return []
    listings = Listing.objects.on(on)
    if not listings.matching(text).exists():
        text = mended(text) or text
    named = ExpressionWrapper(
        matches("name_words", question_words(text)), output_field=BooleanField()
    )
    in_term = Exists(Contract.objects.in_term(on).filter(pk=OuterRef("contract")))
    found = listings.matching(text).order_by(
        in_term.desc(), named.desc(), "sort_name", "service_id"
    )
    rows = found.select_related(
        "service__contract__contractor", "service__category", "offer"
    ).defer("name_words", "words")
    return [Found(row.service, Designated.Value(row.designation), row) for row in rows[:MOST_FOUND]]


def equivalents(question: Question) -> list[Compared]:
    """What can be ordered from CALNET on the day in its place; the service itself comes first."""
    if question.service is None:
        return []
    return compare(question.service, on=question.on, quantity=question.quantity)
