"""Who asks for an agency whether it may buy elsewhere, and who records what it bought there."""

from exemptions.permissions import WRITERS
from orders.permissions.order import signers
from stmm.agencies.access import ORDERING, OVERSIGHT, Access
from stmm.agencies.models import Agency, Appointment
from stmm.refusals import NotAllowed


def asking_agencies(access: Access) -> tuple[Agency, ...]:
    """The agencies that a person may ask for, each once: those they are appointed at."""
    appointed = (a for a in access.appointments if a.role not in OVERSIGHT)
    return tuple({a.agency_id: a.agency for a in appointed}.values())


def recording_agencies(access: Access) -> tuple[Agency, ...]:
    """The agencies whose purchases a person records: those they order for."""
    return tuple(
        agency
        for agency in access.ordering_agencies
        if access.appointment_at(agency, ORDERING & signers(agency))
    )


def may_record_for(access: Access, agency: Agency) -> Appointment:
    """The appointment under which a person records what `agency` buys outside CALNET.

    Raises NotAllowed.
    """
    appointment = access.appointment_at(agency, ORDERING & signers(agency))
    if appointment is None:
        who = "a CATR or ATR" if agency.is_state else "an authorized purchaser"
        raise NotAllowed(
            f"Only {who} of {agency.name}, appointed today, records what it buys elsewhere."
        )
    return appointment


def asks_for_exemptions_of(access: Access, agency: Agency) -> bool:
    """Whether a person writes exemption requests for an agency."""
    return access.appointment_at(agency, WRITERS) is not None


def records_for(access: Access, agency: Agency) -> bool:
    """Whether a person records what an agency buys outside CALNET."""
    return agency in recording_agencies(access)
