"""Orders at a contractor's desk for tests, each brought so far through the desk's services."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from catalog.models import Contract, Service
from orders.models import LineProgress, Order, Question, State, TimeLimits
from orders.services import desk, routing
from orders.services.desk_steps import Numbers
from orders.services.time_limits import set_time_limits
from stmm.accounts.models import User
from tests.catalog.factories import make_service
from tests.factories import AT, SINCE, TODAY
from tests.orders.factories import World, access, make_signed_order

# A Friday, four working days after AT
FRIDAY = date(2026, 3, 6)


def make_order_at_desk(
    world: World,
    lines: int = 1,
    *,
    by: User | None = None,
    at: datetime = AT,
    services: Collection[Service] = (),
) -> Order:
    """Sent at `at`, with so many lines; of the Highway Patrol or of the purchaser's city."""
    wanted = services or [make_service(f"VoIP {number}", world.contract) for number in range(lines)]
    order = make_signed_order(world, *wanted, by=by)
    Order.objects.filter(pk=order.pk).update(state=State.ROUTED, routed_at=at)
    routing.follow_lines(order, at)
    return Order.objects.get(pk=order.pk)


def make_acknowledged(
    world: World, lines: int = 1, *, at: datetime = AT, by: User | None = None
) -> Order:
    order = make_order_at_desk(world, lines, by=by)
    desk.acknowledge(order=order, access=at_desk(world, at), at=at)
    return Order.objects.get(pk=order.pk)


def make_committed(
    world: World, lines: int = 1, *, to: date = FRIDAY, at: datetime = AT, by: User | None = None
) -> Order:
    order = make_acknowledged(world, lines, at=at, by=by)
    commit(world, order, to=to, at=at)
    return Order.objects.get(pk=order.pk)


def at_desk(world: World, at: datetime = AT) -> Any:
    return access(world.desk, on=at.date())


def keys(order: Order, *positions: int) -> list[int]:
    """The keys of these lines of an order, of all for none."""
    lines = order.lines.filter(position__in=positions) if positions else order.lines.all()
    return list(lines.values_list("pk", flat=True))


def commit(
    world: World,
    order: Order,
    *positions: int,
    to: date = FRIDAY,
    reason: str = "",
    at: datetime = AT,
) -> bool:
    return desk.commit(
        order=order,
        lines=keys(order, *positions),
        committed_on=to,
        reason=reason,
        access=at_desk(world, at),
        at=at,
    )


def threaten(
    world: World, order: Order, *positions: int, reason: str = "No copper", at: datetime = AT
) -> bool:
    return desk.jeopardy(
        order=order,
        lines=keys(order, *positions),
        reason=reason,
        access=at_desk(world, at),
        at=at,
    )


def complete(
    world: World,
    order: Order,
    *positions: int,
    on: date = TODAY,
    at: datetime = AT,
    **numbers: str,
) -> bool:
    return desk.complete(
        order=order,
        lines=dict.fromkeys(keys(order, *positions), Numbers(**numbers)),
        completed_on=on,
        access=at_desk(world, at),
        at=at,
    )


def ask(world: World, order: Order, text: str = "Which floor?", at: datetime = AT) -> Question:
    return desk.ask(order=order, text=text, access=at_desk(world, at), at=at)


def answer(
    world: World, question: Question, text: str = "The third", at: datetime = AT
) -> Question:
    user = world.atr
    return desk.answer(question=question, text=text, access=access(user, on=at.date()), at=at)


def limit(
    world: World,
    acknowledge: int | None = 2,
    commit: int | None = 5,
    *,
    since: date = SINCE,
    contract: Contract | None = None,
) -> TimeLimits:
    """Time limits of the world's contract, in working days."""
    return set_time_limits(
        contract=contract or world.contract,
        acknowledge_within=acknowledge,
        commit_within=commit,
        effective_from=since,
        reason="Clause 12",
        access=access(world.stnd),
        at=AT,
    )


def progress(order: Order, position: int = 1) -> LineProgress:
    return LineProgress.objects.get(line__order=order, line__position=position)
