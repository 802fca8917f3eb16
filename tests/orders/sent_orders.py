"""Sent orders for tests of what becomes of them: some of their lines done by the contractor."""

from datetime import timedelta

from orders.models import LineProgress, Order
from orders.services.changing.amending import begin_amendment
from orders.services.desk import acts as desk
from orders.services.desk.steps import Numbers
from orders.services.making import drafting
from stmm.accounts.models import User
from tests.factories import AT, TODAY
from tests.orders.factories import World, access, make_sent_order

SOON = TODAY + timedelta(days=14)


def make_order_of_three(world: World, by: User | None = None) -> Order:
    return make_sent_order(world, world.mandatory, world.optional, world.undesignated, by=by)


def keys(order: Order, *positions: int) -> list[int]:
    """The keys of its lines in these positions."""
    lines = order.lines.filter(position__in=positions)
    return list(lines.order_by("position").values_list("pk", flat=True))


def commit(order: Order, *positions: int, world: World) -> Order:
    """The contractor acknowledges, and commits lines to a day."""
    member = access(world.desk)
    desk.acknowledge(order=order, access=member, at=AT)
    desk.commit(order=order, lines=keys(order, *positions), committed_on=SOON, access=member, at=AT)
    return Order.objects.get(pk=order.pk)


def complete(order: Order, *positions: int, world: World) -> Order:
    """The contractor completes these lines."""
    order = commit(order, *positions, world=world)
    done = {key: Numbers(circuit_numbers="SACRCA01") for key in keys(order, *positions)}
    desk.complete(order=order, lines=done, completed_on=TODAY, access=access(world.desk), at=AT)
    return Order.objects.get(pk=order.pk)


def states(order: Order) -> list[str]:
    """How far each line is, in the order of the lines."""
    rows = LineProgress.objects.filter(line__order=order).order_by("line__position")
    return list(rows.values_list("state", flat=True))


def amend(order: Order, by: User, reason: str = "The office moved") -> Order:
    return begin_amendment(order=order, reason=reason, access=access(by), at=AT)


def take_off(order: Order, position: int, by: User) -> None:
    line = order.lines.select_related("order").get(position=position)
    drafting.remove_line(line=line, access=access(by), at=AT)
