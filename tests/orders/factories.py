"""Orders for tests, made through the services as the site makes them, at AT unless told.

`make_world` is a small State of California: who orders, what from, and who looks on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from catalog.models import Category, Contract, DeskMember, Service
from orders.models import AuthorizationToOrder, Order, OrderLine, State
from orders.services import sending
from orders.services.atos.acts import record_ato
from orders.services.making import drafting
from orders.services.signing import signing
from stmm.accounts.models import User
from stmm.agencies.access import Access, access_of
from stmm.agencies.models import Agency
from tests.catalog.factories import (
    MANDATORY,
    NON_MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_service,
)
from tests.factories import (
    AT,
    SINCE,
    TODAY,
    Kind,
    Role,
    make_agency,
    make_appointment,
    make_user,
)

# The catalogue was known before AT and before the real now, whatever the clock says
KNOWN = datetime(2020, 1, 1, tzinfo=ZoneInfo("America/Los_Angeles"))
PDF = b"%PDF-1.7 a STD. 65, printed\n%%EOF\n"
# What section 4 needs, as a person fills it in
FILLED: dict[str, Any] = {
    "contact_name": "Ana Reyes",
    "contact_phone": "(916) 555-0100",
    "contact_email": "ana@chp.example",
    "requested_address": "601 North 7th Street\nSacramento, CA 95811",
    "billing_address": "P.O. Box 942898\nSacramento, CA 94298",
}

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class World:
    """A State agency with its CATR and ATR, a city with its purchaser and ATO, and onlookers."""

    agency: Agency
    catr: User
    atr: User
    city: Agency
    purchaser: User
    ato: AuthorizationToOrder
    contract: Contract
    mandatory: Service
    optional: Service
    undesignated: Service
    desk: User
    stnd: User
    auditor: User
    stranger: User
    """A CATR of another agency."""


def make_person(name: str) -> User:
    """Someone with all that section 6 prints."""
    return make_user(
        name,
        title="Telecommunications Manager",
        phone="(916) 555-0100",
        fax="(916) 555-0199",
        address="601 North 7th Street",
        city="Sacramento",
        zip_code="95811",
    )


def make_world() -> World:
    agency, city = make_agency(name="Highway Patrol"), make_agency(Kind.LOCAL, name="City of Lodi")
    contract = make_contract("C4-DNCS-19")
    mandatory, optional, undesignated = (
        make_service(name, contract, recorded_at=KNOWN)
        for name in ("Hosted VoIP", "Toll-free line", "Dark fibre")
    )
    make_designation(MANDATORY, mandatory, at=KNOWN)
    make_designation(NON_MANDATORY, optional, at=KNOWN)
    desk = make_user("Dana Fox")
    DeskMember.objects.create(user=desk, contractor=contract.contractor, starts_on=SINCE)
    return World(
        agency=agency,
        catr=make_appointment(Role.CATR, agency, make_person("Marcus Webb")).user,
        atr=make_appointment(Role.ATR, agency, make_person("Ana Reyes")).user,
        city=city,
        purchaser=make_appointment(Role.PURCHASER, city, make_person("Luis Ortega")).user,
        ato=make_ato(city, contract),
        contract=contract,
        mandatory=mandatory,
        optional=optional,
        undesignated=undesignated,
        desk=desk,
        stnd=make_appointment(Role.STND).user,
        auditor=make_appointment(Role.AUDITOR).user,
        stranger=make_appointment(Role.CATR).user,
    )


def make_ato(
    agency: Agency,
    contract: Contract,
    *,
    categories: Iterable[Category] | None = None,
    services: Iterable[Service] = (),
    approved_on: date | None = date(2025, 7, 1),
    signed: tuple[date | None, date | None] = (date(2025, 6, 1), date(2025, 6, 2)),
    at: datetime = KNOWN,
) -> AuthorizationToOrder:
    """An ATO of category 1.2, signed by both and approved, unless told otherwise."""
    return record_ato(
        agency=agency,
        contract=contract,
        categories=[make_category()] if categories is None else categories,
        services=services,
        agency_signed_on=signed[0],
        contractor_signed_on=signed[1],
        state_approved_on=approved_on,
        basis="For this test",
        actor=None,
        at=at,
    )


def off_the_ato(service: Service) -> None:
    """The service belongs to another category than the one that the city's ATO lists."""
    Service.objects.filter(pk=service.pk).update(category=make_category("5", "LAN"))


def access(user: User, *, on: date = TODAY) -> Access:
    return access_of(user, on=on)


def make_draft(
    world: World,
    *services: Service,
    by: User | None = None,
    number: str = "",
    at: datetime = AT,
) -> Order:
    """A draft of the Highway Patrol, or of the purchaser's city; a line for each service."""
    user = by or world.atr
    order = drafting.start(
        agency=world.city if user == world.purchaser else world.agency,
        contract=world.contract,
        agency_request_number=number or f"R-{next(_numbers):05d}",
        key=uuid4(),
        access=access(user),
        at=at,
    )
    for service in services:
        make_line(order, service, by=user)
    return Order.objects.get(pk=order.pk)


def make_line(order: Order, service: Service, *, by: User, **fields: Any) -> OrderLine:
    return drafting.add_line(
        order=order, service=service, key=uuid4(), access=access(by), at=AT, fields=fields
    )


def fill(order: Order, *, by: User, at: datetime = AT, **fields: Any) -> Order:
    """Set fields of the draft as it is now."""
    version = Order.objects.get(pk=order.pk).version
    return drafting.change(order=order, fields=fields, version=version, access=access(by), at=at)


def make_ready_order(
    world: World, *services: Service, by: User | None = None, number: str = ""
) -> Order:
    """A draft that lacks nothing; of the mandatory service, where none is named."""
    order = make_draft(world, *(services or (world.mandatory,)), by=by, number=number)
    return fill(order, by=by or world.atr, **FILLED)


def sign(order: Order, *, by: User, at: datetime = AT) -> Order:
    version = Order.objects.get(pk=order.pk).version
    return signing.sign(order=order, version=version, access=access(by, on=at.date()), at=at)


def make_signed_order(world: World, *services: Service, by: User | None = None) -> Order:
    order = make_ready_order(world, *services, by=by)
    return sign(order, by=by or world.catr)


def make_sent_order(world: World, *services: Service, by: User | None = None) -> Order:
    """Routed in name, for tests that look at no form and no mail: those take long to make."""
    order = make_signed_order(world, *services, by=by)
    Order.objects.filter(pk=order.pk).update(state=State.ROUTED, routed_at=AT)
    sending.follow_lines(order, AT)
    return Order.objects.get(pk=order.pk)


def make_mailed_order(world: World, *services: Service, by: User | None = None) -> Order:
    """Routed with any PDF, for tests that look at mails and files and not into the form."""
    order = make_signed_order(world, *services, by=by)
    sending._send(order, PDF, AT)
    return Order.objects.get(pk=order.pk)


def make_routed_order(world: World, *services: Service, by: User | None = None) -> Order:
    order = make_signed_order(world, *services, by=by)
    sending.route(order=order, at=AT)
    return Order.objects.get(pk=order.pk)
