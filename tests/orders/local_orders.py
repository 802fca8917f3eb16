"""Local purchasing documents for tests, each brought so far through the services, at AT."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from catalog.models import Contract, Service
from orders.models import LocalLine, LocalOrder, LocalState
from orders.services.desk.steps import Numbers
from orders.services.local import desk, sending
from orders.services.local import recording as service_of
from stmm.audit.models import Entry
from tests.factories import AT, TODAY
from tests.orders.factories import World, access

DOCUMENT = b"%PDF-1.7 a purchase order\n%%EOF\n"
RECORD = b"%PDF-1.7 a record\n%%EOF\n"
SAID: dict[str, Any] = {
    "document_date": date(2026, 2, 27),
    "contact_name": "Luis Ortega",
    "contact_phone": "(209) 555-0100",
    "contact_email": "luis@lodi.example",
    "service_address": "221 West Pine Street\nLodi, CA 95240",
}

_numbers = count(1)


def start(
    world: World,
    number: str = "",
    *,
    contract: Contract | None = None,
    at: datetime = AT,
    content: bytes = DOCUMENT,
    **fields: Any,
) -> LocalOrder:
    return service_of.start(
        agency=world.city,
        contract=contract or world.contract,
        key=uuid4(),
        fields={"document_number": number or f"PO-{next(_numbers):04d}", **SAID, **fields},
        file_name="purchase order.pdf",
        content=content,
        access=access(world.purchaser, on=at.date()),
        at=at,
    )


def add(world: World, order: LocalOrder, service: Service, quantity: int = 1) -> LocalLine:
    return service_of.add_line(
        order=order,
        service=service,
        quantity=quantity,
        key=uuid4(),
        access=access(world.purchaser),
        at=AT,
    )


def make_draft(world: World, *services: Service, number: str = "", **fields: Any) -> LocalOrder:
    """A draft with a line of two for each service, the mandatory one where none is named."""
    order = start(world, number, **fields)
    for service in services or (world.mandatory,):
        add(world, order, service, 2)
    return again(order)


def record(world: World, order: LocalOrder, at: datetime = AT) -> LocalOrder:
    return service_of.record_document(
        order=order,
        version=again(order).version,
        access=access(world.purchaser, on=at.date()),
        at=at,
    )


def make_recorded(world: World, *services: Service, number: str = "") -> LocalOrder:
    return record(world, make_draft(world, *services, number=number))


def make_sent(world: World, *services: Service, number: str = "") -> LocalOrder:
    """Sent with any record, for tests that do not look into it."""
    order = make_recorded(world, *services, number=number)
    sending._send(order, RECORD, AT)
    return again(order)


def make_acknowledged(world: World, *services: Service, number: str = "") -> LocalOrder:
    order = make_sent(world, *services, number=number)
    desk.acknowledge(order=order, access=access(world.desk), at=AT)
    return again(order)


def complete(
    world: World, order: LocalOrder, *positions: int, on: date = TODAY, **numbers: str
) -> int:
    """The lines in these positions, all for none."""
    lines = order.lines.filter(position__in=positions) if positions else order.lines.all()
    return desk.complete(
        order=order,
        lines=dict.fromkeys(lines.values_list("pk", flat=True), Numbers(**numbers)),
        completed_on=on,
        access=access(world.desk),
        at=AT,
    )


def again(order: LocalOrder) -> LocalOrder:
    return LocalOrder.objects.get(pk=order.pk)


def state(order: LocalOrder) -> LocalState:
    return LocalState(again(order).state)


def actions(order: LocalOrder) -> list[str]:
    """What was recorded, the first thing first."""
    return [entry.action for entry in Entry.objects.about(order)][::-1]


@dataclass
class Doing:
    """What the purchaser and the desk do to a document, with what is needed for it."""

    world: World
    order: LocalOrder

    def change(self, **fields: object) -> LocalOrder:
        return service_of.change(
            order=self.order,
            fields=fields,
            version=again(self.order).version,
            access=access(self.world.purchaser),
            at=AT,
        )

    def reject(self, reason: str = "Not our area") -> LocalOrder:
        return desk.reject(order=self.order, reason=reason, access=access(self.world.desk), at=AT)

    def cancel(self) -> LocalOrder:
        return desk.cancel(
            order=self.order, reason="No money", access=access(self.world.purchaser), at=AT
        )

    def abandon(self) -> LocalOrder:
        return service_of.abandon(
            order=self.order, reason="Not needed", access=access(self.world.purchaser), at=AT
        )
