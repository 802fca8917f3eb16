"""What CALNET asks for the services of a request: for themselves, and for what does the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.models import Contract, Equivalent, Offer, Service


@dataclass(frozen=True, slots=True)
class Priced:
    """A service as it can be ordered on the day, with its charges."""

    service: Service
    offer: Offer


@dataclass(frozen=True, slots=True)
class CalnetCost:
    """`own` is None where the service itself can't be ordered on the day."""

    own: Priced | None
    equivalents: tuple[Priced, ...]


def calnet_costs(keys: Iterable[int], *, on: date) -> Mapping[int, CalnetCost]:
    """Of services, by key: their charges on the Pacific day `on`, and their kept equivalents.

    Five queries at most, however many services.
    """
    wanted = set(keys)
    alike = _equivalents(wanted)
    priced = _priced(wanted.union(*alike.values()), on)
    return {
        key: CalnetCost(
            priced.get(key),
            tuple(priced[other] for other in sorted(alike.get(key, set())) if other in priced),
        )
        for key in wanted
    }


def _equivalents(keys: set[int]) -> dict[int, set[int]]:
    """By service: the others in the group where the Department put it."""
    groups = dict(Equivalent.objects.filter(service__in=keys).values_list("service", "group"))
    members: dict[int, set[int]] = defaultdict(set)
    rows = Equivalent.objects.filter(group__in=set(groups.values()))
    for group, service in rows.values_list("group", "service"):
        members[group].add(service)
    return {key: members[group] - {key} for key, group in groups.items()}


def _priced(keys: set[int], on: date) -> dict[int, Priced]:
    services = list(
        Service.objects.offered(on)
        .filter(pk__in=keys, contract__in=Contract.objects.in_term(on))
        .select_related("contract__contractor")
    )
    offers = Offer.objects.in_bulk([service.offer_id for service in services])
    return {service.pk: Priced(service, offers[service.offer_id]) for service in services}
