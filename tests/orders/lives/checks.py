"""What holds of an order and its amendments, whoever did what in which sequence.

The tables of the workflow say what may follow what; what works at the agency is counted again
here, by hand, from the lines that were completed one after the other.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from orders.models import (
    Approval,
    Determination,
    LineProgress,
    LineState,
    OpenService,
    Order,
    OrderLine,
    Question,
    Signature,
    State,
)
from orders.models.states import CLOSED_STATES, LINE_UNDER_WAY, SENT_STATES, WITH_CONTRACTOR
from orders.signing_rules import DEPUTY
from orders.workflow.order import LINE_STEPS, STEPS, Action, LineAction
from stmm.agencies.models import Appointment
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.documents.models import StoredDocument
from stmm.outbox.models import Attempt, Notice, OutgoingMail

# Where an act leads further than its own step: with the last line, or an amendment's signature
FURTHER: dict[Action, set[tuple[State, State]]] = {
    Action.COMPLETE_LINE: {(State.ACKNOWLEDGED, State.COMPLETED)},
    Action.CANCEL: {
        (State.ROUTED, State.CANCELLED),
        (State.ACKNOWLEDGED, State.CANCELLED),
        (State.ACKNOWLEDGED, State.COMPLETED),
    },
    Action.SIGN: {(state, State.SUPERSEDED) for state in WITH_CONTRACTOR},
}
# What becomes of lines
OF_LINES = {
    Action.COMMIT: LineAction.COMMIT,
    Action.COMPLETE_LINE: LineAction.COMPLETE,
    Action.CANCEL: LineAction.CANCEL,
    Action.REJECT: LineAction.CANCEL,
    Action.SIGN: LineAction.REPLACE,
}
# Of lines, as an order is closed: nothing else, and at least the first one
CLOSED_LINES = {
    State.COMPLETED: (LineState.COMPLETED, LineState.CANCELLED),
    State.CANCELLED: (LineState.CANCELLED,),
    State.REJECTED: (LineState.CANCELLED,),
    State.SUPERSEDED: (LineState.REPLACED, LineState.COMPLETED, LineState.CANCELLED),
}
SPEAK_FOR_CATR = (Appointment.Role.CATR.label, DEPUTY)


@dataclass(frozen=True)
class OrderSeen:
    """`signed` is the hash of what was signed; `forms` those of the STD. 20 made of it."""

    state: State
    version: int
    closed_at: datetime | None
    signed: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class LineSeen:
    """Of a line that was sent; its `key` is the same in an amendment."""

    order: int
    position: int
    key: object
    state: LineState
    told: tuple[object, ...]


@dataclass(frozen=True)
class Works:
    """So many of a service at a site, on an account."""

    service: int
    account: str
    site: str
    quantity: int


@dataclass(frozen=True)
class Snapshot:
    """All that an act could change; `completed` are the lines in the order in which they were.

    `works` is what the agency has, `had` what it had before the first act; of that are so many
    of `completed` as `earlier` says.
    """

    orders: dict[int, OrderSeen]
    lines: dict[int, LineSeen]
    completed: tuple[int, ...]
    works: dict[int, Works]
    had: dict[int, Works]
    head: tuple[int, str]
    rows: tuple[int, ...]
    earlier: int = 0


def first(orders: Collection[int]) -> Snapshot:
    """Before the first act. What was completed until now is part of what the agency had."""
    seen = _seen(orders, completed=(), had=_works())
    return replace(seen, earlier=len(seen.completed))


def after(before: Snapshot, orders: Collection[int]) -> Snapshot:
    seen = _seen(orders, completed=before.completed, had=before.had)
    return replace(seen, earlier=before.earlier)


def _seen(
    orders: Collection[int], *, completed: tuple[int, ...], had: dict[int, Works]
) -> Snapshot:
    lines, forms = _lines(orders), _forms(orders)
    done = [pk for pk, line in lines.items() if line.state is LineState.COMPLETED]
    last = Entry.objects.order_by("sequence").last()
    assert last is not None
    return Snapshot(
        orders={
            order.pk: _order(order, forms.get(str(order.pk), ()))
            for order in Order.objects.filter(pk__in=orders).select_related("signature")
        },
        lines=lines,
        completed=(*completed, *(pk for pk in done if pk not in completed)),
        works=_works(),
        had=had,
        head=(last.sequence, last.hash),
        rows=_rows(),
    )


def _rows() -> tuple[int, ...]:
    """How many there are of each, in one query."""
    tables = [
        model._meta.db_table
        for model in (Order, OrderLine, OutgoingMail, Attempt, Notice, Approval, Question)
    ]
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)  # noqa: S608  ours
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return tuple(cursor.fetchone())


def _forms(orders: Collection[int]) -> dict[str, tuple[str, ...]]:
    """The hashes of the STD. 20 that were made, by order."""
    found: dict[str, tuple[str, ...]] = {}
    keys = [str(pk) for pk in orders]
    for form in StoredDocument.objects.filter(kind="std20", made_from_key__in=keys).only(
        "made_from_key", "sha256"
    ):
        found[form.made_from_key] = (*found.get(form.made_from_key, ()), form.sha256)
    return found


def _order(order: Order, forms: tuple[str, ...]) -> OrderSeen:
    signed = order.signature.sha256 if hasattr(order, "signature") else ""
    return OrderSeen(State(order.state), order.version, order.closed_at, signed, forms)


def _lines(orders: Collection[int]) -> dict[int, LineSeen]:
    rows = LineProgress.objects.filter(line__order__in=orders).select_related("line")
    return {
        row.line_id: LineSeen(
            row.line.order_id,
            row.line.position,
            row.line.creation_key,
            LineState(row.state),
            (row.committed_on, row.jeopardy, row.completed_on, row.sr_number),
        )
        for row in rows.order_by("line__order", "line__position")
    }


def _works() -> dict[int, Works]:
    return {
        each.added_by_id: Works(each.service_id, each.billing_account, each.site, each.quantity)
        for each in OpenService.objects.filter(added_by__isnull=False)
        if each.added_by_id
    }


def check(before: Snapshot, now: Snapshot, actions: Collection[Action]) -> None:
    """That everything holds, and that only `actions` can have led from the one to the other."""
    _only_steps_of_the_table(before, now, actions)
    _only_line_steps_of_the_table(before, now, actions)
    if not actions:
        assert before.orders == now.orders
        assert before.lines == now.lines
    for pk in now.orders:
        _order_is_whole(pk, now)
        _kept(before.orders.get(pk), now.orders[pk])
        _told_once(pk, now.orders[pk])
    _no_line_twice(now.lines.values())
    assert _counted(now) == _without_none(now.works)
    assert verify(head=before.head).faults == ()
    assert now.head[0] >= before.head[0]


def _only_steps_of_the_table(before: Snapshot, now: Snapshot, actions: Collection[Action]) -> None:
    allowed = {(state, STEPS[action].after) for action in actions for state in STEPS[action].before}
    allowed |= {pair for action in actions for pair in FURTHER.get(action, ())}
    for pk, order in before.orders.items():
        led = (order.state, now.orders[pk].state)
        assert led[0] is led[1] or led in allowed, f"{led} by {actions}"


def _only_line_steps_of_the_table(
    before: Snapshot, now: Snapshot, actions: Collection[Action]
) -> None:
    steps = [LINE_STEPS[OF_LINES[action]] for action in actions if action in OF_LINES]
    allowed = {(state, step.after) for step in steps for state in step.before}
    for pk, line in before.lines.items():
        led = (line.state, now.lines[pk].state)
        assert led[0] is led[1] or led in allowed, f"{led} by {actions}"


def _order_is_whole(pk: int, now: Snapshot) -> None:
    order = now.orders[pk]
    lines = [line.state for line in now.lines.values() if line.order == pk]
    assert (order.closed_at is not None) is (order.state in CLOSED_STATES)
    assert bool(lines) is (order.state in SENT_STATES)
    if order.state in WITH_CONTRACTOR:
        assert LINE_UNDER_WAY & set(lines)
    if order.state in CLOSED_LINES:
        assert CLOSED_LINES[order.state][0] in lines
        assert set(lines) <= set(CLOSED_LINES[order.state])
    assert Question.objects.filter(order=pk, answered_at__isnull=True).count() <= 1
    if order.signed:
        _is_signed_with_the_catrs_word(pk)


def _is_signed_with_the_catrs_word(pk: int) -> None:
    signature = Signature.objects.get(order=pk)
    approved = Approval.objects.filter(order=pk, at__lte=signature.at).exists()
    assert approved or signature.role in SPEAK_FOR_CATR
    lines = OrderLine.objects.filter(order=pk).count()
    assert Determination.objects.filter(line__order=pk).count() == lines


def _kept(before: OrderSeen | None, now: OrderSeen) -> None:
    """What was signed, and the form that was made of it, stay as they were."""
    if before is not None and before.signed:
        assert now.signed == before.signed
        assert now.forms[: len(before.forms)] == before.forms


def _told_once(pk: int, order: OrderSeen) -> None:
    """One form and one mail with it for each order that was sent; one mail of each later word."""
    sent = order.state in SENT_STATES
    mails = OutgoingMail.objects.filter(about_kind="orders.order", about_key=str(pk))
    entries = Counter(
        Entry.objects.filter(subject_kind="orders.order", subject_key=str(pk)).values_list(
            "action", flat=True
        )
    )
    assert len(order.forms) == entries[Action.ROUTE] == (1 if sent else 0)
    assert bool(order.signed) is (entries[Action.SIGN] == 1)
    assert Counter(mail.purpose.split("-")[0] for mail in mails) == Counter(
        {
            name: entries[name]
            for name in (Action.ROUTE, Action.CANCEL, Action.EXPEDITE)
            if entries[name]
        }
    )
    for mail in mails:
        assert mail.attempts.count() == (0 if mail.state == OutgoingMail.State.WAITING else 1)


def _no_line_twice(lines: Iterable[LineSeen]) -> None:
    """Neither ordered twice at once, in an order and its amendment, nor again once it is done."""
    going = (*LINE_UNDER_WAY, LineState.COMPLETED)
    times = Counter(line.key for line in lines if line.state in going)
    assert not [key for key, number in times.items() if number > 1]


def _without_none(works: dict[int, Works]) -> dict[int, Works]:
    return {pk: each for pk, each in works.items() if each.quantity}


def _counted(now: Snapshot) -> dict[int, Works]:
    """What works, counted by hand: each by the line that added it."""
    found = dict(now.had)
    for pk in now.completed[now.earlier :]:
        line = OrderLine.objects.select_related("order", "acts_on", "progress").get(pk=pk)
        told = line.progress.billing_account
        account: dict[str, Any] = {"account": told} if told else {}
        site = line.order.requested_address
        if line.order_type == OrderLine.Type.ADD:
            found[pk] = Works(line.service_id, line.billing_account, site, line.quantity)
            found[pk] = replace(found[pk], **account)
        elif (key := _meant(line, found)) is not None:
            found |= _applied(line, key, found[key], account)
    return _without_none(found)


def _meant(line: OrderLine, found: dict[int, Works]) -> int | None:
    """The service that is named, else the only one that it can be."""
    if line.acts_on is not None:
        return line.acts_on.added_by_id
    wanted = (line.service_id, line.billing_account)
    could_be = [
        key for key, each in _without_none(found).items() if (each.service, each.account) == wanted
    ]
    return could_be[0] if len(could_be) == 1 else None


def _applied(line: OrderLine, key: int, there: Works, account: dict[str, Any]) -> dict[int, Works]:
    left = max(there.quantity - line.quantity, 0)
    site = line.order.requested_address
    if line.order_type == OrderLine.Type.DISCONNECT or not there.quantity:
        return {key: replace(there, quantity=left)}
    if line.order_type == OrderLine.Type.CHANGE:
        return {key: replace(there, service=line.service_id, quantity=line.quantity, **account)}
    if left:
        moved = replace(there, quantity=line.quantity, site=site, **account)
        return {key: replace(there, quantity=left), line.pk: moved}
    return {key: replace(there, site=site, **account)}
