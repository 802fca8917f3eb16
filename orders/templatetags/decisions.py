"""Beside a decision: the facts it rests on, and what to do where it does not let a line through."""

from typing import Any

from django import template
from django.template import Context

from orders.compliance.in_words import facts_in_words
from orders.reading.order import ShownLine
from orders.reading.ways_out import way_out

register = template.Library()


@register.inclusion_tag("orders/changing/_facts.html", takes_context=True)
def grounds(context: Context, shown: ShownLine) -> dict[str, Any]:
    """Facts and way out of one line; the way to a ruling for those who order for the agency."""
    order = shown.line.order
    found = way_out(shown.line, shown.decision)
    orders_for_it = order.agency in context["request"].access.ordering_agencies
    return {
        "facts": facts_in_words(shown.decision.purchase),
        "way_out": found,
        "may_go": orders_for_it,
        "line": shown.line,
    }
