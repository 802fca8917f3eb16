"""Exemption requests: the list, one request, its making and sending."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Service
from exemptions.models import Attachment, ExemptionRequest, RequestState
from orders.models import Order
from tests.catalog.factories import MANDATORY, make_contract, make_designation, make_service
from tests.exemptions.stage_case import stage_request
from tests.factories import AT, PASSWORD, make_document
from tests.orders.factories import KNOWN, World
from tests.permissions.orders import KEY

State = RequestState
PDF = b"%PDF-1.7 a quote\n%%EOF\n"
THIRD_SERVICE = "Leased line"

# Of the agency's people all who write for it; of what was never sent, oversight sees nothing
TABLE = """
exemptions:requests      -                  GET  200 200 200 200 200 200 200 200 200 302 200 200
exemptions:requests      -                  POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:requests-csv  -                  GET  200 200 200 200 200 200 200 200 200 302 200 200
exemptions:requests-csv  -                  POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:requests-xlsx -                  GET  200 200 200 200 200 200 200 200 200 302 200 200
exemptions:requests-xlsx -                  POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:begin         -                  GET  200 200 200 403 403 403 403 403 403 302 200 403
exemptions:begin         -                  POST 302 302 200 403 403 403 403 403 403 302 302 403
exemptions:request       exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:request       exemption          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:request       exemption_sent     GET  200 200 404 404 404 404 200 200 200 302 200 200
exemptions:project       exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:project       exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:reasons       exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:reasons       exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:term          exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:term          exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:files         exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:files         exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:change-item   exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:change-item   exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:project       exemption_sent     GET  302 302 404 404 404 404 403 403 403 302 302 403
exemptions:items         exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:items         exemption          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:review        exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:review        exemption          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:add-item      exemption          GET  405 405 405 405 405 405 405 405 405 302 405 405
exemptions:add-item      exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:describe-item exemption          GET  405 405 405 405 405 405 405 405 405 302 405 405
exemptions:describe-item exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:move-item     exemption          GET  405 405 405 405 405 405 405 405 405 302 405 405
exemptions:move-item     exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:remove-item   exemption          GET  405 405 405 405 405 405 405 405 405 302 405 405
exemptions:remove-item   exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:detach        exemption          GET  405 405 405 405 405 405 405 405 405 302 405 405
exemptions:detach        exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:tell-officer  exemption          GET  405 405 405 405 405 405 405 405 405 302 405 405
exemptions:tell-officer  exemption          POST 302 302 404 404 404 404 404 404 404 302 403 404
exemptions:attachment    exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:attachment    exemption          POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:attachment    exemption_sent     GET  200 200 404 404 404 404 200 200 200 302 200 200
exemptions:sign          exemption          GET  403 403 404 404 404 404 404 404 404 302 200 404
exemptions:sign          exemption          POST 403 403 404 404 404 404 404 404 404 302 302 404
exemptions:take-back     exemption_sent     GET  200 200 404 404 404 404 403 403 403 302 200 403
exemptions:take-back     exemption_sent     POST 302 302 404 404 404 404 403 403 403 302 302 403
exemptions:withdraw      exemption          GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:withdraw      exemption          POST 302 302 404 404 404 404 404 404 404 302 302 404
exemptions:withdraw      exemption_sent     POST 302 302 404 404 404 404 403 403 403 302 302 403
exemptions:extend        exemption_granted  GET  200 200 404 404 404 404 403 403 403 302 200 403
exemptions:extend        exemption_granted  POST 302 302 404 404 404 404 403 403 403 302 302 403
"""

DOWNLOADS = {"exemptions:attachment"}
UNRECORDED: set[str] = set()
FILES = {"exemptions:requests-csv", "exemptions:requests-xlsx"}
BUTTONS = {
    "catr": {
        "exemptions:begin": "Begin the request",
        "exemptions:project": "Save and continue",
        "exemptions:reasons": "Save and continue",
        "exemptions:term": "Save and continue",
        "exemptions:files": "Attach",
        "exemptions:change-item": "Save the service",
        "exemptions:take-back": "Take it back",
        "exemptions:withdraw": "Withdraw it",
    }
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """A draft of the ATR, and a request that was sent; each with a file."""
    # Of another contract: the stage has compared an upload with the world’s
    third = make_service(THIRD_SERVICE, make_contract(), recorded_at=KNOWN)
    make_designation(MANDATORY, third, at=KNOWN)
    draft = stage_request(world, State.DRAFT, "Backhaul at Cold Springs")
    sent = stage_request(world, State.SENT, "Backhaul at Mount Laguna")
    granted = stage_request(world, State.APPROVED, "Backhaul at Mount Hamilton")
    return {
        "exemption": _parameters(draft),
        "exemption_sent": _parameters(sent),
        "exemption_granted": _parameters(granted),
    }


def _parameters(request: ExemptionRequest) -> dict[str, int]:
    attachment = Attachment.objects.create(
        request=request,
        document=make_document(kind="exemption_attachment", made_from=request),
        added_at=AT,
        added_by=request.created_by,
    )
    # The second one, which can be moved up
    item = request.items.get(position=2)
    return {"pk": request.pk, "attachment": attachment.pk, "item": item.pk}


REASON = {"reason": "One link more is needed"}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    version = {"version": _draft().version}
    item = {"quantity": 12, "proposed_monthly": "$75.50"}
    return {
        "exemptions:begin": {"agency": world.agency.pk, "project": "A new project", "key": KEY},
        "exemptions:project": {
            **version,
            "project": "Backhaul at Cold Springs",
            "description": "Eleven links.",
            "proposed_source": "Sierra Microwave",
        },
        "exemptions:add-item": {"service": _addable().pk, "quantity": 3},
        "exemptions:describe-item": {**item, "described": "Tower space"},
        "exemptions:change-item": {**version, **item},
        "exemptions:reasons": {
            **version,
            "compelling_reason": "The summit.",
            "why_not_calnet": "No fibre.",
            "if_unmet": "No dispatch.",
        },
        "exemptions:term": {
            **version,
            "wanted_from": "2026-12-01",
            "last_day_wanted": "2099-12-31",
            "delegation_reference": "GTD-2026-015",
        },
        "exemptions:files": {"file": SimpleUploadedFile("quote.pdf", PDF, "application/pdf")},
        "exemptions:tell-officer": version,
        "exemptions:sign": {**version, "attest": "on", "password": PASSWORD},
        "exemptions:take-back": REASON,
        "exemptions:withdraw": REASON,
        "exemptions:extend": {"key": KEY},
    }


def _draft() -> ExemptionRequest:
    return ExemptionRequest.objects.filter(state=State.DRAFT).earliest("pk")


def _addable() -> Service:
    """A mandatory service that the draft does not ask for yet."""
    return Service.objects.get(name=THIRD_SERVICE)
