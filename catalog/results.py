"""What a search finds, each service with all its page needs: few queries however many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.advice import Advice, Advise
from catalog.models import Contract, Designation, Offer, Service
from catalog.models.services import ServiceQuerySet
from catalog.orderability import not_orderable
from stmm.agencies.access import Access
from stmm.policy.decision import Decision


@dataclass(frozen=True, slots=True)
class Result:
    """One service found. `not_orderable` says why it can't be ordered, "" if it can."""

    service: Service
    offer: Offer
    designation: Designation.Value
    not_orderable: str
    decision: Decision | None


def find(wanted: Mapping[str, Any], *, on: date) -> ServiceQuerySet:
    """Services offered on the Pacific day `on` that meet every filter in `wanted`.

    `wanted` is SearchForm's cleaned data: what is absent or empty doesn't filter.
    """
    found = Service.objects.offered(on).with_designation(on)
    if not wanted.get("ended"):
        found = found.filter(contract__in=Contract.objects.in_term(on))
    filters = {
        lookup: wanted[name]
        for name, lookup in (
            ("vehicle", "contract__vehicle"),
            ("contractor", "contract__contractor"),
            ("contract", "contract"),
            ("category", "category"),
            ("designation", "designation__in"),
        )
        if wanted.get(name)
    }
    return found.filter(**filters).matching(wanted.get("q", ""))


def results(
    services: Iterable[Service], *, on: date, access: Access, advise: Advise
) -> tuple[list[Result], Advice | None]:
    """A page of found services with charges, contract term and decision, and whose advice it is.

    `services` come from `find`, with their contracts' terms prefetched.
    """
    services = list(services)
    offers = Offer.objects.in_bulk([service.offer_id for service in services])
    reasons = {service.pk: not_orderable(service.contract, on=on) for service in services}
    advice = advise(access, [service for service in services if not reasons[service.pk]])
    decisions = advice.decisions if advice else {}
    return [
        Result(
            service,
            offers[service.offer_id],
            Designation.Value(service.designation),
            reasons[service.pk],
            decisions.get(service.pk),
        )
        for service in services
    ], advice
