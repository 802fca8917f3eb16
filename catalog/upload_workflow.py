"""The states of an upload, and the one table of what leads from which to which."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils import dateformat

from catalog.models import Contract, MatrixUpload
from stmm.refusals import NotAllowed

State = MatrixUpload.State


class UploadRefused(NotAllowed):
    """An upload, or the catalogue, is no longer as the person saw it: nothing was changed."""


class Action(StrEnum):
    READ = "read"
    COMPARE = "compare"
    REFUSE = "refuse"
    ASK_AGAIN = "ask_again"
    PUBLISH = "publish"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Step:
    """One action: from which states, and to which."""

    before: frozenset[State]
    after: State


STEPS: dict[Action, Step] = {
    # From "reading" too: a reading whose worker died begins again
    Action.READ: Step(frozenset({State.UPLOADED, State.READING}), State.READING),
    Action.COMPARE: Step(frozenset({State.READING}), State.CHECKED),
    Action.REFUSE: Step(frozenset({State.READING}), State.REFUSED),
    Action.ASK_AGAIN: Step(frozenset({State.CHECKED, State.REFUSED}), State.UPLOADED),
    Action.PUBLISH: Step(frozenset({State.CHECKED}), State.PUBLISHED),
    Action.REJECT: Step(frozenset({State.CHECKED, State.REFUSED}), State.REJECTED),
}


def may_step(action: Action, upload: MatrixUpload) -> bool:
    return upload.state in STEPS[action].before


def step(action: Action, upload: MatrixUpload) -> None:
    """Set the state that follows. Raises UploadRefused where the upload has moved on."""
    if not may_step(action, upload):
        raise UploadRefused(
            f"This upload has moved on; it is now “{upload.get_state_display()}”. Nothing was done."
        )
    upload.state = STEPS[action].after


def must_follow(contract: Contract, effective_from: date) -> None:
    """An edition follows the ones before: raises UploadRefused for a day before the latest."""
    latest = contract.editions.order_by("-effective_from").first()
    if latest is not None and effective_from < latest.effective_from:
        shown = dateformat.format(latest.effective_from, "F j, Y")
        raise UploadRefused(
            f"The latest edition of this contract is effective from {shown}. A new one follows it:"
            " give that day or a later one."
        )
