"""Forms of section 7: one request of the form, and finding the service for it."""

from datetime import date
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.text import Truncator

from catalog.models import Service
from orders.forms.printed import DateInput, PrintedForm
from orders.forms.wanted import PASSED, WantedOnForm
from orders.models import OpenService, OrderLine
from stmm.agencies.forms import DayField

Type = OrderLine.Type

# How much of a site's address a choice shows
SITE_LENGTH = 60
QUANTITY = "Give a quantity from 1 to 1,000,000."


class ExistingService(forms.ModelChoiceField[OpenService]):
    """One of an agency's open services: "12 × Hosted VoIP, account 555, Fresno"."""

    def label_from_instance(self, obj: OpenService) -> str:
        account = f"account {obj.billing_account}" if obj.billing_account else ""
        site = Truncator(" ".join(obj.site.split())).chars(SITE_LENGTH)
        return ", ".join(filter(None, (f"{obj.quantity} × {obj.service.name}", account, site)))


class LineForm(PrintedForm, forms.ModelForm[OrderLine]):
    """Section 7, one request, and what it acts on where this system knows it."""

    acts_on = ExistingService(
        OpenService.objects.none(),
        label="Existing service",
        required=False,
        empty_label="None of these",
        help_text="Which of your agency’s services to disconnect, change or move.",
        error_messages={
            "invalid_choice": "Choose one of your agency’s open services under this contract."
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = OrderLine
        fields = (
            "order_type", "acts_on", "quantity", "requested_date", "billing_account",
            "description", "comment",
        )  # fmt: skip
        widgets = {
            "order_type": forms.RadioSelect,
            "quantity": forms.NumberInput({"min": 1, "class": "form-control-narrow"}),
            "requested_date": DateInput(),
            "description": forms.Textarea({"rows": 2}),
            "comment": forms.Textarea({"rows": 2}),
        }
        error_messages = {"quantity": {"min_value": QUANTITY, "max_value": QUANTITY}}
        help_texts = {
            "billing_account": "Needed to disconnect, change or move a service."
            " Left empty, it is the existing service’s.",
        }

    def __init__(self, data: QueryDict | None = None, *, instance: OrderLine, on: date) -> None:
        super().__init__(data, instance=instance, initial={"version": instance.order.version})
        self.on = on
        self.fields["quantity"].widget.attrs.update({"min": 1, "max": 1_000_000})
        # A radio group offers its choices, and no blank one
        cast(forms.ChoiceField, self.fields["order_type"]).choices = Type.choices
        self._offer_services(instance)

    def _offer_services(self, line: OrderLine) -> None:
        """The agency's open services under the order's contract; no choice if there are none."""
        services = OpenService.objects.working().filter(
            agency=line.order.agency_id, service__contract=line.order.contract_id
        )
        if services.exists():
            choice = cast(ExistingService, self.fields["acts_on"])
            choice.queryset = services.select_related("service")
        else:
            del self.fields["acts_on"]

    def clean_quantity(self) -> int:
        quantity: int = self.cleaned_data["quantity"]
        if not 1 <= quantity <= 1_000_000:
            raise forms.ValidationError(QUANTITY)
        return quantity

    def clean_requested_date(self) -> date | None:
        wanted: date | None = self.cleaned_data["requested_date"]
        if wanted is not None and wanted < self.on and "requested_date" in self.changed_data:
            raise forms.ValidationError(PASSED)
        return wanted

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        kind = cleaned.get("order_type")
        if kind == Type.ADD:
            cleaned["acts_on"] = None
        elif kind and (service := cleaned.get("acts_on")):
            self._check_existing(Type(kind), service, cleaned.get("quantity"))
            cleaned["billing_account"] = cleaned.get("billing_account") or service.billing_account
        if kind and kind != Type.ADD and not cleaned.get("billing_account"):
            label = Type(kind).label
            self.add_error("billing_account", f"{label} needs the existing billing account number.")
        return cleaned

    def _check_existing(self, kind: Type, service: OpenService, quantity: int | None) -> None:
        if kind == Type.CHANGE:
            return
        ordered = self.instance.service
        if service.service_id != ordered.pk:
            self.add_error(
                "acts_on", f"This line is for {ordered.name}. Choose a service of that name."
            )
        elif quantity is not None and quantity > service.quantity:
            self.add_error(
                "quantity", f"{service.quantity} are open: give {service.quantity} or fewer."
            )

    def changed(self) -> dict[str, Any]:
        """The cleaned fields of the line alone; without a choice, what it acts on stays."""
        cleaned = self.cleaned_data
        return {name: cleaned[name] for name in self.Meta.fields if name in cleaned}


class DateLinesForm(WantedOnForm):
    """One day for all lines that have none yet."""

    wanted_on = DayField(label="Requested date of service")


def quantity_field() -> forms.IntegerField:
    """How many of a service that is being added."""
    problems = ("required", "invalid", "min_value", "max_value")
    return forms.IntegerField(
        min_value=1,
        max_value=1_000_000,
        initial=1,
        widget=forms.NumberInput({"class": "form-control-narrow"}),
        error_messages=dict.fromkeys(problems, QUANTITY),
    )


class AddLineForm(forms.Form):
    """A service found beside the lines, and how many of it."""

    service = forms.ModelChoiceField(Service.objects.all(), widget=forms.HiddenInput)
    quantity = quantity_field()
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class FindForm(forms.Form):
    """The search beside the lines."""

    q = forms.CharField(required=False, max_length=100)
