"""What becomes of a local purchasing document at the contractor: one simple word after another."""

from collections.abc import Mapping
from dataclasses import astuple
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from orders.models import LocalCompletion, LocalLine, LocalOrder, LocalState, OpenService
from orders.permissions.local import (
    LocalAction,
    at_desk,
    may,
    may_at_desk,
    may_order_locally_for,
)
from orders.reading.local import lines_of
from orders.services.desk.steps import Numbers
from orders.services.inventory.open_services import lock_services_of
from orders.services.local.sending import lock, touch
from orders.services.telling.both_sides import tell_agency, tell_desk
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.services import record
from stmm.refusals import Incomplete, Problem, WrongState


@transaction.atomic
def acknowledge(*, order: LocalOrder, access: Access, at: datetime) -> bool:
    """The contractor has the order. False, and nothing happens, if that was known.

    Raises NotAllowed, WrongState, as everything that a desk does.
    """
    order = lock(order)
    user = at_desk(access, order)
    if order.acknowledged_at is not None:
        return False
    may_at_desk(access, LocalAction.ACKNOWLEDGE, order)
    order.state, order.acknowledged_at = LocalState.ACKNOWLEDGED, at
    touch(order, at)
    tell_agency(order, "acknowledged", f"{order.document_number} is acknowledged", at=at)
    record(
        at=at,
        actor=user,
        action="acknowledge",
        subject=order,
        changes={"state": (LocalState.SENT.label, LocalState.ACKNOWLEDGED.label)},
    )
    return True


@transaction.atomic
def complete(
    *,
    order: LocalOrder,
    lines: Mapping[int, Numbers],
    completed_on: date,
    access: Access,
    at: datetime,
) -> int:
    """Say that lines work since a Pacific day, by which numbers; with the last, the order.

    Each line becomes an open service of the agency. What was completed before is left alone;
    gives the number of the others. Raises NotAllowed, WrongState, Incomplete.
    """
    order = lock(order)
    user = at_desk(access, order)
    new = [line for line in _not_done(order) if line.pk in lines]
    if not new and order.lines.filter(pk__in=lines).exists():
        return 0
    may_at_desk(access, LocalAction.COMPLETE, order)
    if not new:
        raise Incomplete([Problem("Choose at least one line of this order.", "lines")])
    _refuse_day(order, completed_on, at)
    lock_services_of(order.agency_id)
    made = [_take_up(line, lines[line.pk], completed_on, user, at) for line in new]
    is_done = not _not_done(order)
    if is_done:
        order.state, order.closed_at = LocalState.COMPLETED, at
    touch(order, at)
    what = "is completed" if is_done else "is completed in part"
    tell_agency(order, "completed", f"{order.document_number} {what}", at=at)
    for service in made:
        record(
            at=at,
            actor=None,
            action="add_service",
            subject=service,
            changes={"quantity": (None, service.quantity)},
            reason=f"{service.added_locally_by} of {order}, completed.",
        )
    changes = {f"{line}: completed on": ("", str(completed_on)) for line in new}
    if is_done:
        changes["state"] = (LocalState.ACKNOWLEDGED.label, LocalState.COMPLETED.label)
    record(at=at, actor=user, action="complete_line", subject=order, changes=changes)
    return len(new)


def _not_done(order: LocalOrder) -> list[LocalLine]:
    done = set(LocalCompletion.objects.filter(line__order=order).values_list("line", flat=True))
    return [line for line in lines_of(order) if line.pk not in done]


def _refuse_day(order: LocalOrder, completed_on: date, at: datetime) -> None:
    """A service works since a day on which the contractor had the order, and that has come."""
    sent_on = timezone.localdate(order.sent_at)
    if not sent_on <= completed_on <= timezone.localdate(at):
        message = f"Give a day from {sent_on:%B %-d, %Y}, when the order was sent, to today."
        raise Incomplete([Problem(message, "completed_on")])


def _take_up(
    line: LocalLine, numbers: Numbers, completed_on: date, user: User, at: datetime
) -> OpenService:
    """Keep the contractor's word, and add the service to what works at the agency."""
    circuit_numbers, billing_account, sr_number = astuple(numbers)
    told = {
        "circuit_numbers": circuit_numbers,
        "billing_account": billing_account,
        "sr_number": sr_number,
    }
    LocalCompletion.objects.create(line=line, on=completed_on, by=user, at=at, **told)
    return OpenService.objects.create(
        agency=line.order.agency,
        service=line.service,
        quantity=line.quantity,
        mrc=line.mrc,
        site=line.order.service_address,
        since=completed_on,
        added_locally_by=line,
        **told,
    )


@transaction.atomic
def reject(*, order: LocalOrder, reason: str, access: Access, at: datetime) -> LocalOrder:
    """Send the order back for good. A second time does nothing.

    Raises NotAllowed, and WrongState also where a line works already.
    """
    order = lock(order)
    user = at_desk(access, order)
    if order.state == LocalState.REJECTED:
        return order
    may_at_desk(access, LocalAction.REJECT, order)
    if done := LocalCompletion.objects.filter(line__order=order).first():
        raise WrongState(f"{order} can’t be rejected: {done.line} is completed.")
    before = order.get_state_display()
    order.state, order.closed_at = LocalState.REJECTED, at
    touch(order, at)
    tell_agency(order, "rejected", f"{order.document_number} is rejected: {reason}", at=at)
    record(
        at=at,
        actor=user,
        action="reject",
        subject=order,
        changes={"state": (before, LocalState.REJECTED.label)},
        reason=reason,
    )
    return order


@transaction.atomic
def cancel(*, order: LocalOrder, reason: str, access: Access, at: datetime) -> LocalOrder:
    """Take back what the contractor has not completed. A second time does nothing.

    Raises NotAllowed, WrongState.
    """
    order = lock(order)
    appointment = may_order_locally_for(access, order.agency)
    if order.state == LocalState.CANCELLED:
        return order
    may(access, LocalAction.CANCEL, order)
    before = order.get_state_display()
    order.state, order.closed_at = LocalState.CANCELLED, at
    touch(order, at)
    tell_desk(order, "cancelled", f"{order.document_number} is cancelled: {reason}", at=at)
    record(
        at=at,
        actor=appointment.user,
        action="cancel",
        subject=order,
        changes={"state": (before, LocalState.CANCELLED.label)},
        reason=reason,
    )
    return order
