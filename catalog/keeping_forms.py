"""What STND analysts record of contracts and designations, and what agencies ask them."""

from typing import Any, cast

from django import forms

from catalog.models import Category, Contract, Contractor, Designation, Service
from catalog.services.rulings import ANSWERS
from stmm.agencies.forms import DayField, reason_field
from stmm.agencies.models import Agency

MOST_COMPARED = 999_999


class CategoryChoice(forms.ModelChoiceField[Category]):
    """A category of one contract, or nothing, in the words of `empty_label`."""

    def __init__(self, *, label: str, empty_label: str) -> None:
        super().__init__(
            Category.objects.none(), label=label, empty_label=empty_label, required=False
        )


class ForContractForm(forms.Form):
    """A form about one contract, which offers its categories where it asks for one."""

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(choice := self.fields.get("category"), CategoryChoice):
            choice.queryset = contract.categories.all()


class FlagForm(forms.Form):
    value = forms.ChoiceField(
        label="Designation", choices=Designation.Value.choices, widget=forms.RadioSelect
    )
    effective_from = DayField(
        label="From",
        help_text="The first day it holds. What was recorded before stays, with its own day.",
    )
    reason = reason_field("Why. Every agency can read it on the service’s page.")
    notice = forms.CharField(
        label="Notice reference",
        required=False,
        max_length=200,
        help_text="The Department’s notice that says it, such as its number and date.",
    )


class ContractFlagForm(ForContractForm, FlagForm):
    category = CategoryChoice(label="Of what", empty_label="The whole contract")
    field_order = ("category", "value", "effective_from", "reason", "notice")


class AskForm(forms.Form):
    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label=None)
    question = forms.CharField(
        label="Question",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What you want to buy, and why you can’t tell whether it is mandatory.",
    )

    def __init__(self, *args: Any, agencies: tuple[Agency, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        choice.queryset = Agency.objects.filter(pk__in=[agency.pk for agency in agencies])
        if len(agencies) == 1:
            choice.widget = forms.HiddenInput()
            choice.initial = agencies[0].pk


class AnswerForm(forms.Form):
    value = forms.ChoiceField(
        label="The service is",
        choices=[(value.value, value.label) for value in ANSWERS],
        widget=forms.RadioSelect,
    )
    effective_from = DayField(
        label="From", help_text="The first day it holds, for every agency, not only for this one."
    )
    reason = reason_field("Why. Every agency can read it on the service’s page.")


class ExtensionForm(ForContractForm):
    last_day = DayField(label="Last day of the extension")
    basis = forms.CharField(
        label="Amendment",
        max_length=200,
        help_text="What extends the contract, such as the amendment’s number and date.",
    )


class DeskForm(ForContractForm):
    category = CategoryChoice(
        label="For orders of", empty_label="Every category without its own address"
    )
    email = forms.EmailField(
        label="Email address",
        required=False,
        help_text="Leave it empty to send a category’s orders to the general address again.",
    )
    effective_from = DayField(label="From", help_text="The first day orders go there.")
    reason = reason_field("Such as the contractor’s letter and its date.")


class BuyerForm(ForContractForm):
    agency = forms.CharField(
        label="Agency",
        max_length=200,
        help_text="Its code, or its whole name as it is on the page of agencies.",
    )
    is_listed = forms.TypedChoiceField(
        label="The list",
        choices=[("yes", "Put it on the list"), ("no", "Take it off the list")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    effective_from = DayField(label="From", help_text="The first day it may order, or may not.")
    reason = reason_field("Such as the list of public safety entities and its date.")

    def clean_agency(self) -> Agency:
        said = self.cleaned_data["agency"].strip()
        found = Agency.objects.filter(code=said) | Agency.objects.filter(name__iexact=said)
        agencies = list(found[:2])
        if len(agencies) != 1:
            raise forms.ValidationError(
                f"No agency has the code or the name “{said}”."
                if not agencies
                else f"More than one agency is called “{said}”. Give its code."
            )
        return agencies[0]


class BuyersForm(ForContractForm):
    buyers = forms.ChoiceField(
        label="Who may order", choices=Contract.Buyers.choices, widget=forms.RadioSelect
    )
    reason = reason_field("What it rests on, such as a clause of the contract.")


class ExclusivityForm(ForContractForm):
    is_exclusive = forms.TypedChoiceField(
        label="The services on an ATO under this contract",
        choices=[
            ("yes", "Are bought from CALNET alone for two years from the State’s approval"),
            ("no", "May be bought elsewhere at any time"),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    effective_from = DayField(
        label="From", help_text="The first day it holds, for every agency with an ATO."
    )
    reason = reason_field("What it rests on, such as a clause of the contract.")


class ContractorForm(forms.Form):
    """A new name, or the contractor that this one became part of: one of both."""

    name = forms.CharField(label="New name", max_length=120, required=False)
    successor = forms.ModelChoiceField(
        Contractor.objects.none(),
        label="Or it became part of",
        required=False,
        empty_label="Nobody: it only has a new name",
    )
    effective_from = DayField(label="From")
    reason = reason_field("Such as the assignment or the amendment, and its date.")

    def __init__(self, *args: Any, contractor: Contractor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Contractor]", self.fields["successor"])
        choice.queryset = Contractor.objects.exclude(pk=contractor.pk)

    def clean(self) -> dict[str, Any]:
        if bool(self.cleaned_data.get("name")) == bool(self.cleaned_data.get("successor")):
            self.add_error(
                "name", "Give a new name, or choose whom it became part of: one of both."
            )
        return self.cleaned_data


class QuantityForm(forms.Form):
    """How many to compare for, as it stands in the address."""

    quantity = forms.IntegerField(
        min_value=1,
        max_value=MOST_COMPARED,
        error_messages={"invalid": "Give a whole number. The page shows one."},
    )


class EquivalentForm(forms.Form):
    """The service that another one is equivalent to: chosen among suggestions, or typed."""

    other = forms.IntegerField(required=False, widget=forms.HiddenInput)
    product_id = forms.CharField(label="Product ID", max_length=64, required=False)

    def clean(self) -> dict[str, Any]:
        other, typed = self.cleaned_data.get("other"), self.cleaned_data.get("product_id")
        wanted = {"pk": other} if other else {"product_id": typed}
        found = list(Service.objects.filter(**wanted).select_related("contract")[:2])
        if len(found) == 1:
            return {"service": found[0]}
        if found:
            refusal = f"Several contracts use {typed}. Open the one you mean and mark it there."
        else:
            refusal = f"No service has the product ID “{typed}”." if typed else "Give a product ID."
        self.add_error("product_id", refusal)
        return self.cleaned_data
