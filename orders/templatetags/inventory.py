"""What the page of open services is called."""

from django import template
from django.template import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def services_name(context: Context) -> str:
    """The same in the menu, the breadcrumb and the heading: theirs, or everybody's."""
    return "Services" if context["request"].access.sees_everything else "Our services"
