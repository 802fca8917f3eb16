"""What an agency fills in to change an order that was sent, and its notes."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from orders.forms.printed import PrintedForm
from orders.forms.wanted import WantedOnForm
from orders.models import LineProgress, OrderLine

WHOLE, CHOSEN = "whole", "chosen"
_READ_BY_CONTRACTOR = "The contractor reads it."


def _reason(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=help_text,
    )


class AmendForm(PrintedForm, forms.Form):
    """Why an order that was sent is amended."""

    reason = _reason("It is printed on the amendment. " + _READ_BY_CONTRACTOR)


class LinesField(forms.ModelMultipleChoiceField[OrderLine]):
    def label_from_instance(self, obj: OrderLine) -> str:
        what = f"{obj.get_order_type_display()} {obj.quantity} {obj.service_name}"
        return f"#{obj.position} {what}"


class CancelForm(PrintedForm, forms.Form):
    """The whole order, or lines of it, that the contractor is to leave undone."""

    what = forms.ChoiceField(
        label="What to cancel",
        choices=[
            (WHOLE, "The whole order: every line below"),
            (CHOSEN, "Only the lines that I check"),
        ],
        widget=forms.RadioSelect,
    )
    lines = LinesField(
        OrderLine.objects.none(),
        label="Lines under way",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = _reason(_READ_BY_CONTRACTOR)

    def __init__(self, data: QueryDict | None = None, *, under_way: Iterable[LineProgress]) -> None:
        super().__init__(data)
        choice = cast(LinesField, self.fields["lines"])
        choice.queryset = OrderLine.objects.filter(pk__in=[row.line_id for row in under_way])

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        if cleaned.get("what") == CHOSEN and "lines" in cleaned and not cleaned["lines"]:
            self.add_error("lines", "Check the lines to cancel, or choose the whole order.")
        return cleaned

    @property
    def chosen(self) -> list[OrderLine] | None:
        """The lines that are meant; None for all that are under way."""
        return None if self.cleaned_data["what"] == WHOLE else list(self.cleaned_data["lines"])


class ExpediteForm(PrintedForm, WantedOnForm):
    """A sooner day, and why."""

    reason = _reason(_READ_BY_CONTRACTOR)


class NoteForm(forms.Form):
    """What people of the agency tell each other."""

    text = forms.CharField(
        label="Note",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="For people of the agency and for oversight. The contractor never sees it.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
