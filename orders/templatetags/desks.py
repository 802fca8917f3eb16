"""Whether the person who looks at a page is of a contractor's order desk."""

from django import template
from django.template import Context

from catalog.access import desks_of

register = template.Library()


@register.simple_tag(takes_context=True)
def at_desk(context: Context) -> bool:
    """Asked only of people without an appointment: the others cost no query for it."""
    request = context["request"]
    return not request.access.appointments and bool(desks_of(request.user, on=request.today))
