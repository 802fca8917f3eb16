"""What is filled in to hand over, approve and sign, and what an agency lays down about it."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict

from catalog.models import Category
from orders.forms.printed import PrintedForm
from orders.models import SigningRule
from stmm.accounts.models import User
from stmm.accounts.password_again import PasswordField
from stmm.agencies.forms import DayField
from stmm.agencies.models import Agency, Appointment


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


class SigningRuleForm(forms.Form):
    """When an order needs the CATR's word."""

    needs_catr = forms.ChoiceField(
        label="An order needs the CATR’s approval",
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


class HandOverForm(PrintedForm, forms.Form):
    note = forms.CharField(
        label="Note to the signer", max_length=1000, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class ConfirmForm(forms.Form):
    """Section 6: the attestation, and the password again."""

    attest = forms.BooleanField(
        label="I attest", error_messages={"required": "Check this box to sign."}
    )
    password = PasswordField()


class SignForm(ConfirmForm):
    """For the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ApproveForm(forms.Form):
    """The order as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
