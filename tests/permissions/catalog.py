"""The catalogue: read by everyone who signs in, kept by STND; uploads seen by oversight."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.matrix.columns import COLUMNS as COLUMNS_OF_A_MATRIX
from orders.models import Order
from tests.catalog.matrix_files import HEADINGS, csv_file, line
from tests.factories import SINCE
from tests.orders.factories import World

KEY = UUID("6f1f3a52-9a34-4a5c-8f7e-0d6f6a3c1b11")

TABLE = """
catalog:search          -           GET     200 200  200  200   200  200   200  200 200 302
catalog:search          -           POST    405 405  405  405   405  405   405  405 405 302
catalog:search-csv      -           GET     200 200  200  200   200  200   200  200 200 302
catalog:search-csv      -           POST    405 405  405  405   405  405   405  405 405 302
catalog:search-xlsx     -           GET     200 200  200  200   200  200   200  200 200 302
catalog:search-xlsx     -           POST    405 405  405  405   405  405   405  405 405 302
catalog:service         service     GET     200 200  200  200   200  200   200  200 200 302
catalog:service         service     POST    405 405  405  405   405  405   405  405 405 302
catalog:contracts       -           GET     200 200  200  200   200  200   200  200 200 302
catalog:contracts       -           POST    405 405  405  405   405  405   405  405 405 302
catalog:contract        contract    GET     200 200  200  200   200  200   200  200 200 302
catalog:contract        contract    POST    405 405  405  405   405  405   405  405 405 302
catalog:comparison      service     GET     200 200  200  200   200  200   200  200 200 302
catalog:comparison      service     POST    405 405  405  405   405  405   405  405 405 302
catalog:mark-equivalent service     GET     405 405  405  405   405  405   405  405 405 302
catalog:mark-equivalent service     POST    403 403  403  403   403  403   302  403 403 302
catalog:unmark-equivalent service     GET     405 405  405  405   405  405   405  405 405 302
catalog:unmark-equivalent service     POST    403 403  403  403   403  403   302  403 403 302
catalog:designate-service service     GET     403 403  403  403   403  403   200  403 403 302
catalog:designate-service service     POST    403 403  403  403   403  403   302  403 403 302
catalog:ask-ruling      service     GET     200 200  200  200   403  403   403  403 403 302
catalog:ask-ruling      service     POST    302 302  200  200   403  403   403  403 403 302
catalog:undetermined    -           GET     200 200  200  200   200  200   200  200 200 302
catalog:undetermined    -           POST    405 405  405  405   405  405   405  405 405 302
catalog:rulings         -           GET     200 200  200  200   200  200   200  200 200 302
catalog:rulings         -           POST    405 405  405  405   405  405   405  405 405 302
catalog:ruling          ruling      GET     200 200  404  404   404  404   200  200 200 302
catalog:ruling          ruling      POST    405 405  405  405   405  405   405  405 405 302
catalog:answer-ruling   ruling      GET     403 403  404  404   404  404   200  403 403 302
catalog:answer-ruling   ruling      POST    403 403  404  404   404  404   302  403 403 302
catalog:withdraw-ruling ruling      GET     405 405  405  405   405  405   405  405 405 302
catalog:withdraw-ruling ruling      POST    302 302  404  404   404  404   403  403 403 302
catalog:designate-contract contract    GET     403 403  403  403   403  403   200  403 403 302
catalog:designate-contract contract    POST    403 403  403  403   403  403   302  403 403 302
catalog:extend-contract contract    GET     403 403  403  403   403  403   200  403 403 302
catalog:extend-contract contract    POST    403 403  403  403   403  403   302  403 403 302
catalog:set-desk        contract    GET     403 403  403  403   403  403   200  403 403 302
catalog:set-desk        contract    POST    403 403  403  403   403  403   302  403 403 302
catalog:list-buyer      contract    GET     403 403  403  403   403  403   200  403 403 302
catalog:list-buyer      contract    POST    403 403  403  403   403  403   302  403 403 302
catalog:set-buyers      contract    GET     403 403  403  403   403  403   200  403 403 302
catalog:set-buyers      contract    POST    403 403  403  403   403  403   302  403 403 302
catalog:set-exclusivity contract    GET     403 403  403  403   403  403   200  403 403 302
catalog:set-exclusivity contract    POST    403 403  403  403   403  403   302  403 403 302
catalog:contractor      contractor  GET     403 403  403  403   403  403   200  403 403 302
catalog:contractor      contractor  POST    403 403  403  403   403  403   302  403 403 302

uploads:list            -           GET     403 403  403  403   403  403   200  200 200 302
uploads:list            -           POST    405 405  405  405   405  405   405  405 405 302
uploads:new             -           GET     403 403  403  403   403  403   200  403 403 302
uploads:new             -           POST    403 403  403  403   403  403   302  403 403 302
uploads:detail          upload      GET     404 404  404  404   404  404   200  200 200 302
uploads:detail          upload      POST    405 405  405  405   405  405   405  405 405 302
uploads:columns         upload      GET     404 404  404  404   404  404   200  403 403 302
uploads:columns         upload      POST    404 404  404  404   404  404   302  403 403 302
uploads:compare         upload      GET     405 405  405  405   405  405   405  405 405 302
uploads:compare         upload      POST    404 404  404  404   404  404   302  403 403 302
uploads:publish         upload      GET     405 405  405  405   405  405   405  405 405 302
uploads:publish         upload      POST    404 404  404  404   404  404   302  403 403 302
uploads:reject          upload      GET     404 404  404  404   404  404   200  403 403 302
uploads:reject          upload      POST    404 404  404  404   404  404   302  403 403 302
uploads:comparison      upload      GET     404 404  404  404   404  404   200  200 200 302
uploads:comparison      upload      POST    405 405  405  405   405  405   405  405 405 302
uploads:file            upload      GET     404 404  404  404   404  404   200  200 200 302
uploads:file            upload      POST    405 405  405  405   405  405   405  405 405 302
"""

DOWNLOADS = {"uploads:file"}
UNRECORDED: set[str] = set()
FILES = {"catalog:search-csv", "catalog:search-xlsx", "uploads:comparison"}
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {"catalog:ask-ruling": "Ask the Department"},
    "stnd": {
        "catalog:designate-service": "Record the designation",
        "catalog:designate-contract": "Record the designation",
        "catalog:extend-contract": "Record the extension",
        "catalog:set-desk": "Record the address",
        "catalog:list-buyer": "Record on the list",
        "catalog:set-buyers": "Record the setting",
        "catalog:set-exclusivity": "Record the exclusivity",
        "catalog:contractor": "Record the change",
        "catalog:answer-ruling": "Answer",
    },
}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    return _keeping_forms(world) | _upload_forms(world)


def _keeping_forms(world: World) -> dict[str, dict[str, Any]]:
    """What STND records of the catalogue, and what agencies ask them."""
    dated = {"effective_from": SINCE, "reason": "Letter of the Department"}
    return {
        "catalog:mark-equivalent": {"other": world.optional.pk},
        "catalog:designate-service": {"value": "mandatory", **dated},
        "catalog:designate-contract": {"value": "mandatory", **dated},
        "catalog:ask-ruling": {"agency": world.agency.pk, "question": "Is it mandatory?"},
        "catalog:answer-ruling": {"value": "mandatory", **dated},
        "catalog:extend-contract": {"last_day": "2150-12-31", "basis": "Amendment 1"},
        "catalog:set-desk": {"email": "desk@new.example", **dated},
        "catalog:list-buyer": {"agency": world.agency.code, "is_listed": "yes", **dated},
        "catalog:set-buyers": {"buyers": "listed", "reason": "Clause 4"},
        "catalog:set-exclusivity": {"is_exclusive": "no", **dated},
        "catalog:contractor": {"name": "AT&T of California", **dated},
    }


def _upload_forms(world: World) -> dict[str, dict[str, Any]]:
    named = {column.attribute: at for at, column in enumerate(COLUMNS_OF_A_MATRIX)}
    matrix = csv_file([HEADINGS, line(product_id="NEW")])
    return {
        "uploads:new": {
            "contract": world.contract.pk,
            "effective_from": SINCE,
            "file": SimpleUploadedFile("matrix.csv", matrix, "text/csv"),
            "key": KEY,
        },
        "uploads:columns": {f"column_{at}": name for name, at in named.items()},
        "uploads:compare": {"effective_from": SINCE},
        "uploads:publish": {"shown": 1},
        "uploads:reject": {"reason": "The wrong file"},
    }
