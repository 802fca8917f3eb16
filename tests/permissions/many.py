"""Many lines at once, the address book, copies."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from orders.models import Order
from stmm.agencies.address_book import add_entry
from stmm.agencies.models import BillingAccount, Contact, Site
from tests.agencies.book import ACCOUNT, CONTACT, SITE
from tests.factories import AT
from tests.orders.factories import World, access

KEY = UUID("0f6a8a35-5b0e-4d8a-9a44-2b6d6d1f7c02")

TABLE = """
agencies:sites          agency      GET     200 200  404  404   404  404   200  200 200 302
agencies:sites          agency      POST    405 405  405  405   405  405   405  405 405 302
agencies:add-site       agency      GET     200 200  404  404   404  404   403  403 403 302
agencies:add-site       agency      POST    302 302  404  404   404  404   403  403 403 302
agencies:change-site    site        GET     200 200  404  404   404  404   403  403 403 302
agencies:change-site    site        POST    302 302  404  404   404  404   403  403 403 302
agencies:use-site       site        GET     405 405  405  405   405  405   405  405 405 302
agencies:use-site       site        POST    302 302  404  404   404  404   403  403 403 302
agencies:accounts       agency      GET     200 200  404  404   404  404   200  200 200 302
agencies:accounts       agency      POST    405 405  405  405   405  405   405  405 405 302
agencies:add-account    agency      GET     200 200  404  404   404  404   403  403 403 302
agencies:add-account    agency      POST    302 302  404  404   404  404   403  403 403 302
agencies:change-account account     GET     200 200  404  404   404  404   403  403 403 302
agencies:change-account account     POST    302 302  404  404   404  404   403  403 403 302
agencies:use-account    account     GET     405 405  405  405   405  405   405  405 405 302
agencies:use-account    account     POST    302 302  404  404   404  404   403  403 403 302
agencies:contacts       agency      GET     200 200  404  404   404  404   200  200 200 302
agencies:contacts       agency      POST    405 405  405  405   405  405   405  405 405 302
agencies:add-contact    agency      GET     200 200  404  404   404  404   403  403 403 302
agencies:add-contact    agency      POST    302 302  404  404   404  404   403  403 403 302
agencies:change-contact contact     GET     200 200  404  404   404  404   403  403 403 302
agencies:change-contact contact     POST    302 302  404  404   404  404   403  403 403 302
agencies:use-contact    contact     GET     405 405  405  405   405  405   405  405 405 302
agencies:use-contact    contact     POST    302 302  404  404   404  404   403  403 403 302

orders:paste-lines      draft       GET     200 200  404  404   404  404   403  403 403 302
orders:paste-lines      draft       POST    302 302  404  404   404  404   403  403 403 302
orders:paste-lines      sent        GET     302 302  404  404   403  404   403  403 403 302
orders:paste-lines      sent        POST    302 302  404  404   403  404   403  403 403 302
orders:date-lines       draft       GET     405 405  405  405   405  405   405  405 405 302
orders:date-lines       draft       POST    302 302  404  404   404  404   403  403 403 302
orders:date-lines       sent        POST    302 302  404  404   403  404   403  403 403 302
orders:upload-lines     draft       GET     200 200  404  404   404  404   403  403 403 302
orders:upload-lines     draft       POST    302 302  404  404   404  404   403  403 403 302
orders:upload-lines     sent        POST    302 302  404  404   403  404   403  403 403 302
orders:lines-template   draft       GET     200 200  404  404   404  404   403  403 403 302
orders:lines-template   sent        GET     302 302  404  404   403  404   403  403 403 302
orders:lines-template   draft       POST    405 405  405  405   405  405   405  405 405 302
orders:copy             draft       GET     200 200  404  404   404  404   403  403 403 302
orders:copy             sent        GET     200 200  404  404   403  404   403  403 403 302
orders:copy             other       GET     404 404  404  200   404  404   403  403 403 302
orders:copy             draft       POST    302 302  404  404   404  404   403  403 403 302
"""

DOWNLOADS: set[str] = set()
UNRECORDED: set[str] = set()
FILES = {"orders:lines-template"}
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {
        "agencies:add-site": "Add the site",
        "agencies:change-site": "Save the site",
        "agencies:add-account": "Add the billing account",
        "agencies:change-account": "Save the billing account",
        "agencies:add-contact": "Add the contact",
        "agencies:change-contact": "Save the contact",
        "orders:paste-lines": "Add these lines",
        "orders:upload-lines": "Add these lines",
        "orders:copy": "Copy to a new order",
    },
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """An entry of each kind, by what it is called."""
    made: dict[str, tuple[type[Any], dict[str, str]]] = {
        "site": (Site, SITE),
        "account": (BillingAccount, ACCOUNT),
        "contact": (Contact, CONTACT),
    }
    return {
        name: {
            "pk": world.agency.pk,
            "entry": add_entry(
                kind=kind, agency=world.agency, fields=fields, access=access(world.atr), at=AT
            ).pk,
        }
        for name, (kind, fields) in made.items()
    }


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    product = world.mandatory.product_id
    return {
        "agencies:add-site": SITE | {"name": "Fresno"},
        "agencies:change-site": SITE | {"name": "Fresno", "version": 1},
        "agencies:use-site": {"in_use": "no"},
        "agencies:add-account": ACCOUNT | {"number": "9"},
        "agencies:change-account": ACCOUNT | {"number": "9", "version": 1},
        "agencies:use-account": {"in_use": "no"},
        "agencies:add-contact": CONTACT | {"name": "Sam Lee"},
        "agencies:change-contact": CONTACT | {"name": "Sam Lee", "version": 1},
        "agencies:use-contact": {"in_use": "no"},
        "orders:paste-lines": {"text": f"{product}\t2", "key": KEY},
        "orders:date-lines": {"wanted_on": "2099-01-04"},
        "orders:upload-lines": {
            "file": SimpleUploadedFile("lines.csv", f"{product},2\n".encode()),
            "key": KEY,
        },
        "orders:copy": {"agency_request_number": "A-9", "key": KEY},
    }
