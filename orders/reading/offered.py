"""Services of a contract that something may be ordered of, to be added to it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.paginator import Page, Paginator

from catalog.models import Contract, Offer, Service

FOUND = 10


@dataclass(frozen=True, slots=True)
class Found:
    """One page: each service with its charges, and a key that adds it once."""

    page: Page[Service]
    rows: list[tuple[Service, Offer, UUID]]


def offered_under(contract: Contract, query: str, page: str | None, *, on: date) -> Found:
    services = contract.services.offered(on).matching(query).select_related("category")
    shown = Paginator(services, FOUND).get_page(page)
    offers = Offer.objects.in_bulk([service.offer_id for service in shown])
    return Found(shown, [(each, offers[each.offer_id], uuid4()) for each in shown])
