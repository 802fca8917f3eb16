"""What the contractor's order desk says of an order it was sent, and the agency's answers."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import cast

from django.db import transaction

from orders.models import Order, Question
from orders.models.progress import RejectionReason
from orders.permissions.order import may, may_at_desk
from orders.services.desk import steps
from orders.services.desk.steps import Happened, Numbers, Sent, lock_sent
from orders.services.inventory.open_services import put_right, take_up
from orders.services.locking import lock
from orders.services.telling.turns import Event, tell_of
from orders.workflow.order import Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.services import record
from stmm.refusals import ChangedMeanwhile, Refused, WrongState


def _settle(
    order: Order, step: Callable[[Sent], list[Happened]], access: Access, at: datetime
) -> bool:
    """Take one step of a locked order, tell of it and record it; False if it was so already."""
    sent = lock_sent(order)
    happened = step(sent)
    if happened:
        keep(sent.order, happened, access=access, at=at)
        write_down(sent.order, happened, access=access, at=at)
    return bool(happened)


def keep(order: Order, happened: Iterable[Happened], *, access: Access, at: datetime) -> None:
    """Save a locked order, and tell of what happened to it: of each kind of event once."""
    order.version += 1
    order.changed_at = at
    order.save()
    told: dict[Event, list[str]] = {}
    for each in happened:
        told.setdefault(each.event, []).append(each.told)
    if Event.COMPLETED in told:
        told.pop(Event.LINE_COMPLETED, None)
    for event, texts in told.items():
        text = "\n\n".join(dict.fromkeys(filter(None, texts)))
        tell_of(order=order, event=event, actor=_person(access), at=at, text=text)


def write_down(order: Order, happened: Iterable[Happened], *, access: Access, at: datetime) -> None:
    """Take up what is completed, and record all: last in its transaction."""
    for each in happened:
        for row in each.completed:
            take_up(progress=row, at=at)
        for row, was in each.corrected:
            put_right(
                progress=row, was=asdict(was), actor=_person(access), reason=each.reason, at=at
            )
        record(
            at=at,
            actor=_person(access),
            action=each.action,
            subject=order,
            changes=each.changes,
            reason=each.reason,
        )


def _person(access: Access) -> User:
    # Somebody of the desk or the agency has signed in
    return cast(User, access.user)


@transaction.atomic
def acknowledge(*, order: Order, access: Access, at: datetime) -> bool:
    """The contractor has the order. False, and nothing happens, if that was known.

    Raises NotAllowed, WrongState, as everything that a desk does.
    """
    return _settle(order, lambda sent: steps.acknowledge(sent, access=access, at=at), access, at)


@dataclass(slots=True)
class Acknowledged:
    """What became of many: the sentences of `refused` name their orders."""

    done: list[Order] = field(default_factory=list)
    known: list[Order] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def acknowledge_many(*, orders: Iterable[Order], access: Access, at: datetime) -> Acknowledged:
    """Each in a transaction of its own: one that is refused does not hold up the others."""
    outcome = Acknowledged()
    for order in orders:
        try:
            done = acknowledge(order=order, access=access, at=at)
        except Refused as refusal:
            outcome.refused.append(f"{order.agency_request_number}: {refusal}")
        else:
            (outcome.done if done else outcome.known).append(order)
    return outcome


@transaction.atomic
def reject(
    *, order: Order, reason: RejectionReason, text: str, access: Access, at: datetime
) -> bool:
    """The contractor does not take the order on. Its open lines are cancelled with it.

    Raises WrongState also where a line works already, Incomplete for another reason unsaid.
    """
    return _settle(
        order,
        lambda sent: steps.reject(sent, reason=reason, text=text, access=access, at=at),
        access,
        at,
    )


@transaction.atomic
def commit(
    *,
    order: Order,
    lines: Collection[int],
    committed_on: date,
    reason: str = "",
    access: Access,
    at: datetime,
) -> bool:
    """Commit lines, by their keys, to a Pacific day (the FOC). It ends a jeopardy notice.

    A line that has this date already is left alone, unless it is in jeopardy and a reason says
    why the date holds after all. Raises Incomplete for a day that has passed, and for another
    date than the committed one without a reason; WrongState for a line that is closed.
    """
    return _settle(
        order,
        lambda sent: steps.commit(
            sent, lines=lines, committed_on=committed_on, reason=reason, access=access, at=at
        ),
        access,
        at,
    )


@transaction.atomic
def jeopardy(
    *, order: Order, lines: Collection[int], reason: str, access: Access, at: datetime
) -> bool:
    """Warn of lines, by their keys, that may be late. Raises WrongState for a closed line."""
    return _settle(
        order,
        lambda sent: steps.jeopardy(sent, lines=lines, reason=reason, access=access, at=at),
        access,
        at,
    )


@transaction.atomic
def complete(
    *,
    order: Order,
    lines: Mapping[int, Numbers],
    completed_on: date,
    access: Access,
    at: datetime,
) -> bool:
    """Complete lines, by their keys, as of a Pacific day. With the last one the order is closed.

    Each is taken up into what works at the agency. Raises Incomplete for a day to come or before
    the order was sent; WrongState for a line without a committed date, or closed.
    """
    return _settle(
        order,
        lambda sent: steps.complete(
            sent, lines=lines, completed_on=completed_on, access=access, at=at
        ),
        access,
        at,
    )


@transaction.atomic
def correct(
    *,
    order: Order,
    lines: Mapping[int, Numbers],
    reason: str,
    version: int,
    access: Access,
    at: datetime,
) -> bool:
    """Put right by what numbers completed lines, by their keys, go; the former ones stay on record.

    What works at the agency follows, where no later order told it otherwise. `version` is the
    one the person's page showed: of a page gone old, only what is known already is no refusal.
    Raises WrongState for a line that is not completed, ChangedMeanwhile.
    """

    def step(sent: Sent) -> list[Happened]:
        shown = sent.order.version
        happened = steps.correct(sent, lines=lines, reason=reason, access=access, at=at)
        if happened and version != shown:
            raise ChangedMeanwhile(
                f"{sent.order} has changed while you had it open. Look at its numbers as they"
                " are now, then correct them."
            )
        return happened

    return _settle(order, step, access, at)


@transaction.atomic
def ask(*, order: Order, text: str, access: Access, at: datetime) -> Question:
    """Ask the agency. Until its answer the contractor's clock stands still.

    The last question asked again is given back. Raises WrongState while another one is open.
    """
    order = lock(order)
    actor = may_at_desk(access, Action.ASK, order)
    last = order.questions.last()
    if last is not None and last.text == text:
        return last
    if last is not None and last.answered_at is None:
        raise WrongState(f"{order} has a question open. Wait for its answer, then ask the next.")
    question = Question.objects.create(order=order, text=text, asked_by=actor, asked_at=at)
    happened = [Happened(Action.ASK, Event.ASKED, {"question": (None, text)}, told=text)]
    keep(order, happened, access=access, at=at)
    write_down(order, happened, access=access, at=at)
    return question


@transaction.atomic
def answer(*, question: Question, text: str, access: Access, at: datetime) -> Question:
    """Answer for the agency: the contractor's clock runs on. The same answer again does nothing.

    Raises NotAllowed for other people; WrongState for another answer, or a closed order.
    """
    order = lock(question.order)
    question = Question.objects.get(pk=question.pk)
    known = question.answer == text
    try:
        appointment = may(access, Action.ANSWER, order)
    except WrongState:
        if known:
            return question
        raise
    if known:
        return question
    if question.answered_at is not None:
        raise WrongState(f"This question of {order} is answered already.")
    question.answer, question.answered_by, question.answered_at = text, appointment.user, at
    question.save()
    happened = [Happened(Action.ANSWER, Event.ANSWERED, {"answer": (None, text)}, told=text)]
    keep(order, happened, access=access, at=at)
    write_down(order, happened, access=access, at=at)
    return question
