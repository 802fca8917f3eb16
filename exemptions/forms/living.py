"""What people say in the life of an exemption: how a condition was met, why one is revoked."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from django import forms

from exemptions.models import Delegation, ExemptionRequest
from exemptions.models.delegation import DelegationQuerySet
from stmm.accounts.password_again import PasswordField
from stmm.agencies.access import Access
from stmm.agencies.forms import DayField, PrintedField, reason_field
from stmm.agencies.models import Agency

STANDS, ENDED, WITHDRAWN = "stands", "ended", "withdrawn"


class MeetForm(forms.Form):
    how = forms.CharField(
        label="How it was met",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What was done, when, and where it can be seen. It is kept with your name.",
    )


class RevokeForm(forms.Form):
    reason = PrintedField(
        label="Reason",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="It is printed in the letter to the agency.",
    )
    password = PasswordField()


class DelegationForm(forms.Form):
    """A delegation as STND records it."""

    agency = forms.ModelChoiceField(
        Agency.objects.filter(kind=Agency.Kind.STATE).order_by("name"),
        empty_label="Choose the agency",
    )
    reference = PrintedField(
        max_length=60, help_text="As it stands on the paper, such as GTD-2026-014."
    )
    scope = PrintedField(
        label="What it covers", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    starts_on = DayField(label="First day")
    last_day = DayField(
        label="Last day", required=False, help_text="Leave it empty where it has no end."
    )

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day can’t come before the first.")
        return self.cleaned_data

    @property
    def fields_of_delegation(self) -> dict[str, Any]:
        """As the service takes them; `until` is the first day that is no longer covered."""
        last: date | None = self.cleaned_data["last_day"]
        names = ("agency", "reference", "scope", "starts_on")
        return {name: self.cleaned_data[name] for name in names} | {
            "until": last + timedelta(days=1) if last else None
        }


class WithdrawForm(forms.Form):
    reason = reason_field("It counts for nothing from now on. The reason is kept in the record.")


class NameDelegationForm(forms.Form):
    """Which of the agency's standing delegations a request has."""

    delegation = forms.ModelChoiceField(
        Delegation.objects.none(), empty_label="Choose a delegation"
    )

    def __init__(self, data: Mapping[str, Any] | None, *, request: ExemptionRequest) -> None:
        super().__init__(data)
        field = cast("forms.ModelChoiceField[Delegation]", self.fields["delegation"])
        field.queryset = request.agency.delegations.filter(withdrawn_at__isnull=True)


class DelegationFilterForm(forms.Form):
    """The list of delegations, filtered by its address."""

    q = forms.CharField(label="Reference, agency, scope", required=False, max_length=100)
    agency = forms.ModelChoiceField(Agency.objects.none(), required=False, empty_label="Any agency")
    state = forms.ChoiceField(
        label="State today",
        required=False,
        choices=[
            ("", "Any state"),
            (STANDS, "In effect"),
            (ENDED, "Ended, or to come"),
            (WITHDRAWN, "Withdrawn"),
        ],
    )

    def __init__(self, data: Mapping[str, Any], *, access: Access) -> None:
        super().__init__(data)
        self.access = access
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        agency.queryset = Agency.objects.visible_to(access).filter(kind=Agency.Kind.STATE)

    def delegations(self, on: date) -> DelegationQuerySet:
        """Those that this person may see and that meet every filter. Call after `is_valid`."""
        wanted = self.cleaned_data
        found = Delegation.objects.visible_to(self.access).matching(wanted.get("q", ""))
        if agency := wanted.get("agency"):
            found = found.filter(agency=agency)
        state = wanted.get("state")
        if state == STANDS:
            return found.in_effect(on)
        if state == WITHDRAWN:
            return found.filter(withdrawn_at__isnull=False)
        if state == ENDED:
            standing = found.filter(withdrawn_at__isnull=True)
            return standing.exclude(pk__in=standing.in_effect(on).order_by().values("pk"))
        return found
