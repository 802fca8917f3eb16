"""Who may leave CALNET for an agency, and what may be done in which state.

One reason serves the refusal and the disabled button.
"""

from enum import StrEnum

from orders.models import Leaving, LeavingState
from orders.models.leaving import RUNNING
from orders.permissions.order import may_order_for
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, Appointment
from stmm.refusals import NotAllowed, WrongState


class LeavingAction(StrEnum):
    EDIT = "edit"
    GIVE_NOTICE = "give_notice"
    ORDER = "order"
    RECORD_END = "record_end"
    WITHDRAW = "withdraw"


DRAFTED = frozenset({LeavingState.DRAFTED})

# From which states, and what to say
STEPS: dict[LeavingAction, tuple[frozenset[LeavingState], str]] = {
    LeavingAction.EDIT: (DRAFTED, "changed"),
    LeavingAction.GIVE_NOTICE: (DRAFTED, "given notice of"),
    LeavingAction.ORDER: (frozenset({LeavingState.NOTICE_GIVEN}), "followed by an order"),
    LeavingAction.RECORD_END: (RUNNING, "said to have ended"),
    LeavingAction.WITHDRAW: (DRAFTED | {LeavingState.NOTICE_GIVEN}, "withdrawn"),
}


def may_leave_for(access: Access, agency: Agency) -> Appointment:
    """The appointment that lets this person leave CALNET for `agency`. Raises NotAllowed."""
    if agency.is_state:
        raise NotAllowed(
            "Leaving CALNET with 30 calendar days’ notice is for bodies outside State government"
            " (PO-4.2). A State agency disconnects a service with a STD. 20."
        )
    return may_order_for(access, agency)


def agencies_to_leave_for(access: Access) -> list[Agency]:
    """The agencies outside State government that this person orders for."""
    return [agency for agency in access.ordering_agencies if not agency.is_state]


def may(access: Access, action: LeavingAction, leaving: Leaving) -> Appointment:
    """The appointment under which this person may take `action`.

    Raises NotAllowed if nobody's appointment of theirs allows it, WrongState if the state
    does not.
    """
    appointment = may_leave_for(access, leaving.agency)
    before, done = STEPS[action]
    if leaving.state not in before:
        now = leaving.get_state_display().lower()
        raise WrongState(f"{leaving} can’t be {done}: it is “{now}” now.")
    return appointment


def reason_against(access: Access, action: LeavingAction, leaving: Leaving) -> str:
    """Why the button is disabled; empty if it is not."""
    try:
        may(access, action, leaving)
    except (NotAllowed, WrongState) as refusal:
        return str(refusal)
    return ""


def reasons_against(access: Access, leaving: Leaving) -> dict[str, str]:
    """Of every action: why its button is disabled, "" if it isn't."""
    return {action.value: reason_against(access, action, leaving) for action in LeavingAction}
