"""Who lives through the life of an order, and where it begins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import DeskMember
from orders.models import OpenService, Order
from orders.services import sending
from stmm.accounts.models import User
from tests.factories import AT, SINCE, Role, make_appointment, make_user
from tests.orders.approvals import name_deputy, set_rule
from tests.orders.factories import (
    FILLED,
    PDF,
    World,
    fill,
    make_draft,
    make_line,
    make_person,
    sign,
)
from tests.orders.open_services import CHANGE, DISCONNECT, MOVE, make_open_service
from tests.orders.sent_orders import amend, commit, complete

AGENCY, DESK = ("catr", "atr", "deputy"), ("desk", "colleague")
OUTSIDERS = ("stranger", "auditor", "stnd", "purchaser")
PEOPLE = (*AGENCY, *DESK, *OUTSIDERS)
STARTS = ("draft", "sent", "committed", "amended")

Router = Callable[[Order, datetime], None]


@dataclass(frozen=True)
class Cast:
    """People, and orders at the start of their life or further on, each with its amendment."""

    people: dict[str, User]
    starts: dict[str, list[Order]]
    there: OpenService
    route: Router


def make_cast(world: World, route: Router) -> Cast:
    """The CATR of the agency wants to see every order; an ATR stands in for a few days."""
    people = {name: getattr(world, name) for name in PEOPLE if hasattr(world, name)}
    people["deputy"] = make_appointment(Role.ATR, world.agency, make_person("Lee Roy")).user
    people["colleague"] = make_user("Kim Park")
    contractor = world.contract.contractor
    DeskMember.objects.create(user=people["colleague"], contractor=contractor, starts_on=SINCE)
    there = make_open_service(world, 4, account="OLD")
    set_rule(world, needs_catr="always")
    name_deputy(world, people["deputy"])
    starts = {name: [_make_draft(world, there)] for name in STARTS}
    for name in STARTS[1:]:
        (order,) = starts[name]
        sign(order, by=world.catr)
        route(Order.objects.get(pk=order.pk), AT)
    commit(starts["committed"][0], 1, 2, 3, world=world)
    # One of its lines is done before the amendment is signed, and must be taken off that
    starts["amended"].append(amend(starts["amended"][0], world.atr))
    complete(starts["amended"][0], 1, world=world)
    return Cast(people, starts, there, route)


def _make_draft(world: World, there: OpenService) -> Order:
    order, by = make_draft(world), world.atr
    make_line(order, world.mandatory, by=by, quantity=5, billing_account="A1")
    make_line(order, world.mandatory, by=by, quantity=2, billing_account="A1")
    old: dict[str, Any] = {"billing_account": "OLD", "acts_on": there}
    make_line(order, world.mandatory, by=by, order_type=DISCONNECT, quantity=3, **old)
    # Which one moves depends on what is completed before
    make_line(order, world.mandatory, by=by, order_type=MOVE, quantity=1, billing_account="A1")
    make_line(order, world.optional, by=by, order_type=CHANGE, quantity=6, **old)
    return fill(order, by=by, present_address="1 Old Road", **FILLED)


def route_with_any_pdf(order: Order, at: datetime) -> None:
    """As the job does, without taking the time to lay a form out."""
    sending._send(order, PDF, at)
