"""The day on which something is wanted: today or later."""

from datetime import date

from django import forms
from django.http import QueryDict

from stmm.agencies.forms import DayField

PASSED = "This day has passed: give today or a later day."


class WantedOnForm(forms.Form):
    """`on` is the Pacific day on which it is filled in."""

    wanted_on = DayField(label="Wanted on")

    def __init__(self, data: QueryDict | None = None, *, on: date) -> None:
        super().__init__(data)
        self.on = on

    def clean_wanted_on(self) -> date:
        wanted: date = self.cleaned_data["wanted_on"]
        if wanted < self.on:
            raise forms.ValidationError(PASSED)
        return wanted
