"""The people of exemption requests on the stage of the permission table."""

from exemptions.models import ExemptionRequest
from stmm.accounts.models import User
from stmm.agencies.models import Agency, Appointment
from tests.catalog.factories import FAR, MANDATORY, make_designation, make_service
from tests.exemptions.factories import Case, make_request
from tests.factories import Role, make_appointment
from tests.orders.factories import KNOWN, World

OTHER_SERVICE = "Dark wavelength"


def case_of(world: World) -> Case:
    """Who has to do with requests of the world's State agency; asked again, the same people."""
    contract = world.contract
    other = contract.services.filter(name=OTHER_SERVICE).first()
    if other is None:
        other = make_service(OTHER_SERVICE, contract, recorded_at=KNOWN)
        make_designation(MANDATORY, other, at=KNOWN)
    return Case(
        agency=world.agency,
        catr=world.catr,
        atr=world.atr,
        officer=_appointed(Role.AIO, world.agency),
        analyst=world.stnd,
        deputy_director=_appointed(Role.DEPUTY_DIRECTOR),
        delegate=_appointed(Role.DEPUTY_DELEGATE),
        auditor=world.auditor,
        stranger=world.stranger,
        service=world.mandatory,
        other_service=other,
    )


def _appointed(role: str, agency: Agency | None = None) -> User:
    held = Appointment.objects.filter(role=role)
    found = (held.filter(agency=agency) if agency else held).select_related("user").first()
    return found.user if found else make_appointment(role, agency).user


def stage_request(world: World, state: str, project: str) -> ExemptionRequest:
    """A request of the world's agency, in a state, written by its ATR; in term whenever it is."""
    return make_request(case_of(world), state, project=project, until=FAR)
