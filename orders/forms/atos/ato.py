"""What people fill in of ATOs and of the eligibility of their agencies."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict

from catalog.models import Category, Contract, Service
from orders.forms.printed import ContractChoice, PrintedForm
from orders.models import AtoPaper, Ground
from stmm.agencies.forms import DayField, reason_field
from stmm.agencies.models import Agency

LARGEST_SCAN = 8 * 1024 * 1024
# Of the form, beside what the paper lists
CONTENT = (
    "legal_name", "ground", "address", "e_rate", "funding_year", "form_470", "form_471",
)  # fmt: skip


class ScanField(forms.FileField):
    """A PDF that a person scanned; that it is one, the service sees."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = cast("UploadedFile[bytes]", super().clean(data, initial))
        if file and file.size and file.size > LARGEST_SCAN:
            raise forms.ValidationError("This file is larger than 8 MB. Give a smaller one.")
        return file


class AgencyForm(forms.Form):
    """Of whom a person speaks; hidden where they speak for one agency alone."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label=None)

    def __init__(
        self, data: QueryDict | None = None, *args: Any, agencies: Iterable[Agency], **kwargs: Any
    ) -> None:
        super().__init__(data, *args, **kwargs)
        field = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        ids = [agency.pk for agency in agencies]
        field.queryset = Agency.objects.filter(pk__in=ids)
        if len(ids) == 1:
            field.widget = forms.HiddenInput()
            field.initial = ids[0]


class BeginForm(AgencyForm):
    contract = ContractChoice(
        Contract.objects.none(),
        label="Contractor and contract",
        help_text="One ATO is for one contract. Listed are contracts in term without an ATO yet.",
    )

    def __init__(self, *args: Any, contracts: QuerySet[Contract], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(ContractChoice, self.fields["contract"])
        field.queryset = contracts.select_related("contractor").prefetch_related("categories")


class PaperForm(PrintedForm, forms.ModelForm[AtoPaper]):
    """What a paper says and lists. A draft may lack what it needs to be signed."""

    categories = forms.ModelMultipleChoiceField(
        Category.objects.none(),
        label="Categories and subcategories",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    services = forms.CharField(
        label="Single services",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Product IDs, one on each line, for services whose category is not checked.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = AtoPaper
        fields = CONTENT
        widgets: ClassVar = {"address": forms.Textarea({"rows": 3})}
        help_texts: ClassVar = {
            "e_rate": "Then give the funding year and the Form 470 application number."
        }

    def __init__(self, data: QueryDict | None = None, *, instance: AtoPaper) -> None:
        listed = list(instance.listed.select_related("service"))
        initial = {
            "version": instance.version,
            "categories": [item.category_id for item in listed if item.category_id],
            "services": "\n".join(item.service.product_id for item in listed if item.service),
        }
        super().__init__(data, instance=instance, initial=initial)
        self.contract = instance.ato.contract
        self._need(True)
        field = cast("forms.ModelMultipleChoiceField[Category]", self.fields["categories"])
        field.queryset = self.contract.categories.all()

    def _need(self, is_needed: bool) -> None:
        for name in ("ground", "address"):
            self.fields[name].required = is_needed

    def full_clean(self) -> None:
        """Shown as needed, and kept without."""
        self._need(False)
        super().full_clean()
        self._need(True)

    def clean_services(self) -> list[Service]:
        """The services that the Product IDs name."""
        wanted = dict.fromkeys(self.cleaned_data["services"].split())
        found = {
            service.product_id: service
            for service in self.contract.services.filter(product_id__in=wanted)
        }
        if unknown := [each for each in wanted if each not in found]:
            raise forms.ValidationError(
                f"No service of {self.contract.number} has the Product ID {', '.join(unknown)}."
            )
        return list(found.values())

    def said(self) -> dict[str, Any]:
        """What the paper says, by field."""
        return {name: self.cleaned_data[name] for name in CONTENT}


class SignatureForm(PrintedForm, forms.Form):
    """Who signed, as what, and when, as written on paper."""

    signatory = forms.CharField(label="Name of the person who signed", max_length=150)
    title = forms.CharField(label="Title", max_length=150)
    signed_on = DayField(label="Date of the signature")


class ApprovalForm(PrintedForm, forms.Form):
    approver = forms.CharField(label="Approved for the State by", max_length=150)
    approver_title = forms.CharField(label="Title", max_length=150)
    approved_on = DayField(
        label="Date of the approval",
        help_text="The two years of what it newly lists run from this day.",
    )


class WithReasonForm(PrintedForm, forms.Form):
    """Why a paper is returned or withdrawn, or a registration returned."""

    reason = reason_field("")


class EndForm(WithReasonForm):
    ended_on = DayField(
        label="Day on which it ends", help_text="From this day on nothing is ordered under it."
    )
    field_order = ("ended_on", "reason")

    def __init__(self, data: QueryDict | None = None, *, earliest: date) -> None:
        super().__init__(data, initial={"ended_on": earliest})


class ScanForm(forms.Form):
    file = ScanField(label="PDF of the signed form", help_text="Up to 8 MB.")


class RegisterForm(AgencyForm):
    """The ground of eligibility, and its evidence (domain.md 3.4)."""

    ground = forms.ChoiceField(
        choices=Ground.choices, label="Ground of eligibility", widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label="What shows it",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="For example the law or the agreement by which the body was formed.",
    )
    file = ScanField(
        label="Signed NESPA (PDF)",
        help_text="The Non-State Entity Service Policy and Agreement. Up to 8 MB.",
    )
