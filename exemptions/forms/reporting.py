"""What the register and the reports are narrowed to, as it stands in the address."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from exemptions.models import Decision
from exemptions.models.case import Outcome
from exemptions.reading.register import OUTCOMES, decisions
from stmm.agencies.forms import DayField

A_YEAR = timedelta(days=365)


class RegisterFilterForm(forms.Form):
    """The register of decisions. What can't be read filters nothing."""

    q = forms.CharField(
        label="Agency, service or number",
        required=False,
        max_length=100,
        widget=forms.SearchInput,
    )
    outcome = forms.ChoiceField(
        required=False,
        choices=[("", "Any outcome"), *((each.value, label) for each, label in OUTCOMES.items())],
    )

    def decisions(self) -> QuerySet[Decision]:
        """Those that meet every filter, the newest first. Call after `is_valid`."""
        found = decisions()
        if outcome := self.cleaned_data.get("outcome"):
            found = found.filter(outcome=Outcome(outcome))
        if text := self.cleaned_data.get("q"):
            wanted = Q(request__agency__name__icontains=text) | Q(
                request__items__service__name__icontains=text
            )
            number = text.upper().removeprefix("EXM-")
            if number.isascii() and number.isdigit() and len(number) < 10:
                wanted |= Q(request=int(number))
            found = found.filter(pk__in=Decision.objects.filter(wanted).values("pk"))
        return found


class PeriodForm(forms.Form):
    """The days of a report, both counted; the year up to today unless told."""

    since = DayField(label="From", required=False)
    to = DayField(label="To", required=False)

    def clean(self) -> dict[str, Any]:
        since, to = self.cleaned_data.get("since"), self.cleaned_data.get("to")
        if since and to and to < since:
            self.add_error("to", "The last day can’t come before the first.")
        return self.cleaned_data

    def period(self, today: date) -> tuple[date, date]:
        """First and last day. Call after `is_valid`; days that can't be read are as if not told."""
        to: date = self.cleaned_data.get("to") or today
        since: date = self.cleaned_data.get("since") or to - A_YEAR
        return since, to
