"""The CATR's word for tests: a rule that wants it, deputies, orders handed over and approved."""

from datetime import date, timedelta
from typing import Any

from orders.models import Approval, Deputy, Order, SigningRule
from orders.services.signing import approving, signing
from stmm.accounts.models import User
from tests.factories import AT, TODAY
from tests.orders.factories import World, access
from tests.orders.pages import again

DAY = timedelta(days=1)
FRIDAY = TODAY + 4 * DAY
NO_RULE: dict[str, Any] = {
    "needs_catr": "never",
    "monthly_above": None,
    "once_above": None,
    "categories": (),
}


def set_rule(world: World, by: User | None = None, **rule: Any) -> SigningRule:
    """For the Highway Patrol, by its CATR."""
    return approving.set_signing_rule(
        agency=world.agency, **(NO_RULE | rule), access=access(by or world.catr), at=AT
    )


def name_deputy(
    world: World,
    user: User | None = None,
    *,
    starts_on: date = TODAY,
    last_day: date = FRIDAY,
    by: User | None = None,
) -> Deputy:
    return approving.name_deputy(
        agency=world.agency,
        user=user or world.atr,
        starts_on=starts_on,
        last_day=last_day,
        access=access(by or world.catr),
        at=AT,
    )


def hand_over(order: Order, by: User) -> Order:
    order = again(order)
    return signing.hand_over(order=order, version=order.version, note="", access=access(by), at=AT)


def approve(order: Order, by: User) -> Approval:
    order = again(order)
    return approving.approve(order=order, version=order.version, access=access(by), at=AT)
