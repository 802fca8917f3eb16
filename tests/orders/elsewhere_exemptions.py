"""Exemption requests of agencies that buy elsewhere, in any state, for tests of orders."""

from typing import Any

from catalog.models import Service
from exemptions.models import RequestedItem, RequestState
from stmm.accounts.models import User
from stmm.agencies.models import Agency
from tests.catalog.factories import make_service
from tests.exemptions.factories import Case, make_request
from tests.factories import Role, make_appointment
from tests.orders.factories import World


def sought(
    agency: Agency, by: User, service: Service, state: str = RequestState.APPROVED, **told: Any
) -> RequestedItem:
    """What `by` asked an exemption for of `service`; 10 of them are granted, if any, unless told.

    The request asks for a second service too, that nothing else knows.
    """
    case = Case(
        agency=agency,
        catr=by,
        atr=by,
        officer=make_appointment(Role.AIO, agency).user,
        analyst=make_appointment(Role.STND).user,
        deputy_director=make_appointment(Role.DEPUTY_DIRECTOR).user,
        delegate=by,
        auditor=by,
        stranger=by,
        service=service,
        other_service=told.pop("other_service", None) or make_service(),
    )
    return make_request(case, state, **told).items.select_related("request__agency").get(position=1)


def sought_in(world: World, service: Service | None = None, **told: Any) -> RequestedItem:
    """Of the State agency by its ATR, for its mandatory service unless told."""
    return sought(world.agency, world.atr, service or world.mandatory, **told)
