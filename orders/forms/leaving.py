"""The forms by which an agency leaves CALNET, step by step."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from catalog.models import Category, Contract, Service
from orders.forms.printed import DateInput, PrintedForm
from orders.models import Leaving, OpenService
from orders.reading.leaving import Choice
from stmm.agencies.forms import DayField, PrintedField, reason_field
from stmm.agencies.models import Agency


class ContractToLeave(forms.ModelChoiceField[Contract]):
    def label_from_instance(self, obj: Contract) -> str:
        return f"{obj.contractor.name} · {obj.number}"


class StartLeavingForm(forms.Form):
    """Step 1: who leaves which contract, and how."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label=None)
    contract = ContractToLeave(
        Contract.objects.none(),
        label="Contractor and contract",
        help_text="One notice goes to one contractor, under one contract.",
        empty_label="Choose one",
    )
    manner = forms.ChoiceField(
        label="How the services leave", choices=Leaving.Manner.choices, widget=forms.RadioSelect
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        agencies: Iterable[Agency],
        contracts: Iterable[Contract],
    ) -> None:
        super().__init__(data)
        ids = [each.pk for each in agencies]
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        agency.queryset = Agency.objects.filter(pk__in=ids)
        if len(ids) == 1:
            agency.widget = forms.HiddenInput()
            agency.initial = ids[0]
        contract = cast(ContractToLeave, self.fields["contract"])
        contract.queryset = Contract.objects.filter(
            pk__in=[each.pk for each in contracts]
        ).select_related("contractor")


class BeginNoticeForm(forms.Form):
    """How what was chosen of the open services leaves."""

    manner = forms.ChoiceField(
        label="How it leaves",
        choices=Leaving.Manner.choices,
        initial=Leaving.Manner.TERMINATE,
        widget=forms.RadioSelect,
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class PartsForm(forms.Form):
    """Step 2: which of the services leave, by the names of their choices."""

    parts = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        choices: Iterable[Choice],
        chosen: Iterable[str],
        version: int,
    ) -> None:
        super().__init__(data, initial={"parts": list(chosen), "version": version})
        self.choices = list(choices)
        parts = cast(forms.MultipleChoiceField, self.fields["parts"])
        parts.choices = [(choice.name, choice.words) for choice in self.choices]

    @property
    def rows(self) -> list[tuple[Choice, bool]]:
        """Each choice, and whether it is checked."""
        checked = set(self["parts"].value() or [])
        return [(choice, choice.name in checked) for choice in self.choices]

    def chosen(self) -> dict[str, Any]:
        """What `choose` takes. Call it of a valid form."""
        keys: dict[str, list[int]] = {"open": [], "category": [], "service": []}
        for name in self.cleaned_data["parts"]:
            kind, _, key = name.partition("-")
            keys[kind].append(int(key))
        return {
            "open_services": OpenService.objects.filter(pk__in=keys["open"]).select_related(
                "service"
            ),
            "categories": Category.objects.filter(pk__in=keys["category"]),
            "services": Service.objects.filter(pk__in=keys["service"]),
        }


class LeavingDetailsForm(PrintedForm, forms.ModelForm[Leaving]):
    """Step 3: when, and what the letter says besides the services."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Leaving
        fields = (
            "wanted_on", "sender_address", "contact_name", "contact_phone", "contact_email",
            "remarks",
        )  # fmt: skip
        field_classes = {"wanted_on": DayField}
        widgets = {
            "wanted_on": DateInput(),
            "sender_address": forms.Textarea({"rows": 3}),
            "remarks": forms.Textarea({"rows": 3}),
        }
        help_texts = {
            "wanted_on": "Left empty, 30 calendar days after the day you give notice.",
            "remarks": "Printed in the letter, such as who takes the services over.",
        }

    def __init__(self, data: QueryDict | None = None, *, instance: Leaving) -> None:
        super().__init__(data, instance=instance, initial={"version": instance.version})
        for name in ("sender_address", "contact_name", "contact_phone", "contact_email"):
            self.fields[name].required = True
        self.fields["contact_email"].widget.attrs["autocomplete"] = "email"
        self.fields["contact_phone"].widget.attrs["autocomplete"] = "tel"

    def changed(self) -> dict[str, Any]:
        """The cleaned fields of the model alone."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class NoticeForm(forms.Form):
    """Step 4: notice of what stood on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class DisconnectOrderForm(forms.Form):
    """The number of the STD. 20 that is begun."""

    agency_request_number = PrintedField(
        label="Agency Request Number",
        max_length=40,
        help_text="Your agency’s own number for this request. Each number is used once.",
    )


class EndedForm(forms.Form):
    ended_on = DayField(label="Ended on", help_text="The first day without the services.")
    reason = reason_field("How you know, such as the contractor’s letter and its date.")
