"""Exemption requests of an agency for what it buys elsewhere: what pages offer and show."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from catalog.models import Service
from exemptions.in_effect import exemption_of
from exemptions.models import ExemptionRequest, RequestedItem, RequestState
from exemptions.models.states import DECIDED, GRANTED, PENDING
from orders.compliance.in_words import exemption_in_words
from stmm.agencies.models import Agency
from stmm.policy.facts import Exemption


@dataclass(frozen=True, slots=True)
class Sought:
    """One item of a request that was sent, and what it is to the policy on a day."""

    item: RequestedItem
    exemption: Exemption
    covers: bool

    @property
    def request(self) -> ExemptionRequest:
        return self.item.request

    @property
    def in_words(self) -> str:
        """What became of it, and its term; its number stands beside."""
        return exemption_in_words(replace(self.exemption, reference=""))


def item_in_words(item: RequestedItem) -> str:
    """For whom, for what, and what has become of it, in one line."""
    fact = exemption_of(item.request, item)
    return f"{item.request.project}: {item} ({exemption_in_words(fact)})"


def sought_by(agencies: Iterable[Agency], service: Service | None) -> QuerySet[RequestedItem]:
    """What agencies asked an exemption for, of a service or, with None, described in words."""
    return (
        RequestedItem.objects.filter(
            request__agency__in=list(agencies),
            request__state__in=PENDING | DECIDED,
            service=service,
        )
        .select_related("request__agency", "request__revocation", "service", "granted__decision")
        .order_by("-request__until", "-pk")
    )


def granted_items() -> QuerySet[RequestedItem]:
    """What was granted of requests, whatever came after."""
    return (
        RequestedItem.objects.filter(granted__isnull=False)
        .select_related("request__agency", "service", "granted__decision")
        .order_by("-request__until", "request", "position")
    )


def granted_to_any(agencies: Iterable[Agency]) -> QuerySet[RequestedItem]:
    """What was granted to one of them for some term, and not revoked."""
    states = GRANTED - {RequestState.REVOKED}
    return granted_items().filter(request__agency__in=list(agencies), request__state__in=states)


def granted_on(agency: Agency, on: date) -> QuerySet[RequestedItem]:
    """What was granted to an agency, in term on a Pacific day."""
    in_term = ExemptionRequest.objects.filter(agency=agency).in_term(on)
    return granted_items().filter(request__in=in_term)


def sought(items: Iterable[RequestedItem], *, on: date) -> tuple[Sought, ...]:
    """Each with its fact, those that cover the Pacific day `on` first."""
    found = []
    for item in items:
        fact = exemption_of(item.request, item)
        found.append(Sought(item, fact, fact.covers(on)))
    return tuple(sorted(found, key=lambda each: not each.covers))
