"""What the agency does with an order besides: approve, amend, cancel, hurry, note; who signs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from orders.models import Order
from orders.services.signing.approving import name_deputy
from tests.factories import AT, TODAY, Role, make_appointment
from tests.orders.factories import World, access

KEY = UUID("0b9d9f3e-5f0f-4c0e-9a55-2f5a4d2b6c11")

# "working" is the order that was sent, for what may still be done with it
TABLE = """
orders:approve          review      GET     405 405  405  405   405  405   405  405 405 302
orders:approve          review      POST    403 302  404  404   404  404   403  403 403 302
orders:approve          sent        POST    302 302  404  404   403  404   403  403 403 302
orders:amend            working     GET     200 200  404  404   403  404   403  403 403 302
orders:amend            draft       GET     302 302  404  404   404  404   403  403 403 302
orders:amend            working     POST    302 302  404  404   403  404   403  403 403 302
orders:cancel           working     GET     200 200  404  404   403  404   403  403 403 302
orders:cancel           draft       GET     302 302  404  404   404  404   403  403 403 302
orders:cancel           working     POST    302 302  404  404   403  404   403  403 403 302
orders:expedite         working     GET     200 200  404  404   403  404   403  403 403 302
orders:expedite         draft       GET     302 302  404  404   404  404   403  403 403 302
orders:expedite         working     POST    302 302  404  404   403  404   403  403 403 302
orders:note             working     GET     200 200  404  404   403  404   403  403 403 302
orders:note             working     POST    302 302  404  404   403  404   403  403 403 302
orders:note             draft       POST    302 302  404  404   404  404   403  403 403 302
orders:note             other       POST    404 404  404  302   404  404   403  403 403 302
orders:signing-rule     agency      GET     200 200  404  404   404  404   200  200 200 302
orders:signing-rule     agency      POST    403 302  404  404   404  404   403  403 403 302
orders:signing-rule     city        GET     404 404  404  200   404  404   200  200 200 302
orders:signing-rule     city        POST    404 404  404  403   404  404   403  403 403 302
orders:name-deputy      agency      GET     403 200  404  404   404  404   403  403 403 302
orders:name-deputy      agency      POST    403 302  404  404   404  404   403  403 403 302
orders:name-deputy      city        GET     404 404  404  403   404  404   403  403 403 302
orders:end-deputy       deputy      GET     405 405  405  405   405  405   405  405 405 302
orders:end-deputy       deputy      POST    403 302  404  404   404  404   403  403 403 302
"""

DOWNLOADS: set[str] = set()
UNRECORDED: set[str] = set()
FILES: set[str] = set()
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {
        "orders:amend": "Start the amendment",
        "orders:cancel": "Cancel what I chose",
        "orders:expedite": "Ask the contractor",
        "orders:note": "Add the note",
        "orders:name-deputy": "Name the deputy",
    },
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """The parameters by which addresses name what there is on the stage, by what it is called."""
    stands_in = make_appointment(Role.ATR, world.agency).user
    deputy = name_deputy(
        agency=world.agency,
        user=stands_in,
        starts_on=TODAY,
        # Still to come, whatever the clock of the pages says
        last_day=TODAY + timedelta(days=36_500),
        access=access(world.catr),
        at=AT,
    )
    return {
        "working": {"pk": orders["sent"].pk},
        "city": {"pk": world.city.pk},
        "deputy": {"pk": deputy.pk},
    }


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    far_off = "2125-03-02"
    return {
        "orders:approve": {"version": order.version},
        "orders:amend": {"reason": "Another address"},
        "orders:cancel": {"what": "whole", "reason": "Not needed any more"},
        "orders:expedite": {"wanted_on": far_off, "reason": "The office opens sooner"},
        "orders:note": {"text": "Ask Ana first", "key": KEY},
        "orders:signing-rule": {"needs_catr": "always"},
        "orders:name-deputy": {
            "user": world.atr.pk,
            "starts_on": far_off,
            "last_day": "2125-03-06",
        },
    }
