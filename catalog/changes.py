"""What an edition or a designation changed of services, told in words: before and after."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from catalog.histories import holding
from catalog.models import CatalogChange, Designation, Offer, Service
from stmm.audit.dated import LATEST_FIRST
from stmm.look.templatetags.look import money

UNDETERMINED = str(Designation.Value.UNDETERMINED.label)
# Of an offer: its charges, and texts that are told in full; longer ones are told to have changed
TOLD = {"mrc": "Monthly charge (MRC)", "nrc": "One-time charge (NRC)", "usage_rate": "Usage rate"}
LONG = {"description": "Description", "restrictions": "Restrictions"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise from a day on, in words for people."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before} → {self.after}"


def effective_from(change: CatalogChange) -> date:
    """The Pacific day from which a change holds."""
    fact = change.edition or change.designation
    if fact is None:
        raise ValueError("A change is of an edition or of a designation.")
    return fact.effective_from


def concerned(change: CatalogChange) -> QuerySet[Service]:
    """The services that a change says something of."""
    services = Service.objects.filter(contract=change.contract_id)
    if change.designation is None:
        return services.filter(
            Q(pk__in=Offer.objects.filter(edition=change.edition).values("service"))
            | Q(pk__in=Designation.objects.filter(edition=change.edition).values("service"))
        )
    row = change.designation
    if row.service_id is not None:
        return services.filter(pk=row.service_id)
    return services if row.category_id is None else services.filter(category=row.category_id)


def differences(
    change: CatalogChange, services: Collection[Service]
) -> dict[int, tuple[Difference, ...]]:
    """What the change made otherwise of each of the services, by key; those alone that differ.

    Both sides as of its own day, as known when it was made: with its rows and without them.
    """
    found = _differing_offers(change, services)
    for key, flag in _differing_flags(change, services).items():
        found[key].append(flag)
    return {key: tuple(told) for key, told in found.items() if told}


def _differing_offers(
    change: CatalogChange, services: Iterable[Service]
) -> dict[int, list[Difference]]:
    found: dict[int, list[Difference]] = defaultdict(list)
    if change.edition is None:
        return found
    rows: dict[int, list[Offer]] = defaultdict(list)
    known = Offer.objects.filter(
        service__in=[service.pk for service in services],
        effective_from__lte=effective_from(change),
        recorded_at__lte=change.made_at,
    )
    for offer in known.order_by(*LATEST_FIRST):
        rows[offer.service_id].append(offer)
    for key, offers in rows.items():
        before = next((each for each in offers if each.edition_id != change.edition_id), None)
        found[key] += _between(before, offers[0])
    return found


def _between(before: Offer | None, after: Offer) -> list[Difference]:
    was, is_now = (
        "not offered" if each is None or each.withdrawn else "offered" for each in (before, after)
    )
    if was != is_now or before is None or after.withdrawn:
        return [Difference("Service", was, is_now)] if was != is_now else []
    told = [
        Difference(label, _in_words(old), _in_words(new))
        for name, label in TOLD.items()
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]
    return told + [
        Difference(label, "as before", "has changed, see the service’s page")
        for name, label in LONG.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _in_words(value: Any) -> str:
    return money(value) if isinstance(value, Decimal) else value or "none"


def _differing_flags(change: CatalogChange, services: Iterable[Service]) -> dict[int, Difference]:
    on = effective_from(change)
    known = Designation.objects.filter(
        contract=change.contract_id, effective_from__lte=on, recorded_at__lte=change.made_at
    )
    keys = [service.pk for service in services]
    rows = list(known.filter(Q(service=None) | Q(service__in=keys)).order_by(*LATEST_FIRST))
    found = {}
    for service in services:
        about = [row for row in rows if _speaks_of(row, service)]
        before = holding([row for row in about if not _is_of(row, change)], on)
        was, is_now = (_label(row) for row in (before, holding(about, on)))
        if was != is_now:
            found[service.pk] = Difference("Designation", was, is_now)
    return found


def _speaks_of(row: Designation, service: Service) -> bool:
    if row.service_id is not None:
        return row.service_id == service.pk
    return row.category_id in (None, service.category_id)


def _is_of(row: Designation, change: CatalogChange) -> bool:
    if change.edition_id is not None:
        return row.edition_id == change.edition_id
    return row.pk == change.designation_id


def _label(row: Designation | None) -> str:
    return str(row.get_value_display()) if row else UNDETERMINED
