"""Writing the lines of an edition into the catalogue: the one way they get there."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from catalog.difference import NAMED, OFFERED, Line
from catalog.models import CatalogChange, CatalogEdition, Designation, Offer, Service
from catalog.search.index import reindex

# Lines that are in memory at once
BATCH = 2_000


def apply(lines: Iterable[Line], *, edition: CatalogEdition, reason: str) -> None:
    """Add services, offers and designations of an edition; the caller holds the contract's lock.

    Everything before stays: a service withdrawn is so from the edition's day on. The search
    finds it all as it is then, and agencies with orders of what changed will be told.
    """
    dated = {
        "effective_from": edition.effective_from,
        "recorded_at": edition.loaded_at,
        "recorded_by": edition.loaded_by,
        "reason": reason,
        "edition": edition,
    }
    touched: set[int] = set()
    for batch in _batches(lines):
        keys = _services(batch, edition)
        touched.update(keys.values())
        _offers(batch, keys, dated)
        _designations(batch, keys, dated, edition)
    CatalogChange.objects.create(
        contract=edition.contract, edition=edition, made_at=edition.loaded_at
    )
    reindex(contract=edition.contract, services=touched if len(touched) <= BATCH else None)


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    left = iter(lines)
    while batch := list(islice(left, BATCH)):
        yield batch


def _services(batch: list[Line], edition: CatalogEdition) -> dict[str, int]:
    """The keys of the batch's services by product identifier, new ones added."""
    keys = {line.known.product_id: line.known.service for line in batch if line.known}
    new, renamed = [], []
    for line in batch:
        if line.row is None or not line.writes_service:
            continue
        stated = {name: getattr(line.row, name) for name in NAMED}
        stated["category_id"] = line.category
        if line.known is None:
            new.append(
                Service(contract_id=edition.contract_id, product_id=line.row.product_id, **stated)
            )
        else:
            renamed.append(Service(pk=line.known.service, **stated))
    Service.objects.bulk_update(renamed, [*NAMED, "category"], batch_size=500)
    for service in Service.objects.bulk_create(new):
        keys[service.product_id] = service.pk
    return keys


def _offers(batch: list[Line], keys: dict[str, int], dated: dict[str, Any]) -> None:
    new = []
    for line in batch:
        if line.row is None and line.known is not None:
            new.append(Offer(service_id=line.known.service, withdrawn=True, **dated))
        elif line.row is not None and line.writes_offer:
            stated = {name: getattr(line.row, name) for name in OFFERED}
            new.append(Offer(service_id=keys[line.row.product_id], **stated, **dated))
    Offer.objects.bulk_create(new)


def _designations(
    batch: list[Line], keys: dict[str, int], dated: dict[str, Any], edition: CatalogEdition
) -> None:
    Designation.objects.bulk_create(
        [
            Designation(
                contract_id=edition.contract_id,
                service_id=keys[line.row.product_id],
                value=line.row.designation,
                basis=line.row.designation_basis,
                **dated,
            )
            for line in batch
            if line.row is not None and line.writes_flag
        ]
    )
