"""How refusals of the services reach the person, and which requests they may see."""

from django.shortcuts import get_object_or_404

from exemptions.models import ExemptionRequest
from stmm.agencies.middleware import Request
from stmm.look.answering import refusals_answered_at


def visible_request(request: Request, pk: int) -> ExemptionRequest:
    """The exemption request, if this person may see it; 404 otherwise."""
    found = ExemptionRequest.objects.visible_to(request.access)
    return get_object_or_404(
        found.select_related("agency", "delegation", "extends", "analyst", "created_by"), pk=pk
    )


refusals_answered = refusals_answered_at("exemptions:request")
