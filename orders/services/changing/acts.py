"""What the agency says of an order after it was sent: cancel lines, ask for a sooner day."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from orders.models import ExpediteRequest, LineProgress, LineState, Order, OrderLine, State
from orders.services.locking import lock_for
from orders.services.sending import order_desk_of
from orders.services.telling.turns import Event, tell_of
from orders.workflow.order import LINE_STEPS, Action, LineAction, closed_as
from stmm.agencies.access import Access
from stmm.audit.services import record
from stmm.outbox.services import queue
from stmm.refusals import WrongState


@transaction.atomic
def cancel(
    *,
    order: Order,
    reason: str,
    access: Access,
    at: datetime,
    lines: Iterable[OrderLine] | None = None,
) -> Order:
    """Cancel `lines`, or all that are under way, and tell the order desk.

    The order is cancelled with its last line, or completed where others were. What is
    cancelled already stays so, and is told once. Raises NotAllowed, and WrongState also for a
    line that the contractor has done meanwhile.
    """
    order, appointment = lock_for(Action.CANCEL, order, access)
    rows = list(LineProgress.objects.filter(line__order=order).select_related("line__service"))
    chosen = _chosen(order, rows, lines)
    if not chosen:
        return order
    for row in chosen:
        row.state, row.jeopardy, row.changed_at = LineState.CANCELLED, "", at
    LineProgress.objects.bulk_update(chosen, ["state", "jeopardy", "changed_at"])
    before = State(order.state)
    order.state = closed_as(LineState(row.state) for row in rows) or before
    order.closed_at = at if order.state != before else None
    _touch(order, at)
    what = [f"{row.line}: {_in_words(row.line)}" for row in chosen]
    _write_to_desk(order, f"cancel-{order.version}", "Cancellation", _cancelled(what, reason), at)
    tell_of(order=order, event=Event.CANCELLED, actor=appointment.user, at=at, text=reason)
    record(
        at=at,
        actor=appointment.user,
        action=Action.CANCEL,
        subject=order,
        changes={
            **_state_change(before, State(order.state)),
            **{str(row.line): (_in_words(row.line), LineState.CANCELLED.label) for row in chosen},
        },
        reason=reason,
    )
    return order


def _chosen(
    order: Order, rows: Iterable[LineProgress], lines: Iterable[OrderLine] | None
) -> list[LineProgress]:
    """Those to cancel: of all lines what is under way, of chosen ones what isn't cancelled yet."""
    may_be = LINE_STEPS[LineAction.CANCEL].before
    if lines is None:
        return [row for row in rows if row.state in may_be]
    keys = {line.pk for line in lines}
    asked = [row for row in rows if row.line_id in keys and row.state != LineState.CANCELLED]
    for row in asked:
        if row.state not in may_be:
            now = row.get_state_display().lower()
            raise WrongState(f"{row.line} of {order} can’t be cancelled: it is “{now}” now.")
    return asked


def _state_change(before: State, after: State) -> dict[str, tuple[str, str]]:
    return {} if before == after else {"state": (before.label, after.label)}


def _in_words(line: OrderLine) -> str:
    return f"{line.get_order_type_display()} {line.quantity} {line.service_name}"


def _touch(order: Order, at: datetime) -> None:
    order.version += 1
    order.changed_at = at
    order.save()


@transaction.atomic
def expedite(
    *, order: Order, wanted_on: date, reason: str, access: Access, at: datetime
) -> ExpediteRequest:
    """Ask the contractor for a sooner day; each day is asked for once.

    What comes of it is the contractor's to say. Raises NotAllowed, WrongState.
    """
    order, appointment = lock_for(Action.EXPEDITE, order, access)
    if existing := order.expedites.filter(wanted_on=wanted_on).first():
        return existing
    asked = ExpediteRequest.objects.create(
        order=order, wanted_on=wanted_on, reason=reason, asked_by=appointment.user, asked_at=at
    )
    _touch(order, at)
    day = f"{wanted_on:%B %-d, %Y}"
    text = f"The agency asks for this order by {day}.\n\nReason: {reason}"
    _write_to_desk(order, f"expedite-{wanted_on}", "Expedite", text, at)
    tell_of(
        order=order,
        event=Event.EXPEDITED,
        actor=appointment.user,
        at=at,
        text=f"Wanted on {day}. {reason}",
    )
    record(
        at=at,
        actor=appointment.user,
        action=Action.EXPEDITE,
        subject=order,
        changes={"wanted on": (None, wanted_on)},
        reason=reason,
    )
    return asked


def _cancelled(what: Iterable[str], reason: str) -> str:
    return "\n".join(["The agency cancels:", *what, "", f"Reason: {reason}"])


def _write_to_desk(order: Order, purpose: str, subject: str, text: str, at: datetime) -> None:
    """By mail, where the order went; each purpose once."""
    queue(
        about=order,
        purpose=purpose,
        recipients=[order_desk_of(order, at)],
        subject=f"{subject}: STD. 20 {order.number} from {order.department}",
        text=f"""\
Order:                  {order.number}
Agency request number:  {order.agency_request_number}
From:                   {order.department}
Contact:                {order.contact_name}, {order.contact_phone}, {order.contact_email}
Contract:               {order.contract.number}

{text}

You receive this mail because this address is the order desk for contract {order.contract.number}.
""",
        documents=[],
        at=at,
    )
