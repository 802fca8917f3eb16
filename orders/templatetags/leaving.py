"""States of notices and of local documents as a word with a shape, and what is late."""

from typing import Any

from django import template
from django.template import Context

from orders.models import Leaving, LeavingState, LocalOrder, LocalState

register = template.Library()

_TONES = {
    LeavingState.DRAFTED: "neutral",
    LeavingState.NOTICE_GIVEN: "choice",
    LeavingState.ORDERED: "choice",
    LeavingState.ENDED: "allowed",
    LeavingState.WITHDRAWN: "refused",
}


_LOCAL_TONES = {
    LocalState.DRAFT: "neutral",
    LocalState.RECORDED: "choice",
    LocalState.SENT: "choice",
    LocalState.ACKNOWLEDGED: "choice",
    LocalState.COMPLETED: "allowed",
    LocalState.REJECTED: "refused",
    LocalState.CANCELLED: "refused",
    LocalState.ABANDONED: "refused",
}


@register.inclusion_tag("partials/status.html")
def leaving_status(leaving: Leaving) -> dict[str, str]:
    return {"label": leaving.get_state_display(), "tone": _TONES[LeavingState(leaving.state)]}


@register.inclusion_tag("partials/status.html")
def local_status(order: LocalOrder) -> dict[str, str]:
    return {"label": order.get_state_display(), "tone": _LOCAL_TONES[LocalState(order.state)]}


@register.inclusion_tag("orders/leaving/_late.html", takes_context=True)
def late_words(context: Context, leaving: Leaving) -> dict[str, Any]:
    """What should have happened by today; nothing where nothing is late."""
    return {"late": leaving.late(context["request"].today)}


@register.inclusion_tag("orders/leaving/_links.html", takes_context=True)
def outside_state_links(context: Context) -> dict[str, bool]:
    """To local documents and notices, for all but people of the State's own agencies.

    Takes no query.
    """
    access = context["request"].access
    # A desk's Home knows that it is one
    at_desk = bool(context.get("desks"))
    return {"shown": access.sees_everything or access.is_of_local_body or at_desk}
