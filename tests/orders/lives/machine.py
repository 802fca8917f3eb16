"""The whole life of an order as a state machine: several people, any act, in any sequence.

Who acts and what they do comes from Hypothesis, what may become of it from the tables; what must
hold whatever happens is in `checks`. Every act is made twice, as by a second click, and may
come again at any later moment, as from a page that was left open.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from orders.models import LineProgress, LineState, Order, OrderLine, State
from orders.models.progress import RejectionReason
from orders.models.states import CLOSED_STATES
from orders.services.changing import acts as changing
from orders.services.changing.amending import begin_amendment
from orders.services.desk import acts as desk
from orders.services.desk.steps import Numbers
from orders.services.making import drafting
from orders.services.signing import approving, signing
from orders.workflow.order import LINE_STEPS, STEPS, Action, Party
from stmm.outbox.models import OutgoingMail
from stmm.outbox.services import deliver
from stmm.refusals import Refused
from tests.factories import AT
from tests.orders.factories import (
    access,
)
from tests.orders.lives.cast import AGENCY, DESK, PEOPLE, STARTS, Cast
from tests.orders.lives.checks import OF_LINES, Snapshot, after, check, first
from tests.orders.sent_orders import keys

ALL = frozenset(range(1, 6))
DELIVER = "deliver"
# What follows of itself, when the last line is completed or an amendment is signed
OF_THEMSELVES = {Action.COMPLETE, Action.SUPERSEDE}
# The way to working service, so that a life gets somewhere
ONWARD: dict[str, tuple[Action, ...]] = {
    State.DRAFT: (Action.HAND_OVER, Action.EDIT, Action.SIGN),
    State.REVIEW: (Action.SIGN, Action.APPROVE),
    State.SIGNED: (Action.ROUTE,),
    State.ROUTED: (Action.ACKNOWLEDGE, Action.AMEND, Action.ASK, Action.ANSWER),
    State.ACKNOWLEDGED: (
        *(Action.COMPLETE_LINE, Action.COMMIT) * 2,
        Action.CANCEL,
        Action.AMEND,
    ),
}
ACTIONS = tuple(action for action in Action if action not in OF_THEMSELVES)
OVER = CLOSED_STATES | {State.ABANDONED}
# Nothing comes after these, so they come seldom
LAST = (Action.ABANDON, Action.REJECT, Action.CANCEL)
# How an act comes about: the next one of a life, one that is allowed, any by anyone, a former one
WAYS = ("onward", "onward", "allowed", "allowed", "any", "again")
WORDS = ("As said", "For another reason")


@dataclass(frozen=True)
class Act:
    """Which person does what, after how many hours, to which order and lines, for which day."""

    way: str
    who: str
    action: Action
    later: int
    which: int
    positions: frozenset[int]
    days: int
    text: str
    whole: bool
    stale: bool
    edit: str
    mail: bool
    last: bool
    key: UUID


@dataclass(frozen=True)
class Done:
    """An act as it was made: who, what, and the call that makes it again."""

    act: Act
    call: Callable[[], object]


acts = st.builds(
    Act,
    way=st.sampled_from(WAYS),
    who=st.sampled_from(PEOPLE),
    action=st.sampled_from(ACTIONS),
    later=st.sampled_from([0, 0, 1, 30]),
    which=st.integers(0, 3),
    positions=st.just(ALL) | st.frozensets(st.sampled_from(sorted(ALL)), min_size=1),
    days=st.integers(-1, 4),
    text=st.sampled_from(WORDS),
    whole=st.booleans(),
    stale=st.sampled_from([False, False, False, True]),
    edit=st.sampled_from(["field", "line", "add", "remove", "mend"]),
    mail=st.sampled_from([False, False, False, True]),
    last=st.booleans(),
    key=st.uuids(),
)


def who_may(action: Action) -> tuple[str, ...]:
    return {Party.AGENCY: AGENCY, Party.DESK: DESK, Party.NOBODY: PEOPLE}[STEPS[action].party]


def fitting(act: Act, actions: Sequence[Action], pick: int) -> Act:
    """One of these, by someone who may, with the page as it is now."""
    action = actions[pick % len(actions)]
    people = who_may(action)
    who, days = people[pick % len(people)], max(act.days, 0)
    return replace(act, action=action, who=who, days=days, stale=False)


@dataclass
class Reached:
    """What a run came across: a machine that never gets anywhere proves nothing."""

    states: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    actions: set[Action] = field(default_factory=set)


class OrderLife(RuleBasedStateMachine):
    """One order, and the amendments that it comes to."""

    cast: ClassVar[Cast]
    reached: ClassVar[Reached]

    def __init__(self) -> None:
        super().__init__()
        self.at, self.made = AT, list[Done]()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(start=st.integers(0, len(STARTS) - 1))
    def begin(self, start: int) -> None:
        self.to_come = [*STARTS[start:], *STARTS[:start]]
        self.begin_another()

    def begin_another(self) -> None:
        """One life after the other, as long as there are orders to begin with."""
        self.made.clear()
        self.orders = [order.pk for order in self.cast.starts[self.to_come.pop(0)]]
        self.seen: Snapshot = first(self.orders)

    @rule(act=acts, pick=st.integers(0, 251))
    def somebody_acts(self, act: Act, pick: int) -> None:
        if self.to_come and all(each.state in OVER for each in self.seen.orders.values()):
            self.begin_another()
        order, pick = self.order(act), pick + len(self.made)
        state = State(order.state)
        if act.way == "again" and self.made:
            self.make(self.made[pick % len(self.made)])
        elif act.way == "onward" and state in ONWARD:
            act = fitting(
                replace(act, edit="mend", whole=act.last and act.mail), ONWARD[state], pick
            )
            self.take(replace(act, positions=self.ready(act, order) or act.positions))
        elif act.way == "allowed":
            allowed = [each for each in ACTIONS if state in STEPS[each].before]
            going_on = [each for each in allowed if act.last or each not in LAST]
            self.take(fitting(act, going_on or ACTIONS, pick))
        else:
            self.take(act)
        if act.mail:
            self.mail_goes_out()

    def ready(self, act: Act, order: Order) -> frozenset[int]:
        """Of the lines that an act means, those that are so far."""
        if act.action not in OF_LINES:
            return frozenset()
        before = LINE_STEPS[OF_LINES[act.action]].before
        theirs = [line for line in self.seen.lines.values() if line.order == order.pk]
        return frozenset(line.position for line in theirs if line.state in before)

    def mail_goes_out(self) -> None:
        if due := list(OutgoingMail.objects.due(self.at)):
            for mail in due:
                deliver(mail_id=mail.pk, at=self.at)
            self.look([])

    def order(self, act: Act) -> Order:
        """The last one most of the time; what is over is left alone as long as another is not."""
        going = [pk for pk, each in self.seen.orders.items() if each.state not in OVER]
        could_be = self.orders if act.way == "any" or not going else going
        return Order.objects.get(pk=could_be[-1 - act.which % len(could_be)])

    def take(self, act: Act) -> None:
        self.at += timedelta(hours=act.later)
        done = Done(act, self.call(act, self.order(act)))
        self.made.append(done)
        if (changed := self.make(done)) is None:
            return
        if changed:
            self.reached.actions.add(act.action)
        # The very same again: nothing, and no harm
        assert not self.make(done), f"{act} did something a second time"

    def make(self, done: Done) -> bool | None:
        """Whether it changed anything; None where it was refused, which changes nothing."""
        before, refused, result = self.seen, False, None
        try:
            result = done.call()
        except Refused:
            refused = True
        if isinstance(result, Order) and result.pk not in self.orders:
            self.orders.append(result.pk)
        may = done.act.who in who_may(done.act.action) and not refused
        self.look([done.act.action] if may else [])
        changed = self.seen != before
        assert not (refused and changed), f"{done.act} was refused and changed something"
        return None if refused else changed

    def look(self, actions: Collection[Action]) -> None:
        """See that everything holds, and that no more has changed than `actions` may change."""
        before, self.seen = self.seen, after(self.seen, self.orders)
        if before != self.seen:
            check(before, self.seen, actions)
        self.reached.states.update(each.state for each in self.seen.orders.values())
        self.reached.lines.update(each.state for each in self.seen.lines.values())

    def call(self, act: Act, order: Order) -> Callable[[], object]:
        """The call of its service: the same however often it is made."""
        by: dict[str, Any] = {
            "access": access(self.cast.people[act.who], on=self.at.date()),
            "at": self.at,
        }
        of_the_desk = STEPS[act.action].party is Party.DESK
        making = self.at_the_desk if of_the_desk else self.in_the_agency
        return making(act, order, by)[act.action]

    def in_the_agency(
        self, act: Act, order: Order, by: dict[str, Any]
    ) -> dict[Action, Callable[[], object]]:
        version = {"order": order, "version": max(order.version - act.stale, 1), **by}
        said = {"order": order, "reason": act.text, **by}
        return {
            Action.EDIT: self.edit(act, order, by),
            Action.HAND_OVER: partial(signing.hand_over, note=act.text, **version),
            Action.TAKE_BACK: partial(signing.take_back, order=order, **by),
            Action.SEND_BACK: partial(signing.send_back, **said),
            Action.APPROVE: partial(approving.approve, **version),
            Action.SIGN: partial(signing.sign, **version),
            Action.ABANDON: partial(drafting.abandon, **said),
            Action.ROUTE: partial(self.cast.route, order, self.at),
            **self.after_sending(act, order, by),
        }

    def edit(self, act: Act, order: Order, by: dict[str, Any]) -> Callable[[], object]:
        version = max(order.version - act.stale, 1)
        chosen = list(order.lines.filter(position__in=act.positions))
        add = partial(
            drafting.add_line, order=order, service=self.cast.there.service, key=act.key, **by
        )
        if act.edit == "field":
            fields: dict[str, Any] = {"division": f"{act.text} {act.key}"}
            return partial(drafting.change, order=order, fields=fields, version=version, **by)
        if act.edit == "mend":
            chosen = [line for line in order.lines.all() if is_closed(order, line)]
        if act.edit == "add" or not chosen:
            return add
        if act.edit == "line":
            fields = {"quantity": act.days + 2}
            return partial(
                drafting.change_line, line=chosen[0], fields=fields, version=version, **by
            )
        return partial(drafting.remove_line, line=chosen[0], **by)

    def after_sending(
        self, act: Act, order: Order, by: dict[str, Any]
    ) -> dict[Action, Callable[[], object]]:
        said = {"order": order, "reason": act.text, **by}
        lines = None if act.whole else list(order.lines.filter(position__in=act.positions))
        question = order.questions.last()
        return {
            Action.ANSWER: partial(desk.answer, question=question, text=act.text, **by)
            if question
            else bool,
            Action.CANCEL: partial(changing.cancel, lines=lines, **said),
            Action.EXPEDITE: partial(changing.expedite, wanted_on=self.day(act), **said),
            Action.AMEND: partial(begin_amendment, **said),
        }

    def at_the_desk(
        self, act: Act, order: Order, by: dict[str, Any]
    ) -> dict[Action, Callable[[], object]]:
        lines, day = keys(order, *act.positions), self.day(act)
        numbers = Numbers(billing_account="A2" if act.days % 2 else "", sr_number=act.text)
        of_lines = {"order": order, "lines": lines, "reason": act.text, **by}
        return {
            Action.ACKNOWLEDGE: partial(desk.acknowledge, order=order, **by),
            Action.REJECT: partial(
                desk.reject, order=order, reason=RejectionReason.OTHER, text=act.text, **by
            ),
            Action.ASK: partial(desk.ask, order=order, text=act.text, **by),
            Action.COMMIT: partial(desk.commit, committed_on=day, **of_lines),
            Action.JEOPARDY: partial(desk.jeopardy, **of_lines),
            Action.CORRECT: self.correction(act, order, by),
            Action.COMPLETE_LINE: partial(
                desk.complete,
                order=order,
                lines=dict.fromkeys(lines, numbers),
                completed_on=day if act.stale else self.at.date(),
                **by,
            ),
        }

    def correction(self, act: Act, order: Order, by: dict[str, Any]) -> Callable[[], object]:
        """Of all but the account, by which later lines find what they act on."""
        rows = LineProgress.objects.filter(
            line__order=order, line__position__in=act.positions, state=LineState.COMPLETED
        )
        text = f"{act.text} {act.days}"
        lines = {row.line_id: Numbers(text, row.billing_account, text) for row in rows}
        version = max(order.version - act.stale, 1)
        return partial(
            desk.correct, order=order, lines=lines, reason=act.text, version=version, **by
        )

    def day(self, act: Act) -> date:
        return self.at.date() + timedelta(days=act.days)


def is_closed(order: Order, line: OrderLine) -> bool:
    """Whether the order that `order` amends is done with this line."""
    under_way = [LineState.OPEN, LineState.COMMITTED]
    former = OrderLine.objects.filter(order=order.supersedes_id, creation_key=line.creation_key)
    return former.exclude(progress__state__in=under_way).exists()


def live(cast: Cast, **profile: Any) -> Reached:
    """Go through so many lives as `profile`, Hypothesis’ settings, says; gives where they led."""
    reached = Reached()
    machine = type("Life", (OrderLife,), {"cast": cast, "reached": reached})
    run_state_machine_as_test(machine, settings=settings(deadline=None, **profile))
    return reached
