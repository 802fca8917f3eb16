"""Exemption requests: the list, one request, its making and sending."""

from typing import Any

from exemptions.models import Attachment, ExemptionRequest, RequestState
from orders.models import Order
from tests.exemptions.stage_case import stage_request
from tests.factories import AT, make_document
from tests.orders.factories import World

State = RequestState

# Of the agency's people all who write for it; of what was never sent, oversight sees nothing
TABLE = """
exemptions:requests      -              GET  200 200 200 200 200 200 200 200 200 302 200 200
exemptions:requests      -              POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:requests-csv  -              GET  200 200 200 200 200 200 200 200 200 302 200 200
exemptions:requests-csv  -              POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:requests-xlsx -              GET  200 200 200 200 200 200 200 200 200 302 200 200
exemptions:requests-xlsx -              POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:request       exemption      GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:request       exemption      POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:request       exemption_sent GET  200 200 404 404 404 404 200 200 200 302 200 200
exemptions:attachment    exemption      GET  200 200 404 404 404 404 404 404 404 302 200 404
exemptions:attachment    exemption      POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:attachment    exemption_sent GET  200 200 404 404 404 404 200 200 200 302 200 200
"""

DOWNLOADS = {"exemptions:attachment"}
UNRECORDED: set[str] = set()
FILES = {"exemptions:requests-csv", "exemptions:requests-xlsx"}
BUTTONS: dict[str, dict[str, str]] = {}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """A draft of the ATR, and a request that was sent; each with a file."""
    draft = stage_request(world, State.DRAFT, "Backhaul at Cold Springs")
    sent = stage_request(world, State.SENT, "Backhaul at Mount Laguna")
    return {"exemption": _parameters(draft), "exemption_sent": _parameters(sent)}


def _parameters(request: ExemptionRequest) -> dict[str, int]:
    attachment = Attachment.objects.create(
        request=request,
        document=make_document(kind="exemption_attachment", made_from=request),
        added_at=AT,
        added_by=request.created_by,
    )
    return {"pk": request.pk, "attachment": attachment.pk}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    return {}
