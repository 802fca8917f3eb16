"""The forms of a local purchasing document: the agency's, and the contractor's desk's."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from catalog.models import Contract
from orders.forms.desk import LinesField
from orders.forms.printed import LARGEST_ATTACHMENT, ContractChoice, DateInput, PrintedForm
from orders.models import LocalLine, LocalOrder
from orders.services.desk.steps import Numbers
from stmm.agencies.forms import DayField
from stmm.agencies.models import Agency


class DocumentForm(PrintedForm, forms.ModelForm[LocalOrder]):
    """What the document says of itself, whom to ask, and where the service goes."""

    file = forms.FileField(
        label="The document (PDF)",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        help_text="Up to 4 MB. It goes to the contractor as it is.",
    )

    class Meta:
        model = LocalOrder
        fields = (
            "document_number", "document_date", "contact_name", "contact_phone",
            "contact_email", "service_address",
        )  # fmt: skip
        field_classes: ClassVar = {"document_date": DayField}
        widgets: ClassVar = {
            "document_date": DateInput(),
            "service_address": forms.Textarea({"rows": 3}),
        }
        help_texts: ClassVar = {
            "document_number": "Your agency’s own, such as of its purchase order."
        }

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_ATTACHMENT:
            raise forms.ValidationError("This file is larger than 4 MB. Attach a smaller one.")
        return file

    def said(self) -> dict[str, Any]:
        """The cleaned fields of the model alone."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def upload(self) -> dict[str, Any]:
        """Name and bytes of the file; nothing where none was sent."""
        file = self.cleaned_data["file"]
        return {"file_name": file.name, "content": file.read()} if file else {}


class StartLocalForm(DocumentForm):
    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label=None)
    contract = ContractChoice(
        Contract.objects.none(),
        label="Contractor and contract",
        help_text="One document goes to one contractor, under one contract in term.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    field_order = ("agency", "contract", "document_number", "document_date", "file")

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        agencies: Iterable[Agency],
        contracts: Iterable[Contract],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        ids = [each.pk for each in agencies]
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        agency.queryset = Agency.objects.filter(pk__in=ids)
        if len(ids) == 1:
            agency.widget = forms.HiddenInput()
            agency.initial = ids[0]
        contract = cast(ContractChoice, self.fields["contract"])
        contract.queryset = (
            Contract.objects.filter(pk__in=[each.pk for each in contracts])
            .select_related("contractor")
            .prefetch_related("categories")
        )


class ChangeLocalForm(DocumentForm):
    """A draft's fields; `version` says which version the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, files: Any = None, *, instance: LocalOrder
    ) -> None:
        super().__init__(data, files, instance=instance, initial={"version": instance.version})
        self.fields["file"].required = False
        self.fields["file"].label = "Another file of the document (PDF)"


class RecordForm(forms.Form):
    """What stood on the page is recorded."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CompleteLocalForm(forms.Form):
    """Lines that work, and by which numbers they are billed; the same for all checked."""

    lines = LinesField()
    completed_on = DayField(label="Completed on", help_text="The first day the service worked.")
    circuit_numbers = forms.CharField(
        label="Circuit or telephone numbers",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    billing_account = forms.CharField(label="Billing account number", required=False, max_length=60)
    sr_number = forms.CharField(label="SR Number", required=False, max_length=60)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        lines: Iterable[LocalLine],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        field = cast(LinesField, self.fields["lines"])
        field.choices = [
            (line.pk, f"{line}: {line.quantity} × {line.service_name}") for line in lines
        ]

    def numbers(self) -> dict[int, Numbers]:
        said = Numbers(
            self.cleaned_data["circuit_numbers"],
            self.cleaned_data["billing_account"],
            self.cleaned_data["sr_number"],
        )
        return dict.fromkeys(self.cleaned_data["lines"], said)
