"""Orders, from the draft to the file: made by the agency, read by oversight and the desk."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from orders.models import Order
from tests.factories import PASSWORD
from tests.orders import express
from tests.orders.factories import PDF, World

KEY = UUID("6f1f3a52-9a34-4a5c-8f7e-0d6f6a3c1b11")

TABLE = """
orders:list             -           GET     200 200  200  200   200  200   200  200 200 302
orders:list             -           POST    405 405  405  405   405  405   405  405 405 302
orders:start            -           GET     200 200  200  200   403  403   403  403 403 302
orders:start            -           POST    302 302  200  200   403  403   403  403 403 302
orders:add              service     GET     200 200  200  200   403  403   403  403 403 302
orders:add              service     POST    302 302  200  200   403  403   403  403 403 302
orders:express          -           GET     200 200  200  200   403  403   403  403 403 302
orders:express          -           POST    302 302  403  403   403  403   403  403 403 302
orders:detail           draft       GET     200 200  404  404   404  404   200  200 200 302
orders:detail           review      GET     200 200  404  404   404  404   200  200 200 302
orders:detail           sent        GET     200 200  404  404   200  404   200  200 200 302
orders:detail           draft       POST    405 405  405  405   405  405   405  405 405 302
orders:contractor       draft       GET     200 200  404  404   404  404   403  403 403 302
orders:contractor       review      GET     302 302  404  404   404  404   403  403 403 302
orders:contractor       sent        GET     302 302  404  404   403  404   403  403 403 302
orders:contractor       draft       POST    302 302  404  404   404  404   403  403 403 302
orders:contractor       sent        POST    302 302  404  404   403  404   403  403 403 302
orders:lines            draft       GET     200 200  404  404   404  404   403  403 403 302
orders:lines            sent        GET     302 302  404  404   403  404   403  403 403 302
orders:lines            draft       POST    405 405  405  405   405  405   405  405 405 302
orders:add-line         draft       GET     405 405  405  405   405  405   405  405 405 302
orders:add-line         draft       POST    302 302  404  404   404  404   403  403 403 302
orders:add-line         sent        POST    302 302  404  404   403  404   403  403 403 302
orders:change-line      draft       GET     200 200  404  404   404  404   403  403 403 302
orders:change-line      sent        GET     302 302  404  404   403  404   403  403 403 302
orders:change-line      draft       POST    302 302  404  404   404  404   403  403 403 302
orders:change-line      sent        POST    302 302  404  404   403  404   403  403 403 302
orders:remove-line      draft       GET     405 405  405  405   405  405   405  405 405 302
orders:remove-line      draft       POST    302 302  404  404   404  404   403  403 403 302
orders:remove-line      sent        POST    302 302  404  404   403  404   403  403 403 302
orders:where            draft       GET     200 200  404  404   404  404   403  403 403 302
orders:where            sent        GET     302 302  404  404   403  404   403  403 403 302
orders:where            draft       POST    302 302  404  404   404  404   403  403 403 302
orders:where            sent        POST    302 302  404  404   403  404   403  403 403 302
orders:attach           draft       GET     405 405  405  405   405  405   405  405 405 302
orders:attach           draft       POST    302 302  404  404   404  404   403  403 403 302
orders:attach           sent        POST    302 302  404  404   403  404   403  403 403 302
orders:attachment       draft       GET     200 200  404  404   404  404   200  200 200 302
orders:attachment       sent        GET     200 200  404  404   200  404   200  200 200 302
orders:attachment       draft       POST    405 405  405  405   405  405   405  405 405 302
orders:detach           draft       GET     405 405  405  405   405  405   405  405 405 302
orders:detach           draft       POST    302 302  404  404   404  404   403  403 403 302
orders:detach           sent        POST    302 302  404  404   403  404   403  403 403 302
orders:contacts         draft       GET     200 200  404  404   404  404   403  403 403 302
orders:contacts         sent        GET     302 302  404  404   403  404   403  403 403 302
orders:contacts         draft       POST    302 302  404  404   404  404   403  403 403 302
orders:contacts         sent        POST    302 302  404  404   403  404   403  403 403 302
orders:review           draft       GET     200 200  404  404   404  404   200  200 200 302
orders:review           sent        GET     302 302  404  404   302  404   302  302 302 302
orders:review           draft       POST    405 405  405  405   405  405   405  405 405 302
orders:hand-over        draft       GET     405 405  405  405   405  405   405  405 405 302
orders:hand-over        draft       POST    302 302  404  404   404  404   403  403 403 302
orders:hand-over        sent        POST    302 302  404  404   403  404   403  403 403 302
orders:take-back        review      GET     405 405  405  405   405  405   405  405 405 302
orders:take-back        review      POST    302 302  404  404   404  404   403  403 403 302
orders:take-back        sent        POST    302 302  404  404   403  404   403  403 403 302
orders:send-back        review      GET     200 200  404  404   404  404   403  403 403 302
orders:send-back        review      POST    302 302  404  404   404  404   403  403 403 302
orders:send-back        sent        POST    302 302  404  404   403  404   403  403 403 302
orders:abandon          draft       GET     200 200  404  404   404  404   403  403 403 302
orders:abandon          draft       POST    302 302  404  404   404  404   403  403 403 302
orders:abandon          sent        POST    302 302  404  404   403  404   403  403 403 302
orders:sign             review      GET     200 200  404  404   404  404   403  403 403 302
orders:sign             review      POST    302 302  404  404   404  404   403  403 403 302
orders:sign             sent        POST    302 302  404  404   302  404   302  302 302 302
orders:std20            draft       GET     404 404  404  404   404  404   404  404 404 302
orders:std20            sent        GET     200 200  404  404   200  404   200  200 200 302
orders:std20            sent        POST    405 405  405  405   405  405   405  405 405 302
orders:detail           other       GET     404 404  404  200   404  404   200  200 200 302
orders:where            other       GET     404 404  404  200   404  404   403  403 403 302
orders:where            other       POST    404 404  404  302   404  404   403  403 403 302
orders:sign             other       GET     404 404  404  200   404  404   403  403 403 302
orders:sign             other       POST    404 404  404  302   404  404   403  403 403 302
"""

DOWNLOADS = {"orders:std20", "orders:attachment"}
UNRECORDED: set[str] = set()
FILES: set[str] = set()
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {
        "orders:start": "Start the draft",
        "orders:express": "Check this order",
        "orders:contractor": "Save and continue",
        "orders:change-line": "Save the line",
        "orders:where": "Attach",
        "orders:contacts": "Save and continue",
        "orders:sign": "Sign and send",
        "orders:send-back": "Send back",
        "orders:abandon": "Abandon",
    },
}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    seen = {"version": order.version}
    shown = express.seen(express.asked(world), by=world.catr)
    return {
        "orders:start": {
            "agency": world.agency.pk,
            "contract": world.contract.pk,
            "agency_request_number": "A-9",
            "key": KEY,
        },
        "orders:express": express.page_of(world, key=KEY, do="sign", seen=shown),
        "orders:add": {"order": order.pk, "quantity": 2, "key": KEY},
        "orders:add-line": {"service": world.mandatory.pk, "quantity": 2, "key": KEY},
        "orders:change-line": {"order_type": "add", "quantity": 7, "version": order.version},
        "orders:contractor": {"agency_request_number": "A-9", "is_service": "on", **seen},
        "orders:where": {"requested_address": "1 Main Street", **seen},
        "orders:attach": {
            "kind": "other",
            "file": SimpleUploadedFile("form.pdf", PDF, "application/pdf"),
        },
        "orders:contacts": {
            "department": "Highway Patrol",
            "contact_name": "Sam Lee",
            "contact_phone": "(916) 555-0101",
            "contact_email": "sam@chp.example",
            "billing_address": "1 Main Street",
            **seen,
        },
        "orders:hand-over": {"note": "Please", **seen},
        "orders:send-back": {"reason": "Wrong address"},
        "orders:abandon": {"reason": "Not needed any more"},
        "orders:sign": {"attest": "on", "password": PASSWORD, **seen},
    }
