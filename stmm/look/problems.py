"""The problems of submitted forms, one list for the whole page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.forms import BaseForm, BaseFormSet, MultiWidget
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget

AnyForm: TypeAlias = "BaseForm | BaseFormSet[Any] | None"


@dataclass(frozen=True)
class Problem:
    """`target` is the id of the input to mend, empty when no single input is at fault."""

    target: str
    label: str
    text: str


def problems_in(*forms: AnyForm) -> list[Problem]:
    """Every error of the given forms and formsets, in the order they stand on the page.

    None and unbound forms have none, so a view may pass what it has.
    """
    return [problem for form in forms for problem in _of(form, row="")]


def first_input_id(bound: BoundField) -> str:
    """The id that a link to this field must name: of a group, its first input."""
    widget = bound.field.widget
    if widget.is_hidden or not bound.auto_id:
        return ""
    if widget.use_fieldset and isinstance(widget, ChoiceWidget | MultiWidget):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


def _of(form: AnyForm, row: str) -> Iterator[Problem]:
    if form is None:
        return
    if isinstance(form, BaseFormSet):
        for text in form.non_form_errors():
            yield Problem("", "", str(text))
        for number, each in enumerate(form.forms, start=1):
            yield from _of(each, f"Row {number}, ")
        return
    for text in form.non_field_errors():
        yield Problem("", row.removesuffix(", "), str(text))
    for bound in form:
        for text in bound.errors:
            yield Problem(first_input_id(bound), f"{row}{bound.label}".rstrip(".:?"), str(text))
