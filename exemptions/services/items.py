"""The services of a draft: added from the catalogue or in words, changed, moved, taken off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from catalog.models import Service
from exemptions.compliance import reasons_against_items
from exemptions.models import ExemptionRequest, RequestedItem
from exemptions.services.drafts import lock_for, written_by
from exemptions.workflow import Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.services import Changes, record, set_fields
from stmm.refusals import Incomplete, Problem

MOST_ITEMS = 100
ADD, ALTER, MOVE, REMOVE = (
    "add_requested_item", "change_requested_item", "move_requested_item", "remove_requested_item",
)  # fmt: skip


@transaction.atomic
def add_service(
    *, request: ExemptionRequest, service: Service, quantity: int, access: Access, at: datetime
) -> RequestedItem:
    """Add a mandatory service; one that is there already is given back as it is.

    Raises Incomplete for one that is not mandatory on the day, NotAllowed, WrongState.
    """
    request, user = lock_for(Action.CHANGE, request, access)
    if existing := request.items.filter(service=service).first():
        return existing
    if reason := reasons_against_items([service.pk], on=timezone.localdate(at))[service.pk]:
        raise Incomplete([Problem(reason, "items")])
    return _add(request, user, at, service=service, quantity=quantity)


@transaction.atomic
def add_described(
    *,
    request: ExemptionRequest,
    fields: Mapping[str, Any],
    access: Access,
    at: datetime,
) -> RequestedItem:
    """Add a service that the catalogue does not have, in words; the same words are added once.

    Raises NotAllowed, WrongState, Incomplete for one more than a request has.
    """
    request, user = lock_for(Action.CHANGE, request, access)
    if existing := request.items.filter(described=fields["described"]).first():
        return existing
    return _add(request, user, at, **fields)


def _add(request: ExemptionRequest, user: User, at: datetime, **fields: Any) -> RequestedItem:
    last = request.items.aggregate(last=Max("position"))["last"] or 0
    if last >= MOST_ITEMS:
        message = f"{request} has {last} services, as many as it may: begin another one for more."
        raise Incomplete([Problem(message, "items")])
    item = RequestedItem.objects.create(request=request, position=last + 1, **fields)
    written_by(request, user)
    _record(request, user, at, ADD, {str(item): (None, f"{item.quantity}")})
    return item


def _record(
    request: ExemptionRequest, user: User, at: datetime, action: str, changes: Changes
) -> None:
    record(at=at, actor=user, action=action, subject=request, changes=changes)


@transaction.atomic
def change_item(
    *,
    item: RequestedItem,
    fields: Mapping[str, Any],
    version: int,
    access: Access,
    at: datetime,
) -> RequestedItem:
    """Set quantity, sites and charges. Raises NotAllowed, WrongState, ChangedMeanwhile."""
    request, user = lock_for(Action.CHANGE, item.request, access, version)
    item = RequestedItem.objects.select_related("service").get(pk=item.pk)
    changes = {
        f"{item}: {name.replace('_', ' ')}": change
        for name, change in set_fields(item, fields).items()
    }
    if changes:
        item.save()
        written_by(request, user)
        _record(request, user, at, ALTER, changes)
    return item


def _standing(request: ExemptionRequest) -> list[RequestedItem]:
    return list(request.items.select_related("service"))


def _number(items: list[RequestedItem]) -> None:
    """Give the items the positions of their order, past those that are taken."""
    beyond = len(items) + max((item.position for item in items), default=0)
    for start in (beyond, 1):
        for position, item in enumerate(items, start=start):
            item.position = position
        # One after the other: no two may have one position in between
        for item in items:
            item.save(update_fields=["position"])


@transaction.atomic
def move_up(*, item: RequestedItem, access: Access, at: datetime) -> None:
    """Put an item before the one above it; the first one stays. Gone already: nothing happens."""
    request, user = lock_for(Action.CHANGE, item.request, access)
    items = _standing(request)
    place = next((place for place, each in enumerate(items) if each == item), 0)
    if place == 0:
        return
    moved = items[place]
    items[place - 1], items[place] = moved, items[place - 1]
    _number(items)
    written_by(request, user)
    _record(request, user, at, MOVE, {str(moved): (place + 1, place)})


@transaction.atomic
def remove_item(*, item: RequestedItem, access: Access, at: datetime) -> None:
    """Take an item off a draft; those after it move up. Gone already: nothing happens."""
    request, user = lock_for(Action.CHANGE, item.request, access)
    items = _standing(request)
    found = next((each for each in items if each == item), None)
    if found is None:
        return
    items.remove(found)
    label, quantity = str(found), found.quantity
    found.delete()
    _number(items)
    written_by(request, user)
    _record(request, user, at, REMOVE, {label: (f"{quantity}", None)})
