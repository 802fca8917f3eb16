"""What “May I buy this elsewhere?” shows: services that words may mean, and the answer."""

from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef

from catalog.models import Contract, Designation, Listing, Service
from catalog.search.engine import matches
from catalog.search.index import mended
from catalog.search.words import question as question_words
from catalog.side_by_side import Compared, compare
from orders.compliance.elsewhere import Question
from orders.compliance.in_words import Fact, date_in_words, facts_of
from orders.reading.exemptions import Sought, sought, sought_by
from orders.reading.ways_out import WayOut, way_out_of_question
from stmm.agencies.models import Agency
from stmm.policy.decision import Decision
from stmm.policy.editions import edition_named
from stmm.policy.facts import Action, Source
from stmm.policy.findings import Outcome

MOST_FOUND = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A service of the catalogue that the person may mean, as it stands on the day."""

    service: Service
    designation: Designation.Value
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
    return [
        Found(row.service, Designation.Value(row.designation), row) for row in rows[:MOST_FOUND]
    ]


def equivalents(question: Question) -> list[Compared]:
    """What can be ordered from CALNET on the day in its place; the service itself comes first."""
    if question.service is None:
        return []
    return compare(question.service, on=question.on, quantity=question.quantity)


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
    may_ask: bool = False
    # What the agency sought exemptions for, of this service: those in term first
    sought: tuple[Sought, ...] = ()


def answered(
    agency: Agency | None,
    question: Question,
    decision: Decision,
    *,
    basis: str,
    may_keep: bool,
    may_ask: bool = False,
) -> Answer:
    """The answer with its facts, all on one `basis`, and what can be ordered instead."""
    edition = edition_named(decision.edition_key)
    return Answer(
        agency,
        question,
        decision,
        tuple(facts_of(decision.purchase, plan=question.plan, basis=basis, exemption_basis=basis)),
        date_in_words(decision.outcome, decision.purchase, decision.date_shown),
        f"{edition.name}, version {decision.edition_version}",
        way_out_of_question(question.service, decision.outcome),
        tuple(equivalents(question)),
        may_keep,
        may_ask and decision.outcome is Outcome.EXEMPTION_REQUIRED and question.service is not None,
        _sought(agency, question),
    )


def _sought(agency: Agency | None, question: Question) -> tuple[Sought, ...]:
    """Nobody else's are looked up, and none where another source is not what is planned."""
    if agency is None or question.source is Source.CALNET or question.action is Action.LEAVE:
        return ()
    return sought(sought_by([agency], question.service), on=question.on)
