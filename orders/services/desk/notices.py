"""A contractor's file of notices, taken in whole or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from catalog.access import desks_of
from catalog.matrix.problem import Problem, quote
from orders.files.desk_notices import DATE, LINE, NOTICE, ORDER, TEXT, Kind, Notice, Reading
from orders.models import LineProgress, Order
from orders.models.states import SENT_STATES
from orders.reading.desk import said_before
from orders.services.desk import steps as desk_steps
from orders.services.desk.acts import keep, write_down
from orders.services.desk.steps import Happened, Numbers, Sent
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.refusals import Incomplete, NotAllowed, Refused
from stmm.refusals import Problem as Missing


class NoticesRefused(Refused):
    """Nothing of the file was taken in: these rows can't be."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} cells are to be mended.")


@dataclass(slots=True)
class TakenIn:
    """How many notices changed something, and which said what was known already."""

    done: int = 0
    known: list[int] = field(default_factory=list)
    """Their rows in the file."""


@transaction.atomic
def take_in(*, reading: Reading, access: Access, at: datetime) -> TakenIn:
    """Take every notice of a file as a desk would, in its order, in one transaction.

    Raises NoticesRefused with all cells that were not read and all rows that can't be taken;
    NotAllowed for people of no desk. Of an order with a row that was not read, nothing is
    tried: the rows after it may rest on it. Everything is locked first, in the order of keys,
    so that two files never wait for each other.
    """
    notices = [each for each in reading.notices if each.order not in reading.not_read]
    found = _locked({notice.order for notice in notices}, access)
    happened: dict[str, list[Happened]] = {number: [] for number in found}
    problems = list(reading.problems)
    outcome = TakenIn()
    for notice in notices:
        try:
            steps = _take(found.get(notice.order), notice, access, at)
        except Refused as refusal:
            problems.append(_problem(notice, refusal))
            continue
        if steps:
            happened[notice.order] += steps
            outcome.done += 1
        else:
            outcome.known.append(notice.row)
    if problems:
        raise NoticesRefused(sorted(problems, key=lambda problem: problem.row))
    settled = [(found[number].order, merged(all_)) for number, all_ in happened.items() if all_]
    for order, of_order in settled:
        keep(order, of_order, access=access, at=at)
    for order, of_order in settled:
        write_down(order, of_order, access=access, at=at)
    return outcome


def _locked(numbers: set[str], access: Access) -> dict[str, Sent]:
    """The orders of these numbers that were sent to this person's desk, by number."""
    desks = desks_of(access.user, on=access.on)
    if not desks:
        raise NotAllowed("Only people of a contractor’s order desk send notices.")
    orders = (
        Order.objects.select_for_update(of=("self",))
        .select_related("agency", "contract__contractor")
        .filter(number__in=numbers, contract__contractor__in=desks, state__in=SENT_STATES)
        .order_by("pk")
    )
    found = {order.pk: Sent(order, []) for order in orders}
    agencies = {sent.order.agency_id for sent in found.values()}
    list(Agency.objects.select_for_update().filter(pk__in=agencies).order_by("pk"))
    rows = LineProgress.objects.filter(line__order__in=found).select_related("line__service")
    for row in rows:
        sent = found[row.line.order_id]
        row.line.order = sent.order
        sent.rows.append(row)
    for key, said in said_before(sent.order for sent in found.values()).items():
        found[key].said_before = said
    return {str(sent.order): sent for sent in found.values()}


def _take(sent: Sent | None, notice: Notice, access: Access, at: datetime) -> list[Happened]:
    if sent is None:
        raise _wrong(ORDER, "the number of an order sent to your desk, such as STD20-2026-000123")
    match notice.kind:
        case Kind.ACKNOWLEDGE:
            return desk_steps.acknowledge(sent, access=access, at=at)
        case Kind.REJECT:
            return desk_steps.reject(
                sent, reason=_given(notice.reason), text=notice.text, access=access, at=at
            )
        case Kind.JEOPARDY:
            lines = _lines(sent, notice)
            return desk_steps.jeopardy(sent, lines=lines, reason=notice.text, access=access, at=at)
        case Kind.COMMIT:
            return desk_steps.commit(
                sent,
                lines=_lines(sent, notice),
                committed_on=_given(notice.day),
                reason=notice.text,
                access=access,
                at=at,
            )
    numbers = Numbers(notice.circuit_numbers, notice.billing_account, notice.sr_number)
    return desk_steps.complete(
        sent,
        lines=dict.fromkeys(_lines(sent, notice), numbers),
        completed_on=_given(notice.day),
        access=access,
        at=at,
    )


Value = TypeVar("Value")


def _given(value: Value | None) -> Value:
    """What the reading of the file has made sure of."""
    if value is None:
        raise ValueError("This notice lacks what every one of its kind has.")
    return value


def _lines(sent: Sent, notice: Notice) -> list[int]:
    """The keys of the lines that a notice is about."""
    if notice.line is None:
        return desk_steps.under_way(sent)
    lines = [row.line_id for row in sent.rows if row.line.position == notice.line]
    if not lines:
        raise _wrong(LINE, f"a request of this order: 1 to {len(sent.rows)}")
    return lines


def _wrong(column: str, expected: str) -> Incomplete:
    return Incomplete([Missing(expected, column)])


_COLUMNS = {"committed_on": DATE, "completed_on": DATE, "reason": TEXT, "text": TEXT}


def _problem(notice: Notice, refusal: Refused) -> Problem:
    """A refusal, at the cell that it is about: of the notice itself, where it is of no other."""
    column, expected = NOTICE, str(refusal)
    if isinstance(refusal, Incomplete):
        (found,) = refusal.problems
        column, expected = _COLUMNS.get(found.step, found.step), found.message
    values = {
        ORDER: notice.order,
        LINE: str(notice.line or ""),
        NOTICE: notice.kind.value,
        DATE: str(notice.day or ""),
        TEXT: notice.text,
    }
    return Problem(notice.row, column, quote(values[column]), expected)


def merged(happened: Iterable[Happened]) -> list[Happened]:
    """What several notices say of different lines of an order, as one entry where they agree."""
    entries: list[Happened] = []
    for each in happened:
        at = next(
            (
                at
                for at, entry in enumerate(entries)
                if (entry.action, entry.reason) == (each.action, each.reason)
                and entry.changes.keys().isdisjoint(each.changes)
            ),
            None,
        )
        if at is None:
            entries.append(each)
            continue
        entries[at] = replace(
            entries[at],
            changes={**entries[at].changes, **each.changes},
            told="\n".join(filter(None, (entries[at].told, each.told))),
            completed=entries[at].completed + each.completed,
        )
    return entries
