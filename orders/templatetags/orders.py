"""States of orders and mails as a word with a shape."""

from collections import Counter
from collections.abc import Iterable

from django import template

from orders.models import LineProgress, LineState, Order, State
from orders.reading.desk_panel import ShownProgress
from stmm.outbox.models import OutgoingMail

register = template.Library()

_ORDER_TONES = {
    State.DRAFT: "neutral",
    State.REVIEW: "attention",
    State.SIGNED: "choice",
    State.ROUTED: "choice",
    State.ACKNOWLEDGED: "choice",
    State.COMPLETED: "allowed",
    State.REJECTED: "refused",
    State.CANCELLED: "refused",
    State.SUPERSEDED: "neutral",
    State.ABANDONED: "refused",
}
_LINE_TONES = {
    LineState.OPEN: "attention",
    LineState.COMMITTED: "choice",
    LineState.COMPLETED: "allowed",
    LineState.CANCELLED: "refused",
    LineState.REPLACED: "neutral",
}
_TOLD = {LineState.COMMITTED: "with a committed date"}
_MAIL_TONES = {
    OutgoingMail.State.WAITING: "attention",
    OutgoingMail.State.SENT: "allowed",
    OutgoingMail.State.KEPT: "choice",
    OutgoingMail.State.UNDELIVERABLE: "refused",
}


@register.inclusion_tag("partials/status.html")
def order_status(order: Order) -> dict[str, str]:
    return {"label": order.get_state_display(), "tone": _ORDER_TONES[State(order.state)]}


@register.inclusion_tag("partials/status.html")
def line_status(progress: LineProgress) -> dict[str, str]:
    return {"label": progress.get_state_display(), "tone": _LINE_TONES[LineState(progress.state)]}


@register.filter
def tally(shown: Iterable[ShownProgress]) -> str:
    """How many lines are how far: "20 completed, 5 waiting for a date, 1 in jeopardy"."""
    rows = [each.row for each in shown]
    counts = Counter(_TOLD.get(state := LineState(row.state), state.label.lower()) for row in rows)
    counts["in jeopardy"] = sum(bool(row.jeopardy) for row in rows)
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count)


@register.inclusion_tag("partials/status.html")
def mail_status(mail: OutgoingMail) -> dict[str, str]:
    state = OutgoingMail.State(mail.state)
    return {"label": state.label, "tone": _MAIL_TONES[state]}
