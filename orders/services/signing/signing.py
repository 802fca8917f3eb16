"""From the maker's hands to a signature: hand over, take back, send back, sign."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from catalog.models import Offer
from orders.completeness.order import problems_of
from orders.compliance.decisions import determine
from orders.compliance.grounds import Grounds
from orders.content.order import signed_content
from orders.documents.std20 import ATTESTATION
from orders.jobs import route_order
from orders.models import Attachment, Order, OrderLine, Signature, State
from orders.models.priced import COPIED
from orders.reading.order import grounds_for, lines_of
from orders.services.changing.amending import supersede
from orders.services.locking import allowed, lock, lock_for
from orders.services.telling.turns import Event, tell_of
from orders.signing_rules import priced, speaks_for_catr, word_missing
from orders.workflow.order import STEPS, Action
from stmm.agencies.access import Access
from stmm.agencies.models import Appointment
from stmm.audit.services import Changes, record
from stmm.documents.glyphs import normalise, unprintable
from stmm.refusals import Incomplete, Problem

_TOLD = {Action.HAND_OVER: Event.HANDED_OVER, Action.SEND_BACK: Event.SENT_BACK}


def _move(action: Action, order: Order, access: Access, *, at: datetime, reason: str = "") -> Order:
    order, appointment = lock_for(action, order, access)
    before = State(order.state)
    after = STEPS[action].after or before
    order.state = after
    order.version += 1
    order.changed_at = at
    order.save()
    if action in _TOLD:
        tell_of(order=order, event=_TOLD[action], actor=appointment.user, at=at, text=reason)
    record(
        at=at,
        actor=appointment.user,
        action=action,
        subject=order,
        changes={"state": (before.label, after.label)},
        reason=reason,
    )
    return order


@transaction.atomic
def hand_over(*, order: Order, version: int, note: str, access: Access, at: datetime) -> Order:
    """Ask for a signature. Raises Incomplete, NotAllowed, WrongState, ChangedMeanwhile."""
    order, _ = lock_for(Action.HAND_OVER, order, access, version)
    on = timezone.localdate(at)
    lines = lines_of(order)
    refuse(problems_of(order, lines, grounds_for(order, lines, on=on), on=on))
    return _move(Action.HAND_OVER, order, access, at=at, reason=note)


@transaction.atomic
def take_back(*, order: Order, access: Access, at: datetime) -> Order:
    """Back to draft, by the agency itself, before anyone signed."""
    return _move(Action.TAKE_BACK, order, access, at=at)


@transaction.atomic
def send_back(*, order: Order, reason: str, access: Access, at: datetime) -> Order:
    """Back to the maker, with what is to be mended."""
    return _move(Action.SEND_BACK, order, access, at=at, reason=reason)


def refuse(problems: list[Problem]) -> None:
    """Raises Incomplete if there is any."""
    if problems:
        raise Incomplete(problems)


@transaction.atomic
def sign(*, order: Order, version: int, access: Access, at: datetime) -> Order:
    """Sign the order as it stands in `version`, and ask for it to be routed.

    Stores the decision on each line, the charges of the day, and who signed as what under
    which sentence, with the hash of what was signed. An amendment ends the order before it. A
    second click finds it signed and does nothing. Raises Incomplete, also where the agency
    wants its CATR's word first, NotAllowed, WrongState, ChangedMeanwhile.
    """
    order = _lock_after_former(order)
    if order.signed_at and order.signature.user_id == access.user.pk:
        return order
    appointment = allowed(Action.SIGN, order, access, version)
    lines = lines_of(order)
    grounds = grounds_for(order, lines, on=timezone.localdate(at), known_at=at)
    speaks_as = as_what(order, lines, grounds, access)
    before = State(order.state)
    copy_catalogue(lines, grounds.offers)
    # One upsert: bulk_update would build a CASE of as many branches as lines for each column
    OrderLine.objects.bulk_create(
        lines, update_conflicts=True, unique_fields=["id"], update_fields=COPIED
    )
    attached = order.attachments.select_related("document").defer("document__content")
    signature = put_signature(
        order,
        lines,
        grounds,
        attached=attached,
        appointment=appointment,
        speaks_as=speaks_as,
        at=at,
    )
    if order.supersedes:
        supersede(former=order.supersedes, by=order, actor=appointment.user, at=at)
    record_signature(order, signature, {"state": (before.label, State.SIGNED.label)})
    return order


def _lock_after_former(order: Order) -> Order:
    """Lock it, the order it amends before it: the older first, so that nobody waits in a ring."""
    former = lock(Order(pk=order.supersedes_id)) if order.supersedes_id else None
    order = lock(order)
    order.supersedes = former
    return order


def as_what(order: Order, lines: Iterable[OrderLine], grounds: Grounds, access: Access) -> str:
    """As what this person gives the CATR's word with a signature; empty if they don't.

    Order and lines need not be stored. Raises Incomplete for an order that can't go out, or
    that the agency wants its CATR's word on first.
    """
    refuse(problems_of(order, lines, grounds, on=access.on))
    speaks_as = speaks_for_catr(access, order.agency)
    if not speaks_as and (missing := word_missing(order, priced(lines, grounds.offers))):
        raise Incomplete([Problem(missing, "review")])
    return speaks_as


def put_signature(
    order: Order,
    lines: Iterable[OrderLine],
    grounds: Grounds,
    *,
    attached: Iterable[Attachment],
    appointment: Appointment,
    speaks_as: str,
    at: datetime,
) -> Signature:
    """Sign a stored order that may be signed, with lines that hold what the catalogue says.

    Stores the decisions, the order and the signature, and asks for it to be routed. Raises
    Incomplete for what no font can print.
    """
    determinations = determine(lines, grounds.decisions, known_at=at)
    order.state, order.signed_at, order.order_date = State.SIGNED, at, timezone.localdate(at)
    order.version += 1
    order.changed_at = at
    # An order that was just made gets its number with its signature
    order.save(
        update_fields=("number", "state", "signed_at", "order_date", "version", "changed_at")
    )
    content = signed_content(order, lines, determinations, attached)
    signature = _signature(order, appointment, speaks_as, content, at)
    _refuse_unprintable(signature)
    route_order.enqueue(order.pk)
    return signature


def record_signature(order: Order, signature: Signature, changes: Changes) -> None:
    """`changes` is what the signature did to the order."""
    record(
        at=signature.at,
        actor=signature.user,
        action=Action.SIGN,
        subject=order,
        changes={
            **changes,
            "signed as": (None, signature.role),
            "content SHA-256": (None, signature.sha256),
        },
        reason=signature.attestation,
    )


def _refuse_unprintable(signature: Signature) -> None:
    """What people type is checked by its form; what files brought in is checked here."""
    printed = (
        signature.content, signature.name, signature.title, signature.email, signature.phone,
        signature.fax, signature.address, signature.city,
    )  # fmt: skip
    found = dict.fromkeys(str(each) for each in unprintable(normalise(" ".join(printed))))
    refuse([Problem(f"{each} can’t be printed on the form.", "sign") for each in found])


def copy_catalogue(lines: Iterable[OrderLine], offers: Mapping[int, Offer]) -> None:
    """What the catalogue says on the day, into the lines: later editions leave them alone."""
    for line in lines:
        line.copy_catalogue(line.service, offers.get(line.service_id))


def _signature(
    order: Order, appointment: Appointment, speaks_as: str, content: str, at: datetime
) -> Signature:
    user = appointment.user
    return Signature.objects.create(
        order=order,
        user=user,
        appointment=appointment,
        role=speaks_as or appointment.get_role_display(),
        name=user.name,
        title=user.title,
        email=user.email,
        phone=user.phone,
        fax=user.fax,
        address=user.address,
        city=user.city,
        state=user.state,
        zip_code=user.zip_code,
        at=at,
        # The sentence is the State's own: other bodies leave section 6 empty
        attestation=ATTESTATION if order.agency.is_state else "",
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
