"""What an agency fills in besides the order: who signs, who stands in, changes, notes."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from catalog.models import Category
from orders.forms.order import PrintedForm
from orders.models import LineProgress, OrderLine, SigningRule
from stmm.accounts.models import User
from stmm.agencies.forms import DayField
from stmm.agencies.models import Agency, Appointment

WHOLE, CHOSEN = "whole", "chosen"
_READ_BY_CONTRACTOR = "The contractor reads it."


def _amount(label: str, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput({"class": "form-control-narrow", "step": "0.01"}),
        help_text=help_text,
    )


def _reason(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=help_text,
    )


class SigningRuleForm(forms.Form):
    """When an order needs the CATR's word."""

    needs_catr = forms.ChoiceField(
        label="An order needs the CATR’s word",
        choices=SigningRule.Needs.choices,
        widget=forms.RadioSelect,
    )
    monthly_above = _amount(
        "Where its monthly total is above, in dollars",
        "Quantity times MRC of every line, at the charges of the day, without the fee.",
    )
    once_above = _amount(
        "Where its one-time total is above, in dollars",
        "Quantity times NRC of every line, the same way.",
    )
    categories = forms.ModelMultipleChoiceField(
        Category.objects.all(),
        label="Where it has a service of these categories",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict | None = None, *, rule: SigningRule | None) -> None:
        initial = {"needs_catr": SigningRule.Needs.NEVER} if rule is None else _as_initial(rule)
        super().__init__(data, initial=initial)


def _as_initial(rule: SigningRule) -> dict[str, Any]:
    return {
        "needs_catr": rule.needs_catr,
        "monthly_above": rule.monthly_above,
        "once_above": rule.once_above,
        "categories": list(rule.categories.all()),
    }


class DeputyForm(forms.Form):
    """Which ATR stands in for the CATR, from the first day to the last one."""

    user = forms.ModelChoiceField(
        User.objects.none(), label="ATR", empty_label="Choose an ATR of the agency"
    )
    starts_on = DayField(label="First day")
    last_day = DayField(label="Last day", help_text="The last day on which they stand in.")

    def __init__(
        self, data: QueryDict | None = None, *, agency: Agency, user: User, on: date
    ) -> None:
        super().__init__(data, initial={"starts_on": on})
        atrs = Appointment.objects.at_or_after(on).filter(agency=agency, role=Appointment.Role.ATR)
        choice = cast("forms.ModelChoiceField[User]", self.fields["user"])
        choice.queryset = (
            User.objects.filter(pk__in=atrs.values("user")).exclude(pk=user.pk).order_by("name")
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


class ExpediteForm(PrintedForm, forms.Form):
    """A sooner day, and why."""

    wanted_on = DayField(label="Wanted on")
    reason = _reason(_READ_BY_CONTRACTOR)

    def __init__(self, data: QueryDict | None = None, *, on: date) -> None:
        super().__init__(data)
        self.on = on

    def clean_wanted_on(self) -> date:
        wanted: date = self.cleaned_data["wanted_on"]
        if wanted < self.on:
            raise forms.ValidationError("This day has passed: give today or a later day.")
        return wanted


class NoteForm(forms.Form):
    """What people of the agency tell each other."""

    text = forms.CharField(
        label="Note",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="For people of the agency and for oversight. The contractor never sees it.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ApproveForm(forms.Form):
    """The order as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
