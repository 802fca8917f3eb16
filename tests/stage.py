"""An order in each stage, and everyone who may see it or not: for tests that look at every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from catalog.models import DeskMember, MatrixUpload
from catalog.services import rulings
from catalog.services.equivalents import mark_equivalent
from orders.models import Attachment, Order
from orders.services import sending
from orders.services.making import drafting
from orders.services.signing import signing
from stmm.accounts.models import User
from stmm.agencies.services import appoint
from stmm.outbox.models import Notice, NoticeKind, OutgoingMail
from stmm.outbox.notices import tell
from tests.catalog.factories import make_contract
from tests.catalog.matrix_files import line
from tests.catalog.uploads import make_upload
from tests.exemptions.stage_case import case_of
from tests.factories import AT, SINCE, Role, make_appointment, make_user, signed_in
from tests.orders.factories import World, access, make_ready_order, make_world, sign
from tests.permissions import (
    atos,
    changing,
    desk,
    elsewhere,
    exemptions_asking,
    exemptions_living,
    exemptions_working,
    inventory,
    leaving,
    lists,
    many,
)

PDF = b"%PDF-1.7 a form that the office keeps\n%%EOF\n"
State = OutgoingMail.State

# "elsewhere" is at another agency, at another contractor
PEOPLE = (
    "atr",
    "catr",
    "atr_elsewhere",
    "purchaser",
    "desk",
    "desk_elsewhere",
    "stnd",
    "deputy",
    "auditor",
)
# In rows of exemption requests alone: the agency's Information Officer, and a delegate of the
# Deputy Director
MORE_PEOPLE = ("officer", "delegate")
# Whose `places` are put on the stage
AREAS = (
    many, desk, changing, inventory, lists, leaving, elsewhere, atos, exemptions_asking,
    exemptions_working,
    exemptions_living,
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """Orders: `draft`, `review` and `sent` are of one agency, `other` is a city's draft."""

    world: World
    orders: dict[str, Order]
    # The parameters by which addresses name each of them
    places: dict[str, dict[str, int]]
    people: dict[str, User]
    sessions: dict[str, str]

    def browser(self, person: str, *, enforce_csrf_checks: bool = False) -> Client:
        """A browser in which this person has signed in; "anyone" has not."""
        client = Client(enforce_csrf_checks=enforce_csrf_checks)
        if person in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person]
        return client


@contextmanager
def set_stage(blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """The stage for all tests of one module, taken back afterwards."""
    with blocker.unblock(), transaction.atomic():
        yield make_stage()
        transaction.set_rollback(True)


def make_stage() -> Stage:
    world = make_world()
    draft, review, sent = (_order(world, world.atr, number) for number in ("A-1", "A-2", "A-3"))
    review = signing.hand_over(
        order=review, version=review.version, note="", access=access(world.atr), at=AT
    )
    sent = _sent(sent, world.catr)
    other = _order(world, world.purchaser, "B-1")
    orders = {"draft": draft, "review": review, "sent": sent, "other": other}
    people = _people(world)
    return Stage(
        world=world,
        orders=orders,
        places={name: _parameters(order) for name, order in orders.items()}
        | _others(world)
        | _of_areas(world, orders),
        people=people,
        sessions={
            name: signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
            for name, user in people.items()
        },
    )


def _order(world: World, user: User, number: str) -> Order:
    """A draft that lacks nothing, with one line and one attachment."""
    order = make_ready_order(world, by=user, number=number)
    drafting.attach(
        order=order,
        kind=Attachment.Kind.OTHER,
        file_name="floor plan.pdf",
        content=b"%PDF-1.7 a floor plan\n%%EOF\n",
        access=access(user),
        at=AT,
    )
    return Order.objects.get(pk=order.pk)


def _sent(order: Order, by: User) -> Order:
    """Signed and routed; its mail was given up, so that it can be tried again."""
    sending.route(order=sign(order, by=by), at=AT)
    OutgoingMail.objects.update(state=State.UNDELIVERABLE, next_attempt_at=None, finished_at=AT)
    return Order.objects.get(pk=order.pk)


def _parameters(order: Order) -> dict[str, int]:
    return {
        "pk": order.pk,
        "line": order.lines.get().pk,
        "attachment": order.attachments.get().pk,
    }


def _others(world: World) -> dict[str, dict[str, int]]:
    mail = OutgoingMail.objects.get(purpose="route")
    # With the form that the office keeps of it
    appointment = appoint(
        user=make_user(),
        agency=world.agency,
        role=Role.ATR,
        starts_on=SINCE,
        actor=None,
        at=AT,
        form=PDF,
    )
    mark_equivalent(
        service=world.mandatory, other=world.undesignated, access=access(world.stnd), at=AT
    )
    ruling = rulings.ask(
        agency=world.agency,
        service=world.undesignated,
        question="Is dark fibre mandatory?",
        access=access(world.atr),
        at=AT,
    )
    return {
        "service": {"pk": world.mandatory.pk},
        "upload": {"pk": _upload(world).pk},
        "contract": {"pk": world.contract.pk},
        "contractor": {"pk": world.contract.contractor_id},
        "ruling": {"pk": ruling.pk},
        "agency": {"pk": world.agency.pk},
        "notice": {"pk": _notice(world).pk},
        "appointment": {"pk": appointment.pk},
        "mail": {"pk": mail.pk, "document": mail.documents.earliest("pk").pk},
    }


def _of_areas(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """What the areas of the permission table put on the stage of their own."""
    return {
        name: parameters
        for area in AREAS
        for name, parameters in area.places(world, orders).items()
    }


def _notice(world: World) -> Notice:
    """The CATR alone was told."""
    (notice,) = tell(
        users=[world.catr],
        kind=NoticeKind.CATALOG,
        cause="stage",
        subject="Hosted VoIP you are ordering: what changes on July 1, 2026",
        text="Contract C4-DNCS-19, from July 1, 2026:\n\nMRC: $96.00 → $100.00",
        url=f"/catalog/services/{world.mandatory.pk}/",
        why="You order for Highway Patrol.",
        at=AT,
    )
    return notice


def _upload(world: World) -> MatrixUpload:
    """Read and compared; uploaded by another analyst than the one of the stage."""
    lines = [
        line(product_id=world.mandatory.product_id, mrc="99.00", section="1.2.3"),
        line(product_id="N-1"),
        line(product_id="N-1", line_item="2"),
    ]
    return make_upload(world.contract, lines)


def _people(world: World) -> dict[str, User]:
    desk_elsewhere = make_user("Dana Fox")
    contractor = make_contract(contractor="Verizon").contractor
    DeskMember.objects.create(user=desk_elsewhere, contractor=contractor, starts_on=SINCE)
    case = case_of(world)
    people = (
        world.atr,
        world.catr,
        make_appointment(Role.ATR).user,
        world.purchaser,
        world.desk,
        desk_elsewhere,
        world.stnd,
        case.deputy_director,
        world.auditor,
        case.officer,
        case.delegate,
    )
    return dict(zip((*PEOPLE, *MORE_PEOPLE), people, strict=True))
