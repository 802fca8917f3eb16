"""Who may do what to a locally authorized purchasing document, and in which state.

One reason serves the refusal and the disabled button.
"""

from enum import StrEnum
from typing import cast

from catalog.access import desks_of
from orders.models import LocalOrder, LocalState
from orders.models.local import LOCAL_WITH_CONTRACTOR
from orders.permissions.order import may_order_for
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, Appointment
from stmm.refusals import NotAllowed, WrongState


class LocalAction(StrEnum):
    EDIT = "edit"
    RECORD = "record"
    ABANDON = "abandon"
    CANCEL = "cancel"
    # The contractor's order desk
    ACKNOWLEDGE = "acknowledge"
    COMPLETE = "complete"
    REJECT = "reject"


DRAFT = frozenset({LocalState.DRAFT})
AT_DESK = frozenset({LocalAction.ACKNOWLEDGE, LocalAction.COMPLETE, LocalAction.REJECT})

# From which states, and what to say
STEPS: dict[LocalAction, tuple[frozenset[LocalState], str]] = {
    LocalAction.EDIT: (DRAFT, "changed"),
    LocalAction.RECORD: (DRAFT, "recorded"),
    LocalAction.ABANDON: (DRAFT, "abandoned"),
    LocalAction.CANCEL: (LOCAL_WITH_CONTRACTOR, "cancelled"),
    LocalAction.ACKNOWLEDGE: (frozenset({LocalState.SENT}), "acknowledged"),
    LocalAction.COMPLETE: (frozenset({LocalState.ACKNOWLEDGED}), "completed"),
    LocalAction.REJECT: (LOCAL_WITH_CONTRACTOR, "rejected"),
}


def may_order_locally_for(access: Access, agency: Agency) -> Appointment:
    """The appointment that lets this person record documents of `agency`. Raises NotAllowed."""
    if agency.is_state:
        raise NotAllowed(
            "A locally authorized purchasing document is for bodies outside State government"
            " (PO-4.3). A State agency orders on a STD. 20."
        )
    return may_order_for(access, agency)


def may(access: Access, action: LocalAction, order: LocalOrder) -> Appointment:
    """The appointment under which a person of the agency may act. Raises NotAllowed, WrongState."""
    appointment = may_order_locally_for(access, order.agency)
    _refuse_wrong_state(action, order)
    return appointment


def at_desk(access: Access, order: LocalOrder) -> User:
    """The person of the contractor's order desk. Raises NotAllowed for everyone else."""
    contractor = order.contract.contractor
    if contractor not in desks_of(access.user, on=access.on):
        raise NotAllowed(f"Only the order desk of {contractor.name} may do this.")
    # Somebody of a desk has signed in
    return cast(User, access.user)


def may_at_desk(access: Access, action: LocalAction, order: LocalOrder) -> User:
    """The person of the desk who may act. Raises NotAllowed, WrongState."""
    user = at_desk(access, order)
    _refuse_wrong_state(action, order)
    return user


def _refuse_wrong_state(action: LocalAction, order: LocalOrder) -> None:
    before, done = STEPS[action]
    if order.state not in before:
        now = order.get_state_display().lower()
        raise WrongState(f"{order} can’t be {done}: it is “{now}” now.")


def reason_against(access: Access, action: LocalAction, order: LocalOrder) -> str:
    """Why the button is disabled; empty if it is not."""
    try:
        if action in AT_DESK:
            may_at_desk(access, action, order)
        else:
            may(access, action, order)
    except (NotAllowed, WrongState) as refusal:
        return str(refusal)
    return ""


def reasons_against(access: Access, order: LocalOrder) -> dict[str, str]:
    """Of every action: why its button is disabled, "" if it isn't."""
    return {action.value: reason_against(access, action, order) for action in LocalAction}
