"""Forms of section 7: one request of the form, and finding the service for it."""

from datetime import date
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from catalog.models import Service
from orders.forms import DateInput, PrintedForm
from orders.models import OrderLine


class LineForm(PrintedForm, forms.ModelForm[OrderLine]):
    """Section 7, one request."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = OrderLine
        fields = (
            "order_type", "quantity", "requested_date", "billing_account", "description",
            "comment",
        )  # fmt: skip
        widgets = {
            "order_type": forms.RadioSelect,
            "quantity": forms.NumberInput({"min": 1, "class": "form-control-narrow"}),
            "requested_date": DateInput(),
            "description": forms.Textarea({"rows": 2}),
            "comment": forms.Textarea({"rows": 2}),
        }
        help_texts = {
            "billing_account": "Needed to disconnect, change or move a service.",
        }

    def __init__(self, data: QueryDict | None = None, *, instance: OrderLine, on: date) -> None:
        super().__init__(data, instance=instance, initial={"version": instance.order.version})
        self.on = on
        self.fields["quantity"].widget.attrs.update({"min": 1, "max": 1_000_000})
        # A radio group offers its choices, and no blank one
        cast(forms.ChoiceField, self.fields["order_type"]).choices = OrderLine.Type.choices

    def clean_quantity(self) -> int:
        quantity: int = self.cleaned_data["quantity"]
        if not 1 <= quantity <= 1_000_000:
            raise forms.ValidationError("Give a quantity from 1 to 1,000,000.")
        return quantity

    def clean_requested_date(self) -> date | None:
        wanted: date | None = self.cleaned_data["requested_date"]
        if wanted is not None and wanted < self.on and "requested_date" in self.changed_data:
            raise forms.ValidationError("This day has passed: give today or a later day.")
        return wanted

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        kind = cleaned.get("order_type")
        if kind and kind != OrderLine.Type.ADD and not cleaned.get("billing_account"):
            label = OrderLine.Type(kind).label
            self.add_error("billing_account", f"{label} needs the existing billing account number.")
        return cleaned

    def changed(self) -> dict[str, Any]:
        """The cleaned fields of the line alone."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AddLineForm(forms.Form):
    """One service onto a draft, from the search beside the lines or from the catalogue."""

    service = forms.ModelChoiceField(Service.objects.all(), widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class FindForm(forms.Form):
    """The search beside the lines."""

    q = forms.CharField(required=False, max_length=100)
