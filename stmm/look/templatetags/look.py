"""How dates, money, fields and states are written on every page."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stmm.look.glossary import GLOSSARY
from stmm.look.problems import AnyForm, problems_in

register = template.Library()

TONES = ("allowed", "choice", "attention", "refused", "neutral")


@register.filter
def money(amount: Decimal | int | None) -> str:
    """Dollars: $1,234.50, with a third and fourth decimal only where the price has them.

    Raises TypeError for a float or a text, so that no page shows a rounded or missing amount.
    """
    if amount is None:
        return _nothing()
    if not isinstance(amount, Decimal | int):
        raise TypeError(f"money is a Decimal, not {type(amount).__name__}")
    exact = Decimal(amount).quantize(Decimal("0.0001"), ROUND_HALF_UP).normalize()
    exponent = exact.as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    sign = "−" if exact < 0 else ""
    return f"{sign}${abs(exact):,.{places}f}"


@register.filter
def day(value: date | datetime | None) -> str:
    """March 2, 2026. A datetime is shown as its Pacific day."""
    if value is None:
        return _nothing()
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return dateformat.format(value, "F j, Y")


@register.filter
def moment(value: datetime | None) -> str:
    """March 2, 2026, 9:12 AM, Pacific time."""
    if value is None:
        return _nothing()
    return dateformat.format(timezone.localtime(value), "F j, Y, g:i A")


@register.filter
def last_day(until: date | None) -> str:
    """The last day that a period [from, until) covers: people are never shown `until` itself."""
    return _nothing() if until is None else day(until - timedelta(days=1))


def _nothing() -> SafeString:
    return format_html(
        '<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>', "–", "none"
    )


@register.simple_tag
def theme_css() -> str:
    """Address of the State Web Template's colours that this installation has chosen."""
    return static(f"state-template/css/colortheme-{settings.STMM_THEME}.min.css")


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumb; without an address it is the page itself."""
    if url:
        return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', url, label)
    return format_html('<li class="breadcrumb-item active" aria-current="page">{}</li>', label)


@register.simple_tag
def term(key: str) -> SafeString:
    """A word of the field spelt out, linked to the glossary, for its first use on a page."""
    entry = GLOSSARY[key]
    link = format_html(
        '<a class="term" href="{}#{}">{}</a>', reverse("glossary"), key, entry.short or entry.name
    )
    return format_html("{} ({})", entry.name, link) if entry.short else link


@register.simple_tag
@cache
def shape(tone: str) -> SafeString:
    """The mark beside words of this tone: no state rests on color alone."""
    return render_to_string("partials/shape.html", {"tone": tone})


@register.inclusion_tag("partials/status.html")
def status(label: str, tone: str = "neutral") -> dict[str, str]:
    """A state as a word with a shape; `tone` is one of TONES (ValueError otherwise)."""
    if tone not in TONES:
        raise ValueError(f"{tone!r} is not a tone: {', '.join(TONES)}")
    return {"label": label, "tone": tone}


@register.inclusion_tag("partials/error_summary.html")
def error_summary(*sources: AnyForm) -> dict[str, Any]:
    """The one error box of a page, for all its forms and formsets together."""
    return {"problems": problems_in(*sources)}


@register.inclusion_tag("partials/pagination.html", takes_context=True)
def pagination(context: Context, page: "Page[Any]") -> dict[str, Any]:
    """Links to the other pages of a list, keeping the filters in the address."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"request": context["request"], "page": page, "numbers": list(numbers)}


@register.inclusion_tag("partials/field.html")
def field(bound: BoundField, label: str = "") -> dict[str, Any]:
    """One field with its label, help and error; `label` overrides the form's own."""
    kind = _kind_of(bound.field.widget)
    shown: dict[str, Any] = {"bound": bound, "kind": kind, "label": label or bound.label}
    if kind == "choices":
        shown["options"] = [_choice(option) for option in bound.subwidgets]
    elif kind != "hidden":
        shown["control"] = bound.as_widget(attrs={"class": _css(bound, kind)})
    return shown


def _kind_of(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "select" if isinstance(widget, forms.Select) else "control"


def _css(bound: BoundField, kind: str) -> str:
    ours = {"check": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    own = str(bound.field.widget.attrs.get("class", ""))
    return " ".join(filter(None, (ours, own, "is-invalid" if bound.errors else "")))


def _choice(option: Any) -> Any:
    option.data["attrs"]["class"] = "form-check-input"
    # aria-invalid is not an attribute of a radio button; the group carries it
    option.data["attrs"].pop("aria-invalid", None)
    return option
