"""States of exemption requests as a word with a shape."""

from django import template

from exemptions.models import ExemptionRequest, RequestState

register = template.Library()

_TONES = {
    RequestState.DRAFT: "neutral",
    RequestState.SENT: "choice",
    RequestState.IN_REVIEW: "choice",
    RequestState.QUESTION_OUT: "attention",
    RequestState.RECOMMENDED: "choice",
    RequestState.APPROVED: "allowed",
    RequestState.DENIED: "refused",
    RequestState.WITHDRAWN: "neutral",
    RequestState.EXPIRED: "neutral",
    RequestState.REVOKED: "refused",
}


@register.inclusion_tag("partials/status.html")
def request_status(request: ExemptionRequest) -> dict[str, str]:
    return {"label": request.get_state_display(), "tone": _TONES[RequestState(request.state)]}
