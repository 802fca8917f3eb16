"""The states of an order, and the one table of what leads from which to which."""

from dataclasses import dataclass
from enum import StrEnum

from orders.models import State
from stmm.agencies.access import ORDERING
from stmm.agencies.models import Appointment

Role = Appointment.Role


class Action(StrEnum):
    EDIT = "edit"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    SEND_BACK = "send_back"
    SIGN = "sign"
    ABANDON = "abandon"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Step:
    """One action: from which states, to which, by whom (nobody: a job), and what to say."""

    before: frozenset[State]
    after: State
    roles: frozenset[Role]
    done: str


STEPS: dict[Action, Step] = {
    Action.EDIT: Step(frozenset({State.DRAFT}), State.DRAFT, ORDERING, "changed"),
    Action.HAND_OVER: Step(
        frozenset({State.DRAFT}), State.REVIEW, ORDERING, "handed over for signature"
    ),
    Action.TAKE_BACK: Step(frozenset({State.REVIEW}), State.DRAFT, ORDERING, "taken back"),
    Action.SEND_BACK: Step(
        frozenset({State.REVIEW}), State.DRAFT, ORDERING, "sent back with a reason"
    ),
    Action.SIGN: Step(frozenset({State.DRAFT, State.REVIEW}), State.SIGNED, ORDERING, "signed"),
    Action.ABANDON: Step(
        frozenset({State.DRAFT, State.REVIEW}), State.ABANDONED, ORDERING, "abandoned"
    ),
    Action.ROUTE: Step(
        frozenset({State.SIGNED}), State.ROUTED, frozenset(), "sent to the contractor"
    ),
}
