"""Who may do what to an order. One reason serves the refusal and the disabled button."""

from typing import cast

from catalog.access import desks_of
from orders.models import Order, State
from orders.workflow.order import STEPS, Action, Party
from stmm.accounts.models import User
from stmm.agencies.access import ORDERING, Access
from stmm.agencies.models import Agency, Appointment
from stmm.refusals import NotAllowed, WrongState

Role = Appointment.Role

# STD. 20 section 6: the CATR or an ATR signs a State order (STMM 0300.0). Other bodies
# have no CATR; who signs is theirs to say.
STATE_SIGNERS = frozenset({Role.CATR, Role.ATR})
OTHER_SIGNERS = frozenset({Role.PURCHASER})


def signers(agency: Agency) -> frozenset[Role]:
    """The roles that sign for this kind of agency."""
    return STATE_SIGNERS if agency.is_state else OTHER_SIGNERS


def may_order_for(access: Access, agency: Agency) -> Appointment:
    """The appointment that lets this person make orders for `agency`. Raises NotAllowed."""
    appointment = access.appointment_at(agency, ORDERING & signers(agency))
    if appointment is None:
        raise NotAllowed(_who_may(agency, "make orders"))
    return appointment


def may_keep_for(access: Access, agency: Agency) -> Appointment:
    """The appointment that lets this person keep what `agency` has and means to spend.

    Raises NotAllowed.
    """
    appointment = access.appointment_at(agency, ORDERING & signers(agency))
    if appointment is None:
        raise NotAllowed(_who_may(agency, "keep its services and budget"))
    return appointment


def may(access: Access, action: Action, order: Order) -> Appointment:
    """The appointment under which this person of the agency may take `action`.

    Raises NotAllowed if nobody's appointment of theirs allows it, WrongState if the order's
    state does not.
    """
    appointment = access.appointment_at(order.agency, STEPS[action].roles & signers(order.agency))
    if appointment is None:
        raise NotAllowed(_who_may(order.agency, "do this"))
    _refuse_wrong_state(action, order)
    return appointment


def may_at_desk(access: Access, action: Action, order: Order) -> User:
    """The person of the contractor's order desk who may take `action` on an order sent to it.

    Raises NotAllowed for everyone else, WrongState if the order's state does not allow it.
    """
    contractor = order.contract.contractor
    desk = desks_of(access.user, on=access.on)
    if STEPS[action].party is not Party.DESK or contractor not in desk:
        raise NotAllowed(f"Only the order desk of {contractor.name} may do this.")
    _refuse_wrong_state(action, order)
    # Somebody of a desk has signed in
    return cast(User, access.user)


def _refuse_wrong_state(action: Action, order: Order) -> None:
    step = STEPS[action]
    if order.state not in step.before:
        raise WrongState(
            f"{order} can’t be {step.done}: it is “{State(order.state).label.lower()}” now."
        )


def _who_may(agency: Agency, what: str) -> str:
    if agency.is_state:
        return f"Only a CATR or ATR of {agency.name}, appointed today, may {what}."
    return f"Only an authorized purchaser of {agency.name} may {what}."


def reason_against(access: Access, action: Action, order: Order) -> str:
    """Why the button is disabled; empty if it is not."""
    try:
        if STEPS[action].party is Party.DESK:
            may_at_desk(access, action, order)
        else:
            may(access, action, order)
    except (NotAllowed, WrongState) as refusal:
        return str(refusal)
    return ""


def reasons_against(access: Access, order: Order, party: Party) -> dict[str, str]:
    """Of every action of the agency, or of the desk: why its button is disabled, "" if it isn't.

    No query for the agency, one for each action of the desk: ask it for people of a desk alone.
    """
    return {
        action.value: reason_against(access, action, order)
        for action, step in STEPS.items()
        if step.party is party
    }
