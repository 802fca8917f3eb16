"""How a service's charges and its flag came to be what they are: the rows, and which one holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalog.charts import Step
from catalog.models import Contract, ContractorName, Designation, Offer, Service, Succession
from catalog.models.services import designations_about
from stmm.audit.dated import LATEST_FIRST


@dataclass(frozen=True, slots=True)
class PastOffer:
    offer: Offer
    is_in_effect: bool


@dataclass(frozen=True, slots=True)
class PastDesignation:
    """`subject` says in words what the row speaks of."""

    designation: Designation
    subject: str
    is_in_effect: bool


def price_history(service: Service, *, on: date) -> list[PastOffer]:
    """Every offer of the service, newest day first; at most one is in effect on `on`."""
    offers = list(service.offers.select_related("edition", "recorded_by").order_by(*LATEST_FIRST))
    now = next((offer for offer in offers if offer.effective_from <= on), None)
    return [PastOffer(offer, offer is now) for offer in offers]


def price_steps(prices: Iterable[PastOffer], charge: Literal["mrc", "nrc"]) -> list[Step]:
    """The history of one charge, for its chart: of offers of one day, the last recorded counts.

    `prices` come newest first.
    """
    steps: dict[date, Step] = {}
    for price in prices:
        offer = price.offer
        amount = None if offer.withdrawn else getattr(offer, charge)
        steps.setdefault(offer.effective_from, Step(offer.effective_from, amount))
    return list(steps.values())


def flag_history(service: Service, *, on: date) -> list[PastDesignation]:
    """Every designation that ever spoke of the service, newest day first."""
    rows = list(designations_about(service).select_related("ruling__agency"))
    now = holding(rows, on)
    return [PastDesignation(row, _subject(row), row is now) for row in rows]


def holding(rows: Iterable[Designation], on: date) -> Designation | None:
    """Which of the rows about one service holds on a day.

    The most specific subject wins; of one subject, the latest row. `rows` come newest first.
    """
    begun = [row for row in rows if row.effective_from <= on]
    return min(begun, key=_breadth, default=None)


def _breadth(row: Designation) -> int:
    if row.service_id is not None:
        return 0
    return 1 if row.category_id is not None else 2


def _subject(row: Designation) -> str:
    if row.service_id is not None:
        return "This service"
    return f"Category {row.category}" if row.category else "The whole contract"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something in a contract's life, on its Pacific day; `source` is what it rests on."""

    day: date
    what: str
    source: str


def contractor_on(contract: Contract, *, on: date) -> str:
    """What the contract's contractor was called on a Pacific day."""
    row = ContractorName.objects.filter(contractor=contract.contractor_id).in_effect(on).first()
    return row.name if row else contract.contractor.name


def timeline(contract: Contract) -> list[Happening]:
    """A contract's life from its first day: terms, editions, desks, buyers, settings."""
    found = [
        *_terms(contract),
        *_contractor(contract),
        *(
            Happening(edition.effective_from, "Prices and services", edition.file_name)
            for edition in contract.editions.all()
        ),
        *(
            Happening(
                row.effective_from,
                f"Orders{f' for {row.category}' if row.category else ''} go to {row}",
                row.reason,
            )
            for row in contract.desk_addresses.select_related("category")
        ),
        *(
            Happening(row.effective_from, str(row), row.reason)
            for row in contract.listed_buyers.select_related("agency")
        ),
        *(
            Happening(row.effective_from, str(row), row.reason)
            for row in contract.exclusivity.all()
        ),
        *(
            Happening(row.effective_from, f"{row.get_value_display()}: {_scope(row)}", row.reason)
            for row in contract.designations.filter(service=None).select_related("category")
        ),
    ]
    return sorted(found, key=lambda happening: happening.day)


def _terms(contract: Contract) -> Iterable[Happening]:
    last_days = [term.last_day for term in contract.terms.all()]
    for term in contract.terms.all():
        yield Happening(term.starts_on, f"{term.get_kind_display()} begins", term.basis)
    if last_days:
        yield Happening(max(last_days), "Last day of the contract", "")


def _contractor(contract: Contract) -> Iterable[Happening]:
    names = ContractorName.objects.filter(contractor=contract.contractor_id)
    for name in names:
        yield Happening(name.effective_from, f"The contractor is called {name}", name.reason)
    moves = Succession.objects.filter(contractor=contract.contractor_id)
    for move in moves.select_related("contractor", "successor"):
        yield Happening(move.effective_from, str(move), move.reason)


def _scope(row: Designation) -> str:
    return f"category {row.category}" if row.category else "the whole contract"
