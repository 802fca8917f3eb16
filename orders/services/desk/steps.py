"""What one notice of an order desk makes of a locked order: checked, then changed.

Each step gives what happened, for whoever tells and records it; nothing where it was so already.
A notice that says what is known already is never refused, whatever has happened since.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from orders.models import LineProgress, LineState, Order, State
from orders.models.progress import RejectionReason
from orders.models.states import LINE_UNDER_WAY
from orders.permissions.order import may_at_desk
from orders.reading.desk import Said, progress_of, rejection_of
from orders.services.locking import lock
from orders.services.telling.turns import Event
from orders.workflow.order import LINE_STEPS, Action, LineAction, closed_as
from stmm.agencies.access import Access
from stmm.refusals import Incomplete, Problem, WrongState

# What is told of a line, as the record names it
COMMITTED = "committed date"
JEOPARDY = "jeopardy notice"
NUMBERS = {
    "circuit_numbers": "circuit or telephone numbers",
    "billing_account": "billing account number",
    "sr_number": "SR Number",
}


@dataclass(slots=True)
class Sent:
    """An order that was sent, locked, with how far each of its lines is.

    `rejected_for` is why it was rejected in this transaction, before that is on record.
    `said_before` is what was once committed or threatened, and why, where an old notice may be
    sent again: it does not come true a second time. A person who says it again means it.
    """

    order: Order
    rows: list[LineProgress]
    rejected_for: str = ""
    said_before: frozenset[Said] = frozenset()


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing for the record, and what people are told of it.

    `completed` are lines that are now to be taken up into what works at the agency; `corrected`
    those whose numbers were others, with what they were.
    """

    action: Action
    event: Event
    changes: Mapping[str, tuple[Any, Any]]
    reason: str = ""
    told: str = ""
    completed: tuple[LineProgress, ...] = ()
    corrected: tuple[tuple[LineProgress, "Numbers"], ...] = ()


@dataclass(frozen=True, slots=True)
class Numbers:
    """By what the contractor and its bill will call a completed service."""

    circuit_numbers: str = ""
    billing_account: str = ""
    sr_number: str = ""


def lock_sent(order: Order) -> Sent:
    order = lock(order)
    return Sent(order, progress_of(order))


def under_way(sent: Sent) -> list[int]:
    """The keys of the lines that "all lines" means: those under way, else those completed."""
    by_state = [
        [row.line_id for row in sent.rows if row.state in states]
        for states in (LINE_UNDER_WAY, {LineState.COMPLETED})
    ]
    return by_state[0] or by_state[1]


def acknowledge(sent: Sent, *, access: Access, at: datetime) -> list[Happened]:
    order = sent.order
    known = order.state in (State.ACKNOWLEDGED, State.COMPLETED)
    if not _is_new(access, Action.ACKNOWLEDGE, order, known=known):
        return []
    changes = {"state": (State(order.state).label, State.ACKNOWLEDGED.label)}
    order.state, order.acknowledged_at = State.ACKNOWLEDGED, at
    return [Happened(Action.ACKNOWLEDGE, Event.ACKNOWLEDGED, changes)]


def reject(
    sent: Sent, *, reason: RejectionReason, text: str, access: Access, at: datetime
) -> list[Happened]:
    """Send the order back for good; its lines are cancelled with it."""
    order = sent.order
    said = f"{reason.label}: {text}" if text else reason.label
    known = order.state == State.REJECTED and said in (sent.rejected_for, rejection_of(order))
    if not _is_new(access, Action.REJECT, order, known=known):
        return []
    if reason is RejectionReason.OTHER and not text:
        raise Incomplete([Problem("Say why, where no other reason fits.", "text")])
    if done := [row for row in sent.rows if row.state == LineState.COMPLETED]:
        raise WrongState(
            f"{order} can’t be rejected: {done[0].line} is completed."
            " Report the other lines in jeopardy, and the agency can cancel them."
        )
    changes = {"state": (State(order.state).label, State.REJECTED.label)}
    order.state, order.closed_at, sent.rejected_for = State.REJECTED, at, said
    closed = [row for row in sent.rows if row.state in LINE_UNDER_WAY]
    for row in closed:
        row.state, row.jeopardy = LineState.CANCELLED, ""
    _save(closed, at)
    return [Happened(Action.REJECT, Event.REJECTED, changes, said, said)]


def commit(
    sent: Sent,
    *,
    lines: Collection[int],
    committed_on: date,
    reason: str,
    access: Access,
    at: datetime,
) -> list[Happened]:
    """Promise lines for a Pacific day. A reason makes it a new word on the same day, too."""
    chosen = _chosen(sent, lines)
    new = [
        row
        for row in chosen
        if (row.committed_on != committed_on or (row.jeopardy and reason))
        and (f"{row.line}: {COMMITTED}", f"{committed_on}", reason) not in sent.said_before
    ]
    if not _is_new(access, Action.COMMIT, sent.order, known=_known(chosen, new)):
        return []
    _refuse_lines(new, LineAction.COMMIT, "committed to a date")
    if committed_on < timezone.localdate(at):
        raise Incomplete(
            [Problem("This day has passed: give today or a later day.", "committed_on")]
        )
    if not reason and any(row.committed_on for row in new):
        raise Incomplete([Problem("Changing a committed date needs a reason.", "reason")])
    changes: dict[str, tuple[Any, Any]] = {}
    for row in new:
        changes[f"{row.line}: {COMMITTED}"] = (row.committed_on, committed_on)
        changes |= _without_jeopardy(row)
        row.state, row.committed_on = LineState.COMMITTED, committed_on
        # The milestone is the first commitment: a later one does not undo it
        row.committed_at = row.committed_at or at
    _save(new, at)
    told = f"{_named(sent, new)}: {committed_on:%B %-d, %Y}. {reason}".strip()
    return [Happened(Action.COMMIT, Event.COMMITTED, changes, reason, told)]


def jeopardy(
    sent: Sent, *, lines: Collection[int], reason: str, access: Access, at: datetime
) -> list[Happened]:
    """Warn that lines may not be done by their day; a new commitment takes the warning back."""
    chosen = _chosen(sent, lines)
    new = [
        row
        for row in chosen
        if row.jeopardy != reason
        and (f"{row.line}: {JEOPARDY}", reason, "") not in sent.said_before
    ]
    if not _is_new(access, Action.JEOPARDY, sent.order, known=_known(chosen, new)):
        return []
    _refuse_lines(new, LineAction.JEOPARDY, "reported in jeopardy")
    changes = {f"{row.line}: {JEOPARDY}": (row.jeopardy or None, reason) for row in new}
    for row in new:
        row.jeopardy = reason
    _save(new, at)
    told = f"{_named(sent, new)}: {reason}"
    return [Happened(Action.JEOPARDY, Event.JEOPARDY, changes, told=told)]


def complete(
    sent: Sent,
    *,
    lines: Mapping[int, Numbers],
    completed_on: date,
    access: Access,
    at: datetime,
) -> list[Happened]:
    """Say that lines work since a Pacific day, each with its numbers; with the last, the order."""
    chosen = _chosen(sent, lines)
    new = [
        row
        for row in chosen
        if (row.completed_on, _numbers(row)) != (completed_on, lines[row.line_id])
    ]
    if not _is_new(access, Action.COMPLETE_LINE, sent.order, known=_known(chosen, new)):
        return []
    _refuse_lines(new, LineAction.COMPLETE, "completed")
    _refuse_day(sent.order, completed_on, at)
    changes: dict[str, tuple[Any, Any]] = {}
    for row in new:
        numbers = lines[row.line_id]
        changes[f"{row.line}: completed on"] = (None, completed_on)
        changes |= _given(row, numbers) | _without_jeopardy(row)
        row.state, row.completed_on = LineState.COMPLETED, completed_on
        row.circuit_numbers, row.billing_account, row.sr_number = astuple(numbers)
    _save(new, at)
    told = f"{_named(sent, new)}: {completed_on:%B %-d, %Y}."
    happened = Happened(
        Action.COMPLETE_LINE, Event.LINE_COMPLETED, changes, told=told, completed=tuple(new)
    )
    return [happened, *_closed(sent, at)]


def correct(
    sent: Sent, *, lines: Mapping[int, Numbers], reason: str, access: Access, at: datetime
) -> list[Happened]:
    """Put numbers of completed lines right; those that are the same are left alone."""
    chosen = _chosen(sent, lines)
    new = [(row, _numbers(row)) for row in chosen if _numbers(row) != lines[row.line_id]]
    rows = [row for row, _ in new]
    if not _is_new(access, Action.CORRECT, sent.order, known=_known(chosen, rows)):
        return []
    _refuse_lines(rows, LineAction.CORRECT, "corrected")
    changes: dict[str, tuple[Any, Any]] = {}
    for row, was in new:
        changes |= _put_right(row, was, lines[row.line_id])
        row.circuit_numbers, row.billing_account, row.sr_number = astuple(lines[row.line_id])
    _save(rows, at)
    told = [
        f"{what}: {after or 'none'}, was {before or 'none'}."
        for what, (before, after) in changes.items()
    ]
    return [
        Happened(
            Action.CORRECT,
            Event.CORRECTED,
            changes,
            reason,
            "\n".join([*told, reason]),
            corrected=tuple(new),
        )
    ]


def _put_right(row: LineProgress, was: Numbers, now: Numbers) -> dict[str, tuple[Any, Any]]:
    both = zip(NUMBERS.values(), astuple(was), astuple(now), strict=True)
    return {
        f"{row.line}: {label}": (before or None, after or None)
        for label, before, after in both
        if before != after
    }


def _closed(sent: Sent, at: datetime) -> list[Happened]:
    """The order, once nothing of it is under way."""
    order = sent.order
    if closed_as(LineState(row.state) for row in sent.rows) is not State.COMPLETED:
        return []
    order.state, order.closed_at = State.COMPLETED, at
    changes = {"state": (State.ACKNOWLEDGED.label, State.COMPLETED.label)}
    return [Happened(Action.COMPLETE, Event.COMPLETED, changes)]


def _is_new(access: Access, action: Action, order: Order, *, known: bool) -> bool:
    """Whether there is something to do. Raises as `may_at_desk`, but for what is known already."""
    try:
        may_at_desk(access, action, order)
    except WrongState:
        if not known:
            raise
    return not known


def _known(chosen: list[LineProgress], new: list[LineProgress]) -> bool:
    """Whether lines were chosen, and nothing new is said of any."""
    if not chosen:
        raise WrongState("None of these lines is with the contractor. Choose lines of this order.")
    return not new


def _chosen(sent: Sent, lines: Iterable[int]) -> list[LineProgress]:
    wanted = set(lines)
    return [row for row in sent.rows if row.line_id in wanted]


def _refuse_lines(rows: Iterable[LineProgress], action: LineAction, done: str) -> None:
    for row in rows:
        if row.state in LINE_STEPS[action].before:
            continue
        if action is LineAction.COMPLETE and row.state == LineState.OPEN:
            raise WrongState(f"{row.line} has no committed date yet: commit it to a date first.")
        raise WrongState(
            f"{row.line} can’t be {done}: it is “{row.get_state_display().lower()}” now."
        )


def _refuse_day(order: Order, completed_on: date, at: datetime) -> None:
    """A service works since a day on which the contractor had the order, and that has come."""
    sent_on = timezone.localdate(order.routed_at)
    if completed_on > timezone.localdate(at):
        message = "This day is still to come: give today or an earlier day."
    elif completed_on < sent_on:
        message = f"The order was sent on {sent_on:%B %-d, %Y}: give that day or a later one."
    else:
        return
    raise Incomplete([Problem(message, "completed_on")])


def _without_jeopardy(row: LineProgress) -> dict[str, tuple[Any, Any]]:
    """Take a notice back, and say so."""
    notice, row.jeopardy = row.jeopardy, ""
    return {f"{row.line}: {JEOPARDY}": (notice, None)} if notice else {}


def _given(row: LineProgress, numbers: Numbers) -> dict[str, tuple[Any, Any]]:
    told = zip(NUMBERS.values(), astuple(numbers), strict=True)
    return {f"{row.line}: {label}": (None, value) for label, value in told if value}


def _named(sent: Sent, rows: list[LineProgress]) -> str:
    if len(rows) == len(sent.rows) > 1:
        return "All lines"
    return ", ".join(str(row.line) for row in rows)


def _numbers(row: LineProgress) -> Numbers:
    return Numbers(row.circuit_numbers, row.billing_account, row.sr_number)


_SAVED = (
    "state", "changed_at", "committed_at", "committed_on", "jeopardy", "completed_on", *NUMBERS,
)  # fmt: skip


def _save(rows: list[LineProgress], at: datetime) -> None:
    for row in rows:
        row.changed_at = at
    LineProgress.objects.bulk_update(rows, _SAVED)
