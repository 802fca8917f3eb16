"""The site itself: signing in, notices, mail, agencies, the record."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from orders.models import Order
from tests.factories import PASSWORD, SINCE
from tests.orders.factories import PDF, World

TABLE = """
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

notices:list            -           GET     200 200  200  200   200  200   200  200 200 302
notices:list            -           POST    405 405  405  405   405  405   405  405 405 302
notices:preferences     -           GET     200 200  200  200   200  200   200  200 200 302
notices:preferences     -           POST    302 302  302  302   302  302   302  302 302 302
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

# Reading these leaves an entry in the record
DOWNLOADS = {"agencies:appointment-form", "mail:document"}
# What a person has read is their own affair, and leaves none
UNRECORDED = {"notices:read"}
# What is read and is no page
FILES = {"audit:csv", "healthz"}
# Of each person: the words on the button of a page with a form
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {
        "password_change": "Change password",
        "password_reset": "Send the link",
    },
    "stnd": {
        "agencies:add": "Add the agency",
        "agencies:appoint": "Appoint this person",
        "agencies:end-appointment": "End the appointment",
        "agencies:set-standing": "Record the standing",
    },
}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    return {
        "notices:preferences": {
            "turn": "daily",
            "followed": "never",
            "catalog": "now",
            "ato": "now",
            "exemption": "now",
        },
        "password_change": {
            "old_password": PASSWORD,
            "new_password1": "another horse battery",
            "new_password2": "another horse battery",
        },
        "password_reset": {"email": "nobody@stmm.example"},
        "agencies:add": {"kind": "local", "code": "", "name": "City of Merced"},
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
            "form": SimpleUploadedFile("form.pdf", PDF, "application/pdf"),
        },
        "agencies:end-appointment": {"last_day": SINCE, "reason": "Left the agency"},
    }
