"""Services that work, as tests make them: ordered, sent, and completed by the contractor."""

from datetime import date, datetime
from itertools import count
from typing import Any

from django.db import transaction

from catalog.models import Service
from orders.models import LineProgress, LineState, OpenService, Order, OrderLine, State
from orders.services import sending
from orders.services.inventory.open_services import take_up
from stmm.accounts.models import User
from tests.factories import AT, TODAY
from tests.orders.factories import FILLED, World, fill, make_draft, make_line, sign

ADD, DISCONNECT, CHANGE, MOVE = OrderLine.Type
ACCOUNT = "555"
_numbers = count(1)


def make_sent_lines(
    world: World, *lines: dict[str, Any], by: User | None = None, **fields: Any
) -> Order:
    """An order that is with the contractor; `lines` each with its `service`, a mandatory Add else.

    `fields` are of the order. Disconnects, changes and moves are of the account ACCOUNT.
    """
    user = by or world.atr
    order = make_draft(world, by=user, number=f"S-{next(_numbers):05d}")
    for line in lines:
        said = {"billing_account": ACCOUNT, "service": world.mandatory, **line}
        make_line(order, said.pop("service"), by=user, **said)
    fill(order, by=user, **{"present_address": "1 Old Road", **FILLED, **fields})
    sign(order, by=user)
    Order.objects.filter(pk=order.pk).update(
        state=State.ACKNOWLEDGED, routed_at=AT, acknowledged_at=AT
    )
    sending.follow_lines(order, AT)
    return Order.objects.get(pk=order.pk)


def complete(
    line: OrderLine, *, on: date = TODAY, at: datetime = AT, **told: str
) -> OpenService | None:
    """As the order desk completes a line; `told` are the numbers it gives."""
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=line.order_id)
        LineProgress.objects.filter(line=line).update(
            state=LineState.COMPLETED, committed_at=at, committed_on=on, completed_on=on, **told
        )
        return take_up(progress=LineProgress.objects.get(line=line), at=at)


def order_and_complete(
    world: World, order_type: str, quantity: int = 1, *, on: date = TODAY, **line: Any
) -> OpenService | None:
    """One line from the draft to its completion."""
    order = make_sent_lines(world, {"order_type": order_type, "quantity": quantity, **line})
    return complete(order.lines.get(), on=on)


def make_open_service(
    world: World,
    quantity: int = 1,
    *,
    service: Service | None = None,
    account: str = ACCOUNT,
    by: User | None = None,
    on: date = TODAY,
    told: dict[str, Any] | None = None,
    **fields: Any,
) -> OpenService:
    """A service that works since `on`; of the Highway Patrol or of the purchaser's city."""
    line = {"service": service or world.mandatory, "quantity": quantity, "billing_account": account}
    order = make_sent_lines(world, line, by=by, **fields)
    made = complete(order.lines.get(), on=on, **(told or {}))
    assert made is not None
    return made


def make_open_services(world: World, number: int, **line: Any) -> list[OpenService]:
    """Many, from one order."""
    order = make_sent_lines(world, *[line] * number)
    return [made for each in order.lines.all() if (made := complete(each))]
