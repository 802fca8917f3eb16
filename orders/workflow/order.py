"""The states of an order and of its lines, and the tables of what leads from which to which."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from orders.models import LineState, State
from orders.models.states import LINE_UNDER_WAY, OPEN_STATES, WITH_CONTRACTOR
from stmm.agencies.access import ORDERING
from stmm.agencies.models import Appointment

Role = Appointment.Role


class Action(StrEnum):
    EDIT = "edit"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    SIGN = "sign"
    ABANDON = "abandon"
    ROUTE = "route"
    # The contractor's order desk
    ACKNOWLEDGE = "acknowledge"
    REJECT = "reject"
    ASK = "ask"
    COMMIT = "commit"
    JEOPARDY = "jeopardy"
    COMPLETE_LINE = "complete_line"
    CORRECT = "correct"
    # The agency again
    ANSWER = "answer"
    CANCEL = "cancel"
    EXPEDITE = "expedite"
    AMEND = "amend"
    # What follows of itself
    COMPLETE = "complete"
    SUPERSEDE = "supersede"


class Party(StrEnum):
    """Who acts: people of the agency, people of the contractor's order desk, nobody (a job)."""

    AGENCY = "agency"
    DESK = "desk"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Step:
    """One action: from which states, to which, by whom, and what to say.

    `after` None leaves the state as it is. `roles` are the agency's, where the agency acts.
    """

    before: frozenset[State]
    after: State | None
    party: Party
    done: str
    roles: frozenset[Role] = frozenset()


def _agency(before: frozenset[State], after: State | None, done: str) -> Step:
    return Step(before, after, Party.AGENCY, done, ORDERING)


def _desk(before: frozenset[State], after: State | None, done: str) -> Step:
    return Step(before, after, Party.DESK, done)


def _job(before: frozenset[State], after: State, done: str) -> Step:
    return Step(before, after, Party.NOBODY, done)


DRAFT, REVIEW = frozenset({State.DRAFT}), frozenset({State.REVIEW})
ROUTED, ACKNOWLEDGED = frozenset({State.ROUTED}), frozenset({State.ACKNOWLEDGED})

WITH_DONE_LINES = frozenset({State.ACKNOWLEDGED, State.COMPLETED, State.SUPERSEDED})

STEPS: dict[Action, Step] = {
    Action.EDIT: _agency(DRAFT, State.DRAFT, "changed"),
    Action.HAND_OVER: _agency(DRAFT, State.REVIEW, "handed over for signature"),
    Action.TAKE_BACK: _agency(REVIEW, State.DRAFT, "taken back"),
    Action.SEND_BACK: _agency(REVIEW, State.DRAFT, "sent back with a reason"),
    Action.APPROVE: _agency(REVIEW, None, "approved"),
    Action.SIGN: _agency(OPEN_STATES, State.SIGNED, "signed"),
    Action.ABANDON: _agency(OPEN_STATES, State.ABANDONED, "abandoned"),
    Action.ROUTE: _job(frozenset({State.SIGNED}), State.ROUTED, "sent to the contractor"),
    Action.ACKNOWLEDGE: _desk(ROUTED, State.ACKNOWLEDGED, "acknowledged"),
    Action.REJECT: _desk(WITH_CONTRACTOR, State.REJECTED, "rejected"),
    Action.ASK: _desk(WITH_CONTRACTOR, None, "asked about"),
    Action.COMMIT: _desk(ACKNOWLEDGED, None, "committed to a date"),
    Action.JEOPARDY: _desk(ACKNOWLEDGED, None, "reported in jeopardy"),
    Action.COMPLETE_LINE: _desk(ACKNOWLEDGED, None, "completed in part"),
    # Of lines that are completed, also after the order is closed
    Action.CORRECT: _desk(WITH_DONE_LINES, None, "corrected"),
    Action.ANSWER: _agency(WITH_CONTRACTOR, None, "answered"),
    Action.CANCEL: _agency(WITH_CONTRACTOR, None, "cancelled"),
    Action.EXPEDITE: _agency(WITH_CONTRACTOR, None, "expedited"),
    Action.AMEND: _agency(WITH_CONTRACTOR, None, "amended"),
    Action.COMPLETE: _job(ACKNOWLEDGED, State.COMPLETED, "completed"),
    Action.SUPERSEDE: _job(WITH_CONTRACTOR, State.SUPERSEDED, "superseded"),
}


class LineAction(StrEnum):
    COMMIT = "commit"
    JEOPARDY = "jeopardy"
    COMPLETE = "complete"
    CORRECT = "correct"
    CANCEL = "cancel"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class LineStep:
    """What becomes of one line; `after` None leaves its state as it is."""

    before: frozenset[LineState]
    after: LineState | None


LINE_STEPS: dict[LineAction, LineStep] = {
    # A committed date can be changed, with a reason
    LineAction.COMMIT: LineStep(LINE_UNDER_WAY, LineState.COMMITTED),
    LineAction.JEOPARDY: LineStep(LINE_UNDER_WAY, None),
    LineAction.COMPLETE: LineStep(frozenset({LineState.COMMITTED}), LineState.COMPLETED),
    LineAction.CORRECT: LineStep(frozenset({LineState.COMPLETED}), None),
    LineAction.CANCEL: LineStep(LINE_UNDER_WAY, LineState.CANCELLED),
    LineAction.REPLACE: LineStep(LINE_UNDER_WAY, LineState.REPLACED),
}


def closed_as(lines: Iterable[LineState]) -> State | None:
    """As what an order is closed whose lines have come so far; None while one is under way.

    Completed where any line was, cancelled where none was.
    """
    states = set(lines)
    if states & LINE_UNDER_WAY:
        return None
    return State.COMPLETED if LineState.COMPLETED in states else State.CANCELLED
