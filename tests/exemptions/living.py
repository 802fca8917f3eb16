"""Exemptions that are lived with: purchases under them, conditions, delegations."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from exemptions.models import (
    Condition,
    Delegation,
    ExemptionRequest,
    ItemDecision,
    RequestedItem,
    Use,
)
from exemptions.reading.cover import Bought
from exemptions.reading.remaining import Remaining, remaining
from exemptions.services.using import take
from stmm.accounts.models import User
from tests.exemptions.factories import Case, as_of
from tests.factories import AT, TODAY

PACIFIC = ZoneInfo("America/Los_Angeles")
KIND = "orders.outsidepurchase"


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), PACIFIC)


def refuse(change: Callable[[], object]) -> None:
    """The database itself refuses it."""
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        change()


def first_item(request: ExemptionRequest) -> RequestedItem:
    return request.items.all()[0]


def granted(item: RequestedItem) -> ItemDecision:
    return ItemDecision.objects.get(item=item)


def left_of(item: RequestedItem) -> Remaining:
    return remaining([granted(item)])[granted(item).pk]


def buy(
    case: Case,
    item: RequestedItem,
    *,
    by: User | None = None,
    quantity: int = 1,
    amount: str = "80.00",
    on: date = TODAY,
    key: str = "",
    **told: Any,
) -> Use:
    """A purchase of the case's agency, by its ATR unless told, that relies on `item`."""
    return take(
        **{
            "item": item,
            "agency": case.agency,
            "kind": KIND,
            "key": key or uuid4().hex[:12],
            "label": "Microwave links from Sierra Microwave",
            "bought": Bought(quantity, Decimal(amount), on),
            "access": as_of(by or case.atr),
            "at": AT,
            **told,
        }
    )


def make_condition(
    request: ExemptionRequest, due_on: date | None = None, **fields: Any
) -> Condition:
    """A condition of the approval: before the first purchase unless `due_on` is given."""
    decision = request.decisions.get()
    return Condition.objects.create(
        **{
            "decision": decision,
            "position": decision.conditions.count() + 1,
            "text": "Send STND the list of sites.",
            "due_on": due_on,
            **fields,
        }
    )


def make_delegation(case: Case, **fields: Any) -> Delegation:
    return Delegation.objects.create(
        **{
            "agency": case.agency,
            "reference": "GTD-2026-014",
            "scope": "Microwave backhaul of radio sites",
            "starts_on": TODAY,
            "recorded_at": AT,
            "recorded_by": case.analyst,
            **fields,
        }
    )
