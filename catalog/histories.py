"""How a service's charges and its flag came to be what they are: the rows, and which one holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalog.models import Designation, Offer, Service
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


def flag_history(service: Service, *, on: date) -> list[PastDesignation]:
    """Every designation that ever spoke of the service, newest day first."""
    rows = list(designations_about(service))
    now = _in_effect(rows, on)
    return [PastDesignation(row, _subject(row), row is now) for row in rows]


def _in_effect(rows: Iterable[Designation], on: date) -> Designation | None:
    """The most specific subject wins; of one subject, the latest row. `rows` come newest first."""
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
