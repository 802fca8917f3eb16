"""Telling people of an order when it is their turn, or when they follow it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from catalog.models import DeskMember
from orders.models import Follow, Order, Signature
from orders.permissions.order import signers
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.outbox.models import NoticeKind
from stmm.outbox.notices import tell

Role = Appointment.Role


class Event(StrEnum):
    """What happened to an order that someone else waits for."""

    HANDED_OVER = "handed_over"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    ROUTED = "routed"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    ASKED = "asked"
    ANSWERED = "answered"
    COMMITTED = "committed"
    JEOPARDY = "jeopardy"
    LINE_COMPLETED = "line_completed"
    COMPLETED = "completed"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    EXPEDITED = "expedited"
    AMENDED = "amended"


class Turn(StrEnum):
    """Whose turn an event makes it."""

    SIGNER = "signer"
    MAKER = "maker"
    DESK = "desk"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Words:
    """What people are told of an event, and whose turn it is then."""

    said: str
    turn: Turn


EVENTS: dict[Event, Words] = {
    Event.HANDED_OVER: Words("waits for a signature", Turn.SIGNER),
    Event.SENT_BACK: Words("was sent back to be mended", Turn.MAKER),
    Event.APPROVED: Words("is approved and can be signed", Turn.MAKER),
    Event.ROUTED: Words("is signed and sent to the contractor", Turn.DESK),
    Event.ACKNOWLEDGED: Words("is acknowledged by the contractor", Turn.NOBODY),
    Event.REJECTED: Words("is rejected by the contractor", Turn.MAKER),
    Event.ASKED: Words("has a question of the contractor", Turn.MAKER),
    Event.ANSWERED: Words("has its question answered", Turn.DESK),
    Event.COMMITTED: Words("has a committed date", Turn.NOBODY),
    Event.JEOPARDY: Words("is in jeopardy, says the contractor", Turn.MAKER),
    Event.LINE_COMPLETED: Words("is completed in part", Turn.NOBODY),
    Event.COMPLETED: Words("is completed", Turn.NOBODY),
    Event.CORRECTED: Words("has corrected numbers", Turn.NOBODY),
    Event.CANCELLED: Words("is cancelled, wholly or in part", Turn.DESK),
    Event.EXPEDITED: Words("is wanted sooner", Turn.DESK),
    Event.AMENDED: Words("is superseded by an amendment", Turn.DESK),
}


def tell_of(
    *, order: Order, event: Event, actor: User | None, at: datetime, text: str = ""
) -> None:
    """Tell whose turn it is now and who follows the order, but for `actor`, what happened.

    In the transaction of the change, before its audit entry. `text` is what the actor wrote.
    Who made or signed the order follows it. Nobody is told the same twice.
    """
    words, on = EVENTS[event], timezone.localdate(at)
    subject = f"{order.agency_request_number} {words.said}"

    def say(users: list[User], kind: NoticeKind, why: str) -> None:
        tell(
            users=users,
            kind=kind,
            cause=f"order-{order.pk}-{event}-{order.version}",
            subject=subject,
            text=_text(order, subject, text),
            url=order.get_absolute_url(),
            why=why,
            at=at,
        )

    theirs, why = _whose_turn(words.turn, order, on)
    theirs = [user for user in theirs if user != actor]
    say(theirs, NoticeKind.TURN, why)
    others = [user for user in _followers(order, on) if user != actor and user not in theirs]
    say(others, NoticeKind.FOLLOWED, "You made, signed or follow this order.")


def _text(order: Order, subject: str, text: str) -> str:
    about = (
        f"STD. 20 {order} of {order.agency.name} to {order.contract.contractor.name},"
        f" contract {order.contract.number}."
    )
    return "\n\n".join(part for part in (f"{subject}.", text, about) if part)


def _whose_turn(turn: Turn, order: Order, on: date) -> tuple[list[User], str]:
    """The people, and why they are told."""
    agency = order.agency
    if turn is Turn.SIGNER:
        return _signers(order, on), f"It is your turn: you sign for {agency.name}."
    if turn is Turn.MAKER:
        return _makers(order, on), f"It is your turn: you order for {agency.name}."
    if turn is Turn.DESK:
        contractor = order.contract.contractor
        desk = DeskMember.objects.in_effect(on).filter(contractor=contractor)
        users = [member.user for member in desk.select_related("user")]
        return users, f"It is your turn: you are at the order desk of {contractor.name}."
    return [], ""


def _appointed(order: Order, on: date) -> list[Appointment]:
    """Who orders for the agency on the day."""
    rows = Appointment.objects.in_effect(on).filter(
        agency=order.agency_id, role__in=signers(order.agency)
    )
    return list(rows.select_related("user"))


def _signers(order: Order, on: date) -> list[User]:
    """The CATR, where the agency has one; otherwise everyone who may sign."""
    appointed = _appointed(order, on)
    catr = [each.user for each in appointed if each.role == Role.CATR]
    return catr or [each.user for each in appointed]


def _makers(order: Order, on: date) -> list[User]:
    """Who made or signed it, as long as they order for the agency; else all who do."""
    people = [each.user for each in _appointed(order, on)]
    own = {user.pk for user in _makers_and_signer(order)}
    return [user for user in people if user.pk in own] or people


def _makers_and_signer(order: Order) -> Iterable[User]:
    yield order.created_by
    signature = Signature.objects.filter(order=order).select_related("user").first()
    if signature is not None:
        yield signature.user


def _followers(order: Order, on: date) -> list[User]:
    """Who made, signed or follows it, each once, and may still see it."""
    following = [row.user for row in Follow.objects.filter(order=order).select_related("user")]
    people = {user.pk: user for user in (*_makers_and_signer(order), *following)}
    may_see = set(
        Appointment.objects.in_effect(on)
        .filter(user__in=people, agency=order.agency_id)
        .values_list("user", flat=True)
    )
    may_see.update(
        DeskMember.objects.in_effect(on)
        .filter(user__in=people, contractor=order.contract.contractor_id)
        .values_list("user", flat=True)
    )
    return [user for key, user in people.items() if key in may_see]


@transaction.atomic
def follow(*, order: Order, user: User) -> None:
    """Be told of the order from now on. A second time does nothing."""
    Follow.objects.get_or_create(order=order, user=user)


@transaction.atomic
def unfollow(*, order: Order, user: User) -> None:
    Follow.objects.filter(order=order, user=user).delete()
