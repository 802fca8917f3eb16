"""A whole order on one page."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from catalog.models import Contract
from orders.files.many_lines import Rows, read_pasted
from orders.forms.making.many import PasteForm
from orders.forms.making.steps import ContactsForm, WhereForm
from orders.forms.printed import PrintedForm, contract_label
from orders.models import Order
from orders.services.making.filing import Asked
from stmm.agencies.forms import DayField
from stmm.agencies.models import Agency

_FIELDS = ("agency_request_number", *WhereForm.Meta.fields, *ContactsForm.Meta.fields)


class PastedField(forms.CharField):
    """Its cells are checked one by one, not as a printed text."""


class ExpressForm(PrintedForm, forms.Form):
    """Sections 1 to 4 and the lines; the fields of Order are added below."""

    agency = forms.IntegerField(widget=forms.HiddenInput)
    contract = forms.IntegerField(
        label="Contractor and contract",
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.Select,
        help_text="Contracts in term that are open to your agency.",
        error_messages={"required": "Choose a contract."},
    )
    text = PastedField(
        label="Lines",
        strip=False,
        max_length=1_000_000,
        help_text=PasteForm.base_fields["text"].help_text,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "class": "pasted"}),
        error_messages={"required": "Paste at least one line."},
    )
    wanted_on = DayField(
        label="Requested date of service",
        required=False,
        help_text="For lines that name no date of their own.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        on: date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.on = on

    def offer(self, contracts: Iterable[Contract]) -> None:
        """Name the contracts to choose from; which one is good is the service's to say."""
        choices = [(each.pk, contract_label(each)) for each in contracts]
        cast(forms.Select, self.fields["contract"].widget).choices = [("", "Choose one"), *choices]

    def clean_wanted_on(self) -> date | None:
        wanted: date | None = self.cleaned_data["wanted_on"]
        if wanted is not None and wanted < self.on:
            raise forms.ValidationError("Give today or a later day: this one has passed.")
        return wanted

    def asked(self, agency: Agency) -> Asked:
        """What a valid form asks for."""
        return Asked(
            agency=agency,
            contract=self.cleaned_data["contract"],
            fields={name: self.cleaned_data[name] for name in _FIELDS},
            rows=self._rows(),
            key=self.cleaned_data["key"],
        )

    def _rows(self) -> Rows:
        rows = read_pasted(self.cleaned_data["text"], on=self.on)
        wanted = self.cleaned_data["wanted_on"]
        dated = (replace(line, requested_date=line.requested_date or wanted) for line in rows.lines)
        return replace(rows, lines=tuple(dated))


# Not a ModelForm: that asks the database about constraints which it enforces in any case
ExpressForm.base_fields |= forms.fields_for_model(
    Order,
    fields=_FIELDS,
    labels={"agency_request_number": "1. Agency Request Number"},
    help_texts=WhereForm.Meta.help_texts,
    widgets={**WhereForm.Meta.widgets, **ContactsForm.Meta.widgets},
)
for _name in ContactsForm.needed:
    ExpressForm.base_fields[_name].required = True
