"""Forms of the STD. 20, step by step."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from catalog.models import Contract
from orders.forms.making.lines import quantity_field
from orders.forms.printed import LARGEST_ATTACHMENT, ContractChoice, PrintedForm
from orders.models import Attachment, Order
from stmm.agencies.models import Agency


class DraftChoice(forms.ModelChoiceField[Order]):
    def label_from_instance(self, obj: Order) -> str:
        return f"{obj.agency_request_number} ({obj.number})"


class StartForm(PrintedForm, forms.Form):
    """Step 1 of a new order."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label=None)
    contract = ContractChoice(
        Contract.objects.none(),
        label="Contractor and contract",
        help_text="One form goes to one contractor, under one contract in term.",
    )
    agency_request_number = forms.CharField(
        label="1. Agency Request Number",
        max_length=40,
        help_text="Your agency’s own number for this request. Each number is used once.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        agencies: Iterable[Agency],
        contracts: Iterable[Contract],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        contract = cast(ContractChoice, self.fields["contract"])
        ids = [each.pk for each in agencies]
        agency.queryset = Agency.objects.filter(pk__in=ids)
        if len(ids) == 1:
            agency.widget = forms.HiddenInput()
            agency.initial = ids[0]
        contract.queryset = (
            Contract.objects.filter(pk__in=[each.pk for each in contracts])
            .select_related("contractor")
            .prefetch_related("categories")
        )


class _StepForm(PrintedForm, forms.ModelForm[Order]):
    """Some fields of a draft; `version` says which version the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    # Fields that the form can't go out without, and a draft can
    needed: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, data: QueryDict | None = None, *, instance: Order, may_lack: bool = False
    ) -> None:
        super().__init__(data, instance=instance, initial={"version": instance.version})
        self.may_lack = may_lack
        self._need(True)

    def _need(self, is_needed: bool) -> None:
        for name in self.needed:
            self.fields[name].required = is_needed

    def full_clean(self) -> None:
        """A form that `may_lack` needed fields misses none, and still shows them as needed."""
        self._need(not self.may_lack)
        super().full_clean()
        self._need(True)

    def changed(self) -> dict[str, Any]:
        """The cleaned fields of the model alone."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class HeaderForm(_StepForm):
    """Sections 1 to 3."""

    class Meta:
        model = Order
        fields = ("agency_request_number", "is_service", "is_equipment", "is_other")
        labels = {"agency_request_number": "1. Agency Request Number"}

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        if not any(cleaned.get(box) for box in ("is_service", "is_equipment", "is_other")):
            self.add_error("is_service", "Check at least one box that applies to this request.")
        return cleaned


class WhereForm(_StepForm):
    """Section 4, the service addresses."""

    class Meta:
        model = Order
        fields = ("requested_address", "present_address")
        widgets = {
            "requested_address": forms.Textarea({"rows": 4}),
            "present_address": forms.Textarea({"rows": 4}),
        }
        help_texts = {
            "requested_address": "Where the service is wanted; needed to add or move a service.",
            "present_address": "Where the service is now; needed to move one.",
        }


class ContactsForm(_StepForm):
    """Section 4, the department, its contact and its billing."""

    needed = ("contact_name", "contact_phone", "contact_email", "billing_address")

    class Meta:
        model = Order
        fields = (
            "department", "division", "general_services_code", "contact_name", "contact_phone",
            "contact_fax", "contact_email", "billing_address",
        )  # fmt: skip
        widgets = {"billing_address": forms.Textarea({"rows": 4})}

    def __init__(
        self, data: QueryDict | None = None, *, instance: Order, may_lack: bool = False
    ) -> None:
        super().__init__(data, instance=instance, may_lack=may_lack)
        self.fields["contact_email"].widget.attrs["autocomplete"] = "email"
        self.fields["contact_phone"].widget.attrs["autocomplete"] = "tel"


class ChooseDraftForm(forms.Form):
    """Which draft a service found in the catalogue goes onto, and how many of it."""

    order = DraftChoice(
        Order.objects.none(), label="Put it on", widget=forms.RadioSelect, empty_label=None
    )
    quantity = quantity_field()
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, data: QueryDict | None = None, *, drafts: Iterable[Order]) -> None:
        super().__init__(data)
        order = cast(DraftChoice, self.fields["order"])
        ids = [draft.pk for draft in drafts]
        order.queryset = Order.objects.filter(pk__in=ids)
        if len(ids) == 1:
            (order.initial,) = ids


class AttachForm(forms.Form):
    """The STD. 65 of an equipment request, or additional information."""

    kind = forms.ChoiceField(choices=Attachment.Kind.choices, label="What it is")
    file = forms.FileField(label="PDF file", help_text="Up to 4 MB.")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_ATTACHMENT:
            raise forms.ValidationError("This file is larger than 4 MB. Attach a smaller one.")
        return file
