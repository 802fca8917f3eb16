"""The same kind of service from several contractors, and what a quantity costs over a term."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog.models import Contract, Designation, Equivalent, Offer, Service
from catalog.models.services import ServiceQuerySet

TERMS = (12, 24, 36)  # months
# Of two names, the least share of their words that is in both: 0 none, 1 all
ALIKE = 0.34
MOST_SUGGESTED = 12


@dataclass(frozen=True, slots=True)
class TermCost:
    """`total` is in US dollars without the administrative fee; None where there is no price."""

    months: int
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One service of a comparison. `is_kept` tells the Department's word from a suggestion."""

    service: Service
    offer: Offer
    designation: Designation.Value
    costs: tuple[TermCost, ...]
    is_kept: bool
    is_cheapest: bool


def term_cost(offer: Offer, *, months: int, quantity: int) -> Decimal | None:
    """NRC once and MRC each month for `quantity`; usage is not in it."""
    if offer.mrc is None and offer.nrc is None:
        return None
    zero = Decimal(0)
    return ((offer.nrc or zero) + (offer.mrc or zero) * months) * quantity


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", name.lower()))


def likeness(one: str, other: str) -> float:
    """Which share of the words of two names is in both: from 0, none, to 1, all."""
    left, right = _words(one), _words(other)
    return len(left & right) / len(left | right) if left | right else 0.0


def kept_equivalents(service: Service) -> ServiceQuerySet:
    """The other services of the group in which the Department put this one."""
    group = Equivalent.objects.filter(service=service).values("group")
    return Service.objects.filter(equivalent__group__in=group).exclude(pk=service.pk)


def suggested(service: Service, *, on: date) -> list[int]:
    """Keys of services of other contractors in a category of this name, the likest names first."""
    rows = (
        _comparable(on)
        .filter(category__name=service.category.name)
        .exclude(contract__contractor=service.contract.contractor_id)
        .order_by()
        .values_list("pk", "name")
    )
    found = [(likeness(service.name, name), pk) for pk, name in rows]
    alike = sorted((-share, pk) for share, pk in found if share >= ALIKE)
    return [pk for _, pk in alike[:MOST_SUGGESTED]]


def _comparable(on: date) -> ServiceQuerySet:
    """Offered on the day, under contracts in term."""
    return Service.objects.offered(on).filter(contract__in=Contract.objects.in_term(on))


def compare(service: Service, *, on: date, quantity: int) -> list[Compared]:
    """The service itself, its equivalents, then suggestions: what can be ordered of them.

    Prices and flags of the Pacific day `on`. The cheapest is told over the longest term,
    among services that are counted in the same unit.
    """
    kept = set(kept_equivalents(service).values_list("pk", flat=True))
    proposed = [pk for pk in suggested(service, on=on) if pk not in kept]
    order = [service.pk, *sorted(kept), *proposed]
    found = (
        _comparable(on)
        .filter(pk__in=order)
        .with_designation(on)
        .select_related("contract__contractor", "category")
    )
    services = sorted(found, key=lambda each: order.index(each.pk))
    offers = Offer.objects.in_bulk([each.offer_id for each in services])
    costs = {each.pk: _costs(offers[each.offer_id], quantity) for each in services}
    cheapest = _cheapest([each for each in services if each.unit == service.unit], costs)
    return [
        Compared(
            each,
            offers[each.offer_id],
            Designation.Value(each.designation),
            costs[each.pk],
            is_kept=each.pk in kept,
            is_cheapest=each.pk in cheapest,
        )
        for each in services
    ]


def _costs(offer: Offer, quantity: int) -> tuple[TermCost, ...]:
    return tuple(
        TermCost(months, term_cost(offer, months=months, quantity=quantity)) for months in TERMS
    )


def _cheapest(services: Iterable[Service], costs: dict[int, tuple[TermCost, ...]]) -> set[int]:
    """Keys of those that cost least over the longest term; none where all cost the same."""
    totals = {each.pk: costs[each.pk][-1].total for each in services}
    priced = {pk: total for pk, total in totals.items() if total is not None}
    if len(set(priced.values())) < 2:
        return set()
    least = min(priced.values())
    return {pk for pk, total in priced.items() if total == least}
