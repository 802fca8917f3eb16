"""The order desk of the person who looks at a page."""

from django import template
from django.template import Context

from catalog.access import desks_of

register = template.Library()


@register.simple_tag(takes_context=True)
def order_desk(context: Context) -> str:
    """Whose desk it is, "Order desk, AT&T", as the page's frame calls the person; else empty.

    Asked only of people without an appointment: the others cost no query for it.
    """
    request = context["request"]
    desks = [] if request.access.appointments else desks_of(request.user, on=request.today)
    return f"Order desk, {', '.join(str(each) for each in desks)}" if desks else ""
