"""States of ATOs' papers and of registrations as a word with a shape."""

from django import template

from orders.models import AtoPaper, PaperState, Registration

register = template.Library()

_PAPER_TONES = {
    PaperState.DRAFT: "neutral",
    PaperState.READY: "attention",
    PaperState.AGENCY_SIGNED: "attention",
    PaperState.SUBMITTED: "choice",
    PaperState.APPROVED: "allowed",
    PaperState.RETURNED: "refused",
    PaperState.WITHDRAWN: "neutral",
}
_REGISTRATION_TONES = {
    Registration.State.SUBMITTED: "choice",
    Registration.State.APPROVED: "allowed",
    Registration.State.RETURNED: "refused",
}


@register.inclusion_tag("partials/status.html")
def paper_status(paper: AtoPaper) -> dict[str, str]:
    return {"label": paper.get_state_display(), "tone": _PAPER_TONES[PaperState(paper.state)]}


@register.inclusion_tag("partials/status.html")
def registration_status(registration: Registration) -> dict[str, str]:
    state = Registration.State(registration.state)
    return {"label": state.label, "tone": _REGISTRATION_TONES[state]}
