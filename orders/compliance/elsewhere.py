"""“May I buy this elsewhere?”: the question, and the chapter's answer by record or as stated."""

from dataclasses import dataclass
from datetime import date, datetime

from catalog.models import Service
from exemptions.in_effect import exemption_of
from exemptions.models import RequestedItem
from orders.compliance.decisions import decide_described, decide_services
from orders.models import Plan
from stmm.agencies.models import Agency
from stmm.policy.decision import Decision, decide
from stmm.policy.editions import edition_in_force
from stmm.policy.facts import (
    NO_EXEMPTION,
    Action,
    Ato,
    Buyer,
    Designation,
    Exemption,
    Purchase,
    Source,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be bought, from where, on which Pacific day.

    A service of the catalogue, or words for one that was not found there. `relies_on` is what an
    agency asked an exemption for, whatever has become of that: it is never applied unnamed.
    """

    on: date
    plan: Plan
    service: Service | None = None
    described: str = ""
    vendor: str = ""
    relies_on: RequestedItem | None = None
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
    exemption: Exemption = NO_EXEMPTION


def answer(agency: Agency, question: Question, *, known_at: datetime | None = None) -> Decision:
    """What the chapter says to an agency, by what is on record of it and of the service.

    ValueError if a State entity asks about leaving, LookupError for a day before any edition.
    """
    exemption = NO_EXEMPTION
    if (item := question.relies_on) is not None:
        exemption = exemption_of(item.request, item, known_at=known_at)
    if question.service is None:
        return decide_described(
            agency,
            on=question.on,
            source=question.source,
            known_at=known_at,
            exemption=exemption,
        )
    decisions = decide_services(
        agency,
        [question.service],
        on=question.on,
        source=question.source,
        known_at=known_at,
        action=question.action,
        exemption=exemption,
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
        exemption=stated.exemption,
    )
    return decide(purchase, edition_in_force(question.on))
