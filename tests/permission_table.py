"""Who gets which answer from which address: one row for each address, method and object."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.matrix.columns import COLUMNS as COLUMNS_OF_A_MATRIX
from orders.models import Order
from tests.catalog.matrix_files import HEADINGS, csv_file, line
from tests.factories import PASSWORD, SINCE
from tests.stage import PDF, PEOPLE, Stage

COLUMNS = (*PEOPLE, "anyone")
KEY = UUID("6f1f3a52-9a34-4a5c-8f7e-0d6f6a3c1b11")

# 404: not theirs to see. 403: seen, but not theirs to do. 405: no such method here.
# 302 of a GET: the order has moved on. 302 of a POST: done, or too late; 200: asked again.
TABLE = """
address                 on          method  atr catr atr- purch desk desk- stnd dep aud anyone
home                    -           GET     200 200  200  200   200  200   200  200 200 302
home                    -           POST    405 405  405  405   405  405   405  405 405 302
healthz                 -           GET     200 200  200  200   200  200   200  200 200 200
healthz                 -           POST    405 405  405  405   405  405   405  405 405 405
accessibility           -           GET     200 200  200  200   200  200   200  200 200 200
accessibility           -           POST    405 405  405  405   405  405   405  405 405 405
privacy                 -           GET     200 200  200  200   200  200   200  200 200 200
privacy                 -           POST    405 405  405  405   405  405   405  405 405 405
glossary                -           GET     200 200  200  200   200  200   200  200 200 200
glossary                -           POST    405 405  405  405   405  405   405  405 405 405

login                   -           GET     200 200  200  200   200  200   200  200 200 200
login                   -           POST    200 200  200  200   200  200   200  200 200 200
logout                  -           GET     405 405  405  405   405  405   405  405 405 302
logout                  -           POST    302 302  302  302   302  302   302  302 302 302
password_change         -           GET     200 200  200  200   200  200   200  200 200 302
password_change         -           POST    302 302  302  302   302  302   302  302 302 302
password_change_done    -           GET     200 200  200  200   200  200   200  200 200 302
password_change_done    -           POST    405 405  405  405   405  405   405  405 405 302
password_reset          -           GET     200 200  200  200   200  200   200  200 200 200
password_reset          -           POST    302 302  302  302   302  302   302  302 302 302
password_reset_done     -           GET     200 200  200  200   200  200   200  200 200 200
password_reset_done     -           POST    405 405  405  405   405  405   405  405 405 405
password_reset_confirm  -           GET     200 200  200  200   200  200   200  200 200 200
password_reset_confirm  -           POST    200 200  200  200   200  200   200  200 200 200
password_reset_complete -           GET     200 200  200  200   200  200   200  200 200 200
password_reset_complete -           POST    405 405  405  405   405  405   405  405 405 405

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
catalog:terms-of-use    contract    GET     403 403  403  403   403  403   200  403 403 302
catalog:terms-of-use    contract    POST    403 403  403  403   403  403   302  403 403 302
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

orders:list             -           GET     200 200  200  200   200  200   200  200 200 302
orders:list             -           POST    405 405  405  405   405  405   405  405 405 302
orders:start            -           GET     200 200  200  200   403  403   403  403 403 302
orders:start            -           POST    302 302  200  200   403  403   403  403 403 302
orders:add              service     GET     200 200  200  200   403  403   403  403 403 302
orders:add              service     POST    302 302  200  200   403  403   403  403 403 302
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

notices:list            -           GET     200 200  200  200   200  200   200  200 200 302
notices:list            -           POST    405 405  405  405   405  405   405  405 405 302
notices:read            notice      GET     405 405  405  405   405  405   405  405 405 302
notices:read            notice      POST    404 302  404  404   404  404   404  404 404 302
notices:read-all        -           GET     405 405  405  405   405  405   405  405 405 302
notices:read-all        -           POST    302 302  302  302   302  302   302  302 302 302

mail:list               -           GET     200 200  200  200   200  200   200  200 200 302
mail:list               -           POST    405 405  405  405   405  405   405  405 405 302
mail:detail             mail        GET     200 200  404  404   200  404   200  200 200 302
mail:detail             mail        POST    405 405  405  405   405  405   405  405 405 302
mail:document           mail        GET     200 200  404  404   200  404   200  200 200 302
mail:document           mail        POST    405 405  405  405   405  405   405  405 405 302
mail:again              mail        GET     405 405  405  405   405  405   405  405 405 302
mail:again              mail        POST    403 403  404  404   403  404   302  403 403 302

agencies:list           -           GET     200 200  200  200   200  200   200  200 200 302
agencies:list           -           POST    405 405  405  405   405  405   405  405 405 302
agencies:add            -           GET     403 403  403  403   403  403   200  403 403 302
agencies:add            -           POST    403 403  403  403   403  403   302  403 403 302
agencies:detail         agency      GET     200 200  404  404   404  404   200  200 200 302
agencies:detail         agency      POST    405 405  405  405   405  405   405  405 405 302
agencies:set-standing   agency      GET     403 403  404  404   404  404   200  403 403 302
agencies:set-standing   agency      POST    403 403  404  404   404  404   302  403 403 302
agencies:appoint        agency      GET     403 403  404  404   404  404   200  403 403 302
agencies:appoint        agency      POST    403 403  404  404   404  404   302  403 403 302
agencies:end-appointment appointment GET    403 403  404  404   404  404   200  403 403 302
agencies:end-appointment appointment POST   403 403  404  404   404  404   302  403 403 302
agencies:appointment-form appointment GET   200 200  404  404   404  404   200  200 200 302
agencies:appointment-form appointment POST  405 405  405  405   405  405   405  405 405 302

audit:list              -           GET     403 403  403  403   403  403   200  200 200 302
audit:list              -           POST    405 405  405  405   405  405   405  405 405 302
audit:csv               -           GET     403 403  403  403   403  403   200  200 200 302
audit:csv               -           POST    405 405  405  405   405  405   405  405 405 302
"""


@dataclass(frozen=True, slots=True)
class Row:
    address: str
    on: str
    method: str
    answers: dict[str, int]

    def __str__(self) -> str:
        return f"{self.method} {self.address} {self.on}"


def _row(line: str) -> Row:
    address, on, method, *answers = line.split()
    return Row(
        address, on, method, dict(zip(COLUMNS, (int(code) for code in answers), strict=True))
    )


ROWS = [_row(line) for line in TABLE.strip().splitlines()[1:] if line]

# Reading these leaves an entry in the record
DOWNLOADS = {
    "orders:std20",
    "orders:attachment",
    "mail:document",
    "agencies:appointment-form",
    "uploads:file",
}

# What a person has read is their own affair, and leaves none
UNRECORDED = {"notices:read"}


def places(stage: Stage, on: str) -> dict[str, Any]:
    """The parameters of an address for what `on` names."""
    if on == "-":
        return {"uidb64": "MQ", "token": "set-password"}
    return stage.places[on]


def posted(stage: Stage, address: str, on: str) -> dict[str, Any]:
    """A form that lacks nothing, so that only the person's authority decides."""
    order = stage.orders.get(on, stage.orders["draft"])
    file = SimpleUploadedFile("form.pdf", PDF, "application/pdf")
    forms = (
        ACCOUNT_FORMS
        | upload_forms(stage)
        | agency_forms(file)
        | line_forms(stage, order)
        | order_forms(order, file)
    )
    return (forms | keeping_forms(stage)).get(address, {})


ACCOUNT_FORMS: dict[str, dict[str, Any]] = {
    "password_change": {
        "old_password": PASSWORD,
        "new_password1": "another horse battery",
        "new_password2": "another horse battery",
    },
    "password_reset": {"email": "nobody@stmm.example"},
}


def agency_forms(file: SimpleUploadedFile) -> dict[str, dict[str, Any]]:
    return {
        "agencies:add": {"kind": "local", "code": "", "name": "City of Lodi"},
        "agencies:set-standing": {
            "value": "exempt",
            "effective_from": SINCE,
            "reason": "Letter of the Department",
        },
        "agencies:appoint": {
            "role": "atr",
            "starts_on": SINCE,
            "email": "new@chp.example",
            "name": "Sam Lee",
            "form": file,
        },
        "agencies:end-appointment": {"last_day": SINCE, "reason": "Left the agency"},
    }


def keeping_forms(stage: Stage) -> dict[str, dict[str, Any]]:
    """What STND records of the catalogue, and what agencies ask them."""
    dated = {"effective_from": SINCE, "reason": "Letter of the Department"}
    return {
        "catalog:mark-equivalent": {"other": stage.world.optional.pk},
        "catalog:designate-service": {"value": "mandatory", **dated},
        "catalog:designate-contract": {"value": "mandatory", **dated},
        "catalog:ask-ruling": {"agency": stage.world.agency.pk, "question": "Is it mandatory?"},
        "catalog:answer-ruling": {"value": "mandatory", **dated},
        "catalog:extend-contract": {"last_day": "2150-12-31", "basis": "Amendment 1"},
        "catalog:set-desk": {"email": "desk@new.example", **dated},
        "catalog:list-buyer": {"agency": stage.world.agency.code, "is_listed": "yes", **dated},
        "catalog:terms-of-use": {"buyers": "listed", "reason": "Clause 4"},
        "catalog:contractor": {"name": "AT&T of California", **dated},
    }


def upload_forms(stage: Stage) -> dict[str, dict[str, Any]]:
    named = {column.attribute: at for at, column in enumerate(COLUMNS_OF_A_MATRIX)}
    matrix = csv_file([HEADINGS, line(product_id="NEW")])
    return {
        "uploads:new": {
            "contract": stage.world.contract.pk,
            "effective_from": SINCE,
            "file": SimpleUploadedFile("matrix.csv", matrix, "text/csv"),
            "key": KEY,
        },
        "uploads:columns": {f"column_{at}": name for name, at in named.items()},
        "uploads:compare": {"effective_from": SINCE},
        "uploads:publish": {"shown": 1},
        "uploads:reject": {"reason": "The wrong file"},
    }


def line_forms(stage: Stage, order: Order) -> dict[str, dict[str, Any]]:
    return {
        "orders:start": {
            "agency": stage.world.agency.pk,
            "contract": stage.world.contract.pk,
            "agency_request_number": "A-9",
            "key": KEY,
        },
        "orders:add": {"order": order.pk, "key": KEY},
        "orders:add-line": {"service": stage.world.mandatory.pk, "key": KEY},
        "orders:change-line": {"order_type": "add", "quantity": 7, "version": order.version},
    }


def order_forms(order: Order, file: SimpleUploadedFile) -> dict[str, dict[str, Any]]:
    seen = {"version": order.version}
    return {
        "orders:contractor": {"agency_request_number": "A-9", "is_service": "on", **seen},
        "orders:where": {"requested_address": "1 Main Street", **seen},
        "orders:attach": {"kind": "other", "file": file},
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
