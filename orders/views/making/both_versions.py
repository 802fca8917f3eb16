"""Two people at one draft: what was typed is kept, and what is stored is said beside it."""

from datetime import date
from typing import Any

from django.db.models import Model

from orders.forms.making.lines import LineForm
from orders.forms.making.steps import ContactsForm, HeaderForm, WhereForm
from orders.forms.printed import show_version
from stmm.look.templatetags.look import day

CHANGED = (
    "Someone else changed this order while you had it open. What you typed is kept below, with"
    " what is stored now beside it: save again to use yours."
)
Typed = HeaderForm | WhereForm | ContactsForm | LineForm


def show_both(form: Typed, stored: Model, version: int) -> None:
    """Say beside each field what someone else made of it; the next save is of `version`."""
    form.add_error(None, CHANGED)
    for name, typed in form.changed().items():
        if getattr(stored, name) != typed:
            form.add_error(name, f"Now in the order: {_in_words(stored, name)}")
    show_version(form, version)


def _in_words(stored: Model, name: str) -> str:
    value: Any = getattr(stored, name)
    if isinstance(value, bool):
        return "checked" if value else "not checked"
    if isinstance(value, date):
        return day(value)
    in_choices = getattr(stored, f"get_{name}_display", None)
    return f"“{in_choices() if in_choices else value}”" if value else "nothing"
