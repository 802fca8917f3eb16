"""Who may do what to an order. One reason serves the refusal and the disabled button."""

from orders.models import Order, State
from orders.refusals import NotAllowed, WrongState
from orders.workflow import STEPS, Action
from stmm.agencies.access import ORDERING, Access
from stmm.agencies.models import Agency, Appointment

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


def may(access: Access, action: Action, order: Order) -> Appointment:
    """The appointment under which this person may take `action`.

    Raises NotAllowed if nobody's appointment of theirs allows it, WrongState if the order's
    state does not.
    """
    step = STEPS[action]
    roles = step.roles & signers(order.agency)
    appointment = access.appointment_at(order.agency, roles)
    if appointment is None:
        raise NotAllowed(_who_may(order.agency, "do this"))
    if order.state not in step.before:
        raise WrongState(
            f"{order} can’t be {step.done}: it is “{State(order.state).label.lower()}” now."
        )
    return appointment


def _who_may(agency: Agency, what: str) -> str:
    if agency.is_state:
        return f"Only a CATR or ATR of {agency.name}, appointed today, may {what}."
    return f"Only an authorized purchaser of {agency.name} may {what}."


def reason_against(access: Access, action: Action, order: Order) -> str:
    """Why the button is disabled; empty if it is not."""
    try:
        may(access, action, order)
    except (NotAllowed, WrongState) as refusal:
        return str(refusal)
    return ""
