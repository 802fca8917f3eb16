"""Leaving CALNET: begun, its services chosen, notice given, disconnected, ended, withdrawn."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from catalog.models import Category, Contract, Service
from orders.completeness.leaving import problems_of
from orders.documents.leaving_letter import letter_html
from orders.jobs import make_notice_letter
from orders.models import (
    Leaving,
    LeavingDecision,
    LeavingPart,
    LeavingState,
    OpenService,
    Order,
    OrderLine,
)
from orders.models.states import OPEN_STATES
from orders.permissions.leaving import LeavingAction, may, may_leave_for
from orders.reading.from_book import of_services
from orders.reading.leaving import decide_parts, parts_of
from orders.services.inventory.disconnecting import disconnects
from orders.services.leaving.following import follow_locked
from orders.services.leaving.sending import (
    letter_for,
    lock,
    mail_withdrawal,
    touch,
)
from orders.services.making import drafting
from orders.services.telling.both_sides import tell_agency, tell_desk
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, Appointment
from stmm.audit.services import label_of, record, set_fields
from stmm.documents.glyphs import normalise, unprintable
from stmm.policy.dates import notice_end
from stmm.refusals import Incomplete, NotAllowed, Problem, WrongState, refuse_stale


def _lock_for(
    action: LeavingAction, leaving: Leaving, access: Access, version: int | None = None
) -> tuple[Leaving, Appointment]:
    """Lock a notice for one action. Raises NotAllowed, WrongState, ChangedMeanwhile."""
    leaving = lock(leaving)
    appointment = may(access, action, leaving)
    refuse_stale(leaving, leaving.version, version)
    return leaving, appointment


@transaction.atomic
def start(
    *, agency: Agency, contract: Contract, manner: str, key: UUID, access: Access, at: datetime
) -> Leaving:
    """Begin a draft. The same page sent again (`key`) gives back the first draft.

    Raises NotAllowed for people who do not order for `agency`, and for a State agency.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    user = may_leave_for(access, agency).user
    if existing := Leaving.objects.filter(creation_key=key, created_by=user).first():
        return existing
    on = timezone.localdate(at)
    leaving = Leaving.objects.create(
        creation_key=key,
        agency=agency,
        contract=contract,
        manner=Leaving.Manner(manner),
        created_at=at,
        created_by=user,
        changed_at=at,
        contact_name=user.name,
        contact_phone=user.phone,
        contact_email=user.email,
        sender_address=_address_of(user.address, user.city, user.state, user.zip_code),
    )
    leaving.number = f"LEAVE-{on.year}-{leaving.pk:06d}"
    leaving.save(update_fields=["number"])
    record(
        at=at,
        actor=user,
        action="start_leaving",
        subject=leaving,
        changes={
            "agency": (None, agency.name),
            "contract": (None, contract.number),
            "how it leaves": (None, leaving.get_manner_display()),
        },
    )
    return leaving


def _address_of(address: str, city: str, state: str, zip_code: str) -> str:
    town = ", ".join(filter(None, (city, " ".join(filter(None, (state, zip_code))))))
    return "\n".join(filter(None, (address, town)))


@transaction.atomic
def choose(
    *,
    leaving: Leaving,
    open_services: Iterable[OpenService],
    categories: Iterable[Category],
    services: Iterable[Service],
    version: int,
    access: Access,
    at: datetime,
) -> Leaving:
    """Say which things leave: just these. The same again changes nothing.

    Raises NotAllowed also for a thing of another agency or contract, WrongState,
    ChangedMeanwhile.
    """
    leaving, appointment = _lock_for(LeavingAction.EDIT, leaving, access, version)
    wanted = [
        *(LeavingPart(leaving=leaving, open_service=each) for each in open_services),
        *(LeavingPart(leaving=leaving, category=each) for each in categories),
        *(LeavingPart(leaving=leaving, service=each) for each in services),
    ]
    _refuse_foreign(leaving, wanted)
    before = parts_of(leaving)
    had, want = ({_key(part) for part in parts} for parts in (before, wanted))
    if had == want:
        return leaving
    leaving.parts.all().delete()
    LeavingPart.objects.bulk_create(wanted)
    touch(leaving, at)
    said = [_in_words(parts) for parts in (before, wanted)]
    record(
        at=at,
        actor=appointment.user,
        action="choose_services",
        subject=leaving,
        changes={"leaves with": (said[0], said[1])},
    )
    return leaving


def _key(part: LeavingPart) -> tuple[int | None, int | None, int | None]:
    return part.open_service_id, part.category_id, part.service_id


def _in_words(parts: Iterable[LeavingPart]) -> str | None:
    return "; ".join(str(part) for part in parts) or None


def _refuse_foreign(leaving: Leaving, parts: Iterable[LeavingPart]) -> None:
    for part in parts:
        if part.open_service:
            contract = part.open_service.service.contract_id
            is_theirs = part.open_service.agency_id == leaving.agency_id
        else:
            contract = part.service.contract_id if part.service else leaving.contract_id
            is_theirs = True
        if not is_theirs or contract != leaving.contract_id:
            raise NotAllowed(
                f"{part} is not of {leaving.agency.name} under {leaving.contract.number}:"
                " one notice goes to one contractor, under one contract."
            )


@transaction.atomic
def change(
    *, leaving: Leaving, fields: Mapping[str, Any], version: int, access: Access, at: datetime
) -> Leaving:
    """Set fields of a draft. Raises NotAllowed, WrongState, ChangedMeanwhile."""
    leaving, appointment = _lock_for(LeavingAction.EDIT, leaving, access, version)
    changes = {
        label_of(leaving, name): change for name, change in set_fields(leaving, fields).items()
    }
    if changes:
        touch(leaving, at)
        record(
            at=at,
            actor=appointment.user,
            action="change_leaving",
            subject=leaving,
            changes=changes,
        )
    return leaving


@transaction.atomic
def give_notice(*, leaving: Leaving, version: int, access: Access, at: datetime) -> Leaving:
    """Give the 30 calendar days' notice of what leaves, and ask for its letter (PO-4.2).

    Stores the decision on each part. A second click finds it given and does nothing. Raises
    Incomplete, also inside the two years of any part, NotAllowed, WrongState, ChangedMeanwhile.
    """
    # The notices of an agency are given one after the other: no service leaves by two of them
    Agency.objects.select_for_update().get(pk=leaving.agency_id)
    leaving = lock(leaving)
    if leaving.is_running and leaving.given_by_id == access.user.pk:
        return leaving
    leaving, appointment = _lock_for(LeavingAction.GIVE_NOTICE, leaving, access, version)
    on = timezone.localdate(at)
    parts = parts_of(leaving)
    decisions = decide_parts(leaving, parts, on=on, known_at=at)
    if problems := problems_of(leaving, parts, decisions, on=on):
        raise Incomplete(problems)
    LeavingDecision.objects.bulk_create(
        LeavingDecision.of(decisions[part.pk], known_at=at, part=part) for part in parts
    )
    leaving.state = LeavingState.NOTICE_GIVEN
    leaving.given_on, leaving.given_at, leaving.given_by = on, at, appointment.user
    leaving.ends_on = leaving.wanted_on or notice_end(on)
    touch(leaving, at)
    _refuse_unprintable(leaving, at)
    make_notice_letter.enqueue(leaving.pk)
    tell_agency(leaving, "given", f"{leaving}: notice is given", at=at, but=appointment.user)
    record(
        at=at,
        actor=appointment.user,
        action=LeavingAction.GIVE_NOTICE,
        subject=leaving,
        changes={
            "state": (LeavingState.DRAFTED.label, LeavingState.NOTICE_GIVEN.label),
            "notice given on": (None, on),
            "services end on": (None, leaving.ends_on),
            "leaves with": (None, _in_words(parts)),
        },
    )
    return leaving


def _refuse_unprintable(leaving: Leaving, at: datetime) -> None:
    """What people type is checked by its form; what files brought in is checked here."""
    found = unprintable(normalise(letter_html(letter_for(leaving, at))))
    problems = [
        Problem(f"{each} can’t be printed in the letter.", "leaving-details")
        for each in dict.fromkeys(str(each) for each in found)
    ]
    if problems:
        raise Incomplete(problems)


@transaction.atomic
def order_disconnect(
    *, leaving: Leaving, agency_request_number: str, access: Access, at: datetime
) -> Order:
    """Begin the STD. 20 that disconnects what leaves, for the day the notice runs out.

    A category gets no lines: what this site does not know is added to the draft. Asked again,
    the order there is, is given back. Raises NotAllowed, WrongState, Incomplete.
    """
    # The agency before the notice, as a start does: nobody waits in a ring
    Agency.objects.select_for_update().get(pk=leaving.agency_id)
    leaving = lock(leaving)
    appointment = may_leave_for(access, leaving.agency)
    follow_locked(leaving, at)
    if leaving.order is not None:
        return leaving.order
    may(access, LeavingAction.ORDER, leaving)
    order = drafting.start(
        agency=leaving.agency,
        contract=leaving.contract,
        agency_request_number=agency_request_number,
        key=uuid5(leaving.creation_key, f"disconnect {leaving.version}"),
        access=access,
        at=at,
        fields={
            **of_services(_working(leaving)),
            "contact_name": leaving.contact_name,
            "contact_phone": leaving.contact_phone,
            "contact_email": leaving.contact_email,
        },
    )
    for part, service, fields in _disconnects(leaving):
        drafting.add_line(
            order=order,
            service=service,
            key=uuid5(order.creation_key, str(part.pk)),
            access=access,
            at=at,
            fields={"requested_date": leaving.ends_on, **fields},
        )
    leaving.order = order
    touch(leaving, at)
    record(
        at=at,
        actor=appointment.user,
        action="draft_disconnect",
        subject=leaving,
        changes={"disconnect order": (None, str(order))},
    )
    return order


def _working(leaving: Leaving) -> list[OpenService]:
    """The services that leave and have not ended, each with its last line."""
    rows = OpenService.objects.working().filter(leavings__leaving=leaving)
    return list(rows.select_related("last_line__order"))


def _disconnects(leaving: Leaving) -> Iterable[tuple[LeavingPart, Service, dict[str, Any]]]:
    """Each part with the line that disconnects it; what has ended is left out."""
    for part in parts_of(leaving):
        if part.open_service and part.open_service.ended_on is None:
            yield part, part.open_service.service, disconnects(part.open_service)
        elif part.service:
            yield part, part.service, {"order_type": OrderLine.Type.DISCONNECT}


@transaction.atomic
def record_end(
    *, leaving: Leaving, ended_on: date, reason: str, access: Access, at: datetime
) -> Leaving:
    """Say that what leaves has ended without a STD. 20, on a Pacific day since the notice.

    The same again does nothing. Raises NotAllowed, WrongState, also for services that this
    site still lists as open, and Incomplete for a day that can't be.
    """
    leaving = lock(leaving)
    if leaving.state == LeavingState.ENDED and leaving.ended_on == ended_on:
        may_leave_for(access, leaving.agency)
        return leaving
    appointment = may(access, LeavingAction.RECORD_END, leaving)
    open_ones = [
        part
        for part in parts_of(leaving)
        if part.open_service and part.open_service.ended_on is None
    ]
    if open_ones:
        raise WrongState(f"{open_ones[0]} is open on this site: disconnect it with a STD. 20.")
    given_on, today = timezone.localdate(leaving.given_at), timezone.localdate(at)
    if not given_on <= ended_on <= today:
        raise Incomplete([Problem(f"Give a day from {given_on:%B %-d, %Y} to today.", "ended_on")])
    before = leaving.get_state_display()
    leaving.state, leaving.ended_on, leaving.closed_at = LeavingState.ENDED, ended_on, at
    touch(leaving, at)
    tell_desk(leaving, "ended", f"{leaving}: {leaving.agency.name} says it has ended", at=at)
    record(
        at=at,
        actor=appointment.user,
        action=LeavingAction.RECORD_END,
        subject=leaving,
        changes={"state": (before, LeavingState.ENDED.label), "ended on": (None, ended_on)},
        reason=reason,
    )
    return leaving


@transaction.atomic
def withdraw(*, leaving: Leaving, reason: str, access: Access, at: datetime) -> Leaving:
    """Take a draft or a notice back; a draft of its disconnect order is abandoned with it.

    Who was sent the letter is told. A second time does nothing. Raises NotAllowed, and
    WrongState once the disconnect order is signed: that is cancelled first.
    """
    leaving = lock(leaving)
    if leaving.state == LeavingState.WITHDRAWN:
        may_leave_for(access, leaving.agency)
        return leaving
    may_leave_for(access, leaving.agency)
    follow_locked(leaving, at)
    if leaving.state == LeavingState.ORDERED:
        raise WrongState(f"Cancel {leaving.order} first: it disconnects these services.")
    appointment = may(access, LeavingAction.WITHDRAW, leaving)
    before = leaving.get_state_display()
    if leaving.order is not None and leaving.order.state in OPEN_STATES:
        drafting.abandon(order=leaving.order, reason=f"{leaving}: {reason}", access=access, at=at)
    leaving.state, leaving.closed_at = LeavingState.WITHDRAWN, at
    touch(leaving, at)
    if leaving.letter_id:
        mail_withdrawal(leaving, reason, at)
        tell_desk(leaving, "withdrawn", f"{leaving.agency.name} withdraws {leaving}", at=at)
    record(
        at=at,
        actor=appointment.user,
        action="withdraw_leaving",
        subject=leaving,
        changes={"state": (before, LeavingState.WITHDRAWN.label)},
        reason=reason,
    )
    return leaving
