"""Orders at a contractor's desk for tests, each brought so far through the desk's services."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.forms import model_to_dict

from catalog.models import Contract, Service
from orders.models import LineProgress, OpenService, Order, Question, State, TimeLimits
from orders.models.progress import RejectionReason as Reason
from orders.services import sending
from orders.services.desk import acts as desk
from orders.services.desk.steps import Numbers
from orders.services.desk.time_limits import set_time_limits
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.outbox.models import Notice
from tests.catalog.factories import make_service
from tests.factories import SINCE
from tests.orders.factories import World, access, make_signed_order

# A Monday before the real now, whatever the clock says: pages read it
SENT_AT = datetime(2020, 3, 2, 10, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
SENT_ON = SENT_AT.date()
# Four working days later
FRIDAY = date(2020, 3, 6)


def make_order_at_desk(
    world: World,
    lines: int = 1,
    *,
    by: User | None = None,
    at: datetime = SENT_AT,
    services: Collection[Service] = (),
) -> Order:
    """Sent at `at`, with so many lines; of the Highway Patrol or of the purchaser's city."""
    wanted = services or [make_service(f"VoIP {number}", world.contract) for number in range(lines)]
    order = make_signed_order(world, *wanted, by=by)
    Order.objects.filter(pk=order.pk).update(state=State.ROUTED, routed_at=at)
    sending.follow_lines(order, at)
    return Order.objects.get(pk=order.pk)


def make_acknowledged(
    world: World, lines: int = 1, *, at: datetime = SENT_AT, **order: Any
) -> Order:
    """`order` as `make_order_at_desk` has it."""
    made = make_order_at_desk(world, lines, **order)
    desk.acknowledge(order=made, access=at_desk(world, at), at=at)
    return Order.objects.get(pk=made.pk)


def make_committed(
    world: World, lines: int = 1, *, to: date = FRIDAY, at: datetime = SENT_AT, **order: Any
) -> Order:
    made = make_acknowledged(world, lines, at=at, **order)
    commit(world, made, to=to, at=at)
    return Order.objects.get(pk=made.pk)


def at_desk(world: World, at: datetime = SENT_AT) -> Any:
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
    at: datetime = SENT_AT,
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
    world: World, order: Order, *positions: int, reason: str = "No copper", at: datetime = SENT_AT
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
    on: date = SENT_ON,
    at: datetime = SENT_AT,
    **numbers: str,
) -> bool:
    return desk.complete(
        order=order,
        lines=dict.fromkeys(keys(order, *positions), Numbers(**numbers)),
        completed_on=on,
        access=at_desk(world, at),
        at=at,
    )


def correct(
    world: World,
    order: Order,
    *positions: int,
    reason: str = "Mistyped",
    at: datetime = SENT_AT,
    version: int | None = None,
    **numbers: str,
) -> bool:
    return desk.correct(
        order=order,
        lines=dict.fromkeys(keys(order, *positions), Numbers(**numbers)),
        reason=reason,
        version=again(order).version if version is None else version,
        access=at_desk(world, at),
        at=at,
    )


def ask(world: World, order: Order, text: str = "Which floor?", at: datetime = SENT_AT) -> Question:
    return desk.ask(order=order, text=text, access=at_desk(world, at), at=at)


def answer(
    world: World, question: Question, text: str = "The third", at: datetime = SENT_AT
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
        at=SENT_AT,
    )


def progress(order: Order, position: int = 1) -> LineProgress:
    return LineProgress.objects.get(line__order=order, line__position=position)


def acknowledge(world: World, order: Order) -> bool:
    return desk.acknowledge(order=order, access=at_desk(world), at=SENT_AT)


def reject(world: World, order: Order, reason: Reason = Reason.DUPLICATE, text: str = "") -> bool:
    return desk.reject(order=order, reason=reason, text=text, access=at_desk(world), at=SENT_AT)


def again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def everything(order: Order) -> tuple[object, ...]:
    """All that a notice could change."""
    stored = again(order)
    return (
        model_to_dict(stored),
        stored.acknowledged_at,
        stored.closed_at,
        list(LineProgress.objects.filter(line__order=order).values()),
        list(Question.objects.values()),
        OpenService.objects.count(),
        Entry.objects.count(),
        Notice.objects.count(),
    )
