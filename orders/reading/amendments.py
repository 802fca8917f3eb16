"""An amendment and the order before it: which of its lines are replaced, and how that is said."""

from django.utils import dateformat, timezone

from orders.models import LineState, Order, OrderLine
from orders.models.states import LINE_UNDER_WAY

# Of the former's lines: still under way, and replaced once the amendment is signed
TAKEN_OVER = LINE_UNDER_WAY | {LineState.REPLACED}


def lines_replaced(former: Order) -> list[OrderLine]:
    """The former's lines that its amendment takes the place of; what was done stays with it."""
    lines = former.lines.filter(progress__state__in=TAKEN_OVER)
    return list(lines.select_related("service"))


def supersedes_sentence(amendment: Order) -> str:
    """What the form, its data and the mail say of the order before; empty if there is none."""
    former = amendment.supersedes
    if former is None or former.signed_at is None:
        return ""
    signed_on = dateformat.format(timezone.localtime(former.signed_at), "F j, Y")
    numbers = [f"#{line.position}" for line in lines_replaced(former)]
    requests = "request" if len(numbers) == 1 else "requests"
    return (
        f"This order supersedes order {former.number} ({former.agency_request_number}), signed"
        f" {signed_on}: it replaces its {requests} {_listed(numbers)}."
        f" Reason: {amendment.amendment_reason}"
    )


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
