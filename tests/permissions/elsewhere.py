"""May I buy this elsewhere; what was bought there; ledgers. Contractors see nothing of it."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from orders.models import Order, OrderLine, OutsidePurchase
from tests.orders.elsewhere_records import (
    ledger_csv,
    ledger_line,
    make_determination,
    make_ledger,
    make_purchase,
)
from tests.orders.factories import World
from tests.permissions.orders import KEY

# The gate of lists comes first; of one row 404 says nothing of it.
TABLE = """
orders:question               -                GET  200 200  200  200   403  403   200  200 200 302
orders:question               -                POST 405 405  405  405   405  405   405  405 405 302
orders:determine              -                GET  405 405  405  405   405  405   405  405 405 302
orders:determine              -                POST 302 302  302  302   403  403   403  403 403 302
orders:determinations         -                GET  200 200  200  200   403  403   200  200 200 302
orders:determinations         -                POST 405 405  405  405   405  405   405  405 405 302
orders:determinations-csv     -                GET  200 200  200  200   403  403   200  200 200 302
orders:determinations-csv     -                POST 405 405  405  405   405  405   405  405 405 302
orders:determinations-xlsx    -                GET  200 200  200  200   403  403   200  200 200 302
orders:determinations-xlsx    -                POST 405 405  405  405   405  405   405  405 405 302
orders:determination          determination    GET  200 200  404  404   404  404   200  200 200 302
orders:determination          determination    POST 405 405  405  405   405  405   405  405 405 302
orders:certificate            determination    GET  200 200  404  404   404  404   200  200 200 302
orders:certificate            determination    POST 405 405  405  405   405  405   405  405 405 302
orders:outside-purchases      -                GET  200 200  200  200   403  403   200  200 200 302
orders:outside-purchases      -                POST 405 405  405  405   405  405   405  405 405 302
orders:outside-purchases-csv  -                GET  200 200  200  200   403  403   200  200 200 302
orders:outside-purchases-csv  -                POST 405 405  405  405   405  405   405  405 405 302
orders:outside-purchases-xlsx -                GET  200 200  200  200   403  403   200  200 200 302
orders:outside-purchases-xlsx -                POST 405 405  405  405   405  405   405  405 405 302
orders:record-outside         -                GET  200 200  200  200   403  403   403  403 403 302
orders:record-outside         -                POST 302 302  200  200   403  403   403  403 403 302
orders:confirm-matches        -                GET  405 405  405  405   405  405   405  405 405 302
orders:confirm-matches        -                POST 302 302  404  404   403  403   403  403 403 302
orders:outside-purchase       outside_purchase GET  200 200  404  404   404  404   200  200 200 302
orders:outside-purchase       outside_purchase POST 405 405  405  405   405  405   405  405 405 302
orders:match-outside          outside_purchase GET  200 200  404  404   404  404   403  403 403 302
orders:match-outside          outside_purchase POST 302 302  404  404   404  404   403  403 403 302
orders:settle-finding         outside_purchase GET  200 200  404  404   404  404   403  403 403 302
orders:settle-finding         outside_purchase POST 302 302  404  404   404  404   403  403 403 302
orders:withdraw-outside       outside_purchase GET  200 200  404  404   404  404   403  403 403 302
orders:withdraw-outside       outside_purchase POST 302 302  404  404   404  404   403  403 403 302
orders:service-exemption      -                GET  405 405  405  405   405  405   405  405 405 302
orders:service-exemption      -                POST 302 302  302  302   403  403   403  403 403 302
orders:findings-exemption     -                GET  405 405  405  405   405  405   405  405 405 302
orders:findings-exemption     -                POST 302 302  404  404   403  403   403  403 403 302
orders:finding-exemption      outside_purchase GET  405 405  405  405   405  405   405  405 405 302
orders:finding-exemption      outside_purchase POST 302 302  404  404   404  404   403  403 403 302
orders:order-exemption        draft            GET  405 405  405  405   405  405   405  405 405 302
orders:order-exemption        draft            POST 302 302  404  404   404  404   403  403 403 302
orders:ledgers                -                GET  200 200  200  200   403  403   200  200 200 302
orders:ledgers                -                POST 405 405  405  405   405  405   405  405 405 302
orders:upload-ledger          -                GET  200 200  200  200   403  403   403  403 403 302
orders:upload-ledger          -                POST 302 302  200  200   403  403   403  403 403 302
orders:ledger-template        -                GET  200 200  200  200   403  403   200  200 200 302
orders:ledger-template        -                POST 405 405  405  405   405  405   405  405 405 302
orders:ledger                 ledger           GET  200 200  404  404   404  404   200  200 200 302
orders:ledger                 ledger           POST 405 405  405  405   405  405   405  405 405 302
orders:ledger-file            ledger           GET  200 200  404  404   404  404   200  200 200 302
orders:ledger-file            ledger           POST 405 405  405  405   405  405   405  405 405 302
orders:withdraw-ledger        ledger           GET  200 200  404  404   404  404   403  403 403 302
orders:withdraw-ledger        ledger           POST 302 302  404  404   404  404   403  403 403 302
"""

DOWNLOADS = {"orders:certificate", "orders:ledger-file"}
UNRECORDED: set[str] = set()
FILES = {
    "orders:determinations-csv",
    "orders:determinations-xlsx",
    "orders:outside-purchases-csv",
    "orders:outside-purchases-xlsx",
    "orders:ledger-template",
}
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {
        "orders:question": "Ask",
        "orders:record-outside": "Record the purchase",
        "orders:settle-finding": "Settle it",
        "orders:withdraw-outside": "Withdraw",
        "orders:upload-ledger": "Upload",
        "orders:withdraw-ledger": "Withdraw",
    },
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """Of the Highway Patrol: a certified determination, a purchase with a finding, a ledger."""
    determination = make_determination(world, world.mandatory, certified=True)
    purchase = make_purchase(world, world.mandatory, determination=determination)
    ledger = make_ledger(world, [ledger_line(Description="Hosted VoIP seats")])
    return {
        "determination": {"pk": determination.pk},
        "outside_purchase": {"pk": purchase.pk},
        "ledger": {"pk": ledger.pk},
    }


RECORDED_IN_ERROR = {"reason": "Recorded in error"}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    proposed = OutsidePurchase.objects.get(match=OutsidePurchase.Match.PROPOSED)
    mandatory = OrderLine.objects.filter(service=world.mandatory)
    return {
        "orders:determine": {
            "agency": world.agency.pk,
            "plan": "elsewhere",
            "on": "2026-03-02",
            "service": world.mandatory.pk,
            "key": KEY,
        },
        "orders:service-exemption": {
            "agency": world.agency.pk,
            "service": world.mandatory.pk,
            "quantity": "1",
            "key": KEY,
        },
        "orders:finding-exemption": {"key": KEY},
        "orders:findings-exemption": {"purchase": proposed.pk, "key": KEY},
        "orders:order-exemption": {"line": [line.pk for line in mandatory], "key": KEY},
        "orders:record-outside": {
            "agency": world.agency.pk,
            "vendor": "Sierra Telephone",
            "description": "Telephone lines",
            "amount": "12.50",
            "purchased_on": "2026-02-27",
            "match": "not_offered",
            "key": KEY,
        },
        "orders:confirm-matches": {"purchase": proposed.pk},
        "orders:match-outside": {"stands_for": "not_offered"},
        "orders:settle-finding": {"state": "resolved", "reason": "An emergency"},
        "orders:withdraw-outside": RECORDED_IN_ERROR,
        "orders:upload-ledger": {
            "agency": world.agency.pk,
            "file": SimpleUploadedFile("ledger.csv", ledger_csv([ledger_line()]), "text/csv"),
            "key": KEY,
        },
        "orders:withdraw-ledger": RECORDED_IN_ERROR,
    }
