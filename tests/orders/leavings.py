"""Notices of leaving CALNET for tests, each brought so far through the services.

The city's ATO is approved on July 1, 2025: it is free from FREE on.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from catalog.models import Category, Service
from orders.models import Leaving, LeavingPart, LineProgress, OpenService, Order, State
from orders.services.leaving import acts as service_of
from orders.services.leaving import sending
from stmm.accounts.models import User
from stmm.audit.models import Entry
from tests.orders.factories import FILLED, World, access, fill
from tests.orders.open_services import make_open_service

PACIFIC = ZoneInfo("America/Los_Angeles")
FREE = date(2027, 7, 1)
LAST_BOUND = date(2027, 6, 30)
# 30 calendar days after FREE
END = date(2027, 7, 31)
PDF = b"%PDF-1.7 a letter\n%%EOF\n"


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A Pacific moment."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PACIFIC)


def make_city_service(world: World, quantity: int = 12, **fields: Any) -> OpenService:
    """A service that works at the city, completed at AT."""
    return make_open_service(world, quantity, by=world.purchaser, **fields)


def make_draft(
    world: World,
    *open_services: OpenService,
    categories: Iterable[Category] = (),
    services: Iterable[Service] = (),
    on: date = FREE,
    manner: str = Leaving.Manner.MIGRATE,
    **fields: Any,
) -> Leaving:
    """A draft of the city that lacks nothing but for what it is told to."""
    by = access(world.purchaser, on=on)
    leaving = service_of.start(
        agency=world.city,
        contract=world.contract,
        manner=manner,
        key=uuid4(),
        access=by,
        at=at(on),
    )
    leaving = service_of.choose(
        leaving=leaving,
        open_services=open_services,
        categories=categories,
        services=services,
        version=leaving.version,
        access=by,
        at=at(on),
    )
    if fields:
        leaving = service_of.change(
            leaving=leaving, fields=fields, version=leaving.version, access=by, at=at(on)
        )
    return leaving


def give(
    leaving: Leaving, *, world: World, on: date = FREE, moment: datetime | None = None
) -> Leaving:
    """Notice of the draft as it is now."""
    return service_of.give_notice(
        leaving=leaving,
        version=Leaving.objects.get(pk=leaving.pk).version,
        access=access(world.purchaser, on=on),
        at=moment or at(on),
    )


def make_given(
    world: World, *open_services: OpenService, on: date = FREE, **fields: Any
) -> Leaving:
    """Notice given; of a service of the city's where none is named."""
    chosen = open_services or (make_city_service(world),)
    return give(make_draft(world, *chosen, on=on, **fields), world=world, on=on)


def make_sent(world: World, *open_services: OpenService, on: date = FREE) -> Leaving:
    """Sent with any PDF, for tests that do not look into the letter."""
    leaving = make_given(world, *open_services, on=on)
    sending._send(leaving, PDF, at(on))
    return again(leaving)


def order_disconnect(
    world: World, leaving: Leaving, number: str = "OFF-1", on: date = FREE, by: User | None = None
) -> Order:
    return service_of.order_disconnect(
        leaving=leaving,
        agency_request_number=number,
        access=access(by or world.purchaser, on=on),
        at=at(on),
    )


def parts(leaving: Leaving) -> list[str]:
    return [str(part) for part in LeavingPart.objects.filter(leaving=leaving)]


def again(leaving: Leaving) -> Leaving:
    return Leaving.objects.get(pk=leaving.pk)


def actions(leaving: Leaving) -> list[str]:
    """What was recorded, the first thing first."""
    return [entry.action for entry in Entry.objects.about(leaving)][::-1]


def to_contractor(world: World, order: Order) -> Order:
    """Signed and acknowledged, in name."""
    fill(order, by=world.purchaser, at=at(FREE), **FILLED)
    Order.objects.filter(pk=order.pk).update(
        state=State.ACKNOWLEDGED, signed_at=at(FREE), routed_at=at(FREE), acknowledged_at=at(FREE)
    )
    LineProgress.objects.bulk_create(
        [LineProgress(line=line, changed_at=at(FREE)) for line in order.lines.all()]
    )
    return Order.objects.get(pk=order.pk)
