"""Exemptions that were decided: letters, conditions, revocation; delegations; register, reports."""

from datetime import date
from typing import Any

from exemptions.models import Letter, RequestState
from orders.models import Order
from tests.exemptions.factories import make_request
from tests.exemptions.living import make_condition, make_delegation
from tests.exemptions.stage_case import case_of
from tests.factories import PASSWORD, make_document
from tests.orders.factories import World

# What is decided is read by the agency and by oversight; each act is one side's
TABLE = """
exemptions:letter              living     GET  200 200 404 404 404 404 200 200 200 302 200 200
exemptions:letter              living     POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:uses-csv            living     GET  200 200 404 404 404 404 200 200 200 302 200 200
exemptions:uses-csv            living     POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:revoke              living     GET  403 403 404 404 404 404 403 200 403 302 403 200
exemptions:revoke              living     POST 403 403 404 404 404 404 403 302 403 302 403 302
exemptions:meet-condition      living     GET  200 200 404 404 404 404 200 403 403 302 200 403
exemptions:meet-condition      living     POST 302 302 404 404 404 404 302 403 403 302 302 403
exemptions:name-delegation     living     GET  403 403 404 404 404 404 200 403 403 302 403 403
exemptions:name-delegation     living     POST 403 403 404 404 404 404 302 403 403 302 403 403
exemptions:delegations         -          GET  200 200 200 200 200 200 200 200 200 302 200 200
exemptions:delegations         -          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:record-delegation   -          GET  403 403 403 403 403 403 200 403 403 302 403 403
exemptions:record-delegation   -          POST 403 403 403 403 403 403 302 403 403 302 403 403
exemptions:without-delegation  -          GET  403 403 403 403 403 403 200 403 403 302 403 403
exemptions:without-delegation  -          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:delegation          delegation GET  200 200 404 404 404 404 200 200 200 302 200 200
exemptions:delegation          delegation POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:withdraw-delegation delegation GET  403 403 404 404 404 404 200 403 403 302 403 403
exemptions:withdraw-delegation delegation POST 403 403 404 404 404 404 302 403 403 302 403 403
exemptions:register            -          GET  200 200 200 200 200 200 200 200 200 302 200 200
exemptions:register            -          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:register-csv        -          GET  200 200 200 200 200 200 200 200 200 302 200 200
exemptions:register-csv        -          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:report              -          GET  403 403 403 403 403 403 200 200 200 302 403 200
exemptions:report              -          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:report-times-csv    -          GET  403 403 403 403 403 403 200 200 200 302 403 200
exemptions:report-times-csv    -          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:report-times-xlsx   -          GET  403 403 403 403 403 403 200 200 200 302 403 200
exemptions:report-times-xlsx   -          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:report-scope-csv    -          GET  403 403 403 403 403 403 200 200 200 302 403 200
exemptions:report-scope-csv    -          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:report-scope-xlsx   -          GET  403 403 403 403 403 403 200 200 200 302 403 200
exemptions:report-scope-xlsx   -          POST 405 405 405 405 405 405 405 405 405 302 405 405
"""

DOWNLOADS = {"exemptions:letter"}
UNRECORDED: set[str] = set()
FILES = {
    "exemptions:uses-csv",
    "exemptions:register-csv",
    "exemptions:report-times-csv",
    "exemptions:report-times-xlsx",
    "exemptions:report-scope-csv",
    "exemptions:report-scope-xlsx",
}
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {"exemptions:meet-condition": "Record it as met"},
    "stnd": {
        "exemptions:record-delegation": "Record it",
        "exemptions:withdraw-delegation": "Withdraw it",
        "exemptions:name-delegation": "Choose it",
    },
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """An exemption in term, today too, with a condition and its letter; a delegation."""
    case = case_of(world)
    request = make_request(
        case, RequestState.APPROVED, project="Backhaul at Bald Peak", until=date(2199, 1, 1)
    )
    document = make_document(kind="exemption_letter", made_from=request)
    letter = Letter.objects.create(decision=request.decisions.get(), document=document)
    return {
        "living": {
            "pk": request.pk,
            "letter": letter.pk,
            "condition": make_condition(request).pk,
        },
        "delegation": {"pk": make_delegation(case).pk},
    }


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    delegation = world.agency.delegations.first()
    return {
        "exemptions:revoke": {"reason": "CALNET serves it now.", "password": PASSWORD},
        "exemptions:meet-condition": {"how": "The list was sent on March 1."},
        "exemptions:name-delegation": {"delegation": delegation.pk if delegation else ""},
        "exemptions:record-delegation": {
            "agency": world.agency.pk,
            "reference": "GTD-2026-090",
            "scope": "Radio links",
            "starts_on": "2026-03-02",
        },
        "exemptions:withdraw-delegation": {"reason": "The project ended."},
    }
