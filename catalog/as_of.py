"""Any page of the catalogue as it was, or will be, on another day: `?on=2015-06-01`."""

from dataclasses import dataclass
from datetime import date

from django import forms

from stmm.agencies.access import Access
from stmm.agencies.forms import DayField
from stmm.agencies.middleware import Request
from stmm.policy.editions import EDITIONS

# The first day for which the manual's answer is known
FIRST_EDITION = min(edition.in_force_from for edition in EDITIONS)


class AsOfForm(forms.Form):
    on = DayField(
        label="As of",
        required=False,
        error_messages={
            "invalid": "This is not a day. Give it as 2026-03-02. The page shows today."
        },
    )


@dataclass(frozen=True, slots=True)
class AsOf:
    """The Pacific day that a page speaks of, and the form to choose another."""

    form: AsOfForm
    day: date
    is_today: bool

    @property
    def query(self) -> str:
        """What keeps the day in the address of another page, "" for today."""
        return "" if self.is_today else f"?on={self.day.isoformat()}"

    def access(self, access: Access) -> Access | None:
        """The person as they are appointed today, with the rules of that day.

        None for a day before the first edition of the manual that is known.
        """
        if self.day < FIRST_EDITION:
            return None
        return Access(access.user, self.day, access.appointments)


def as_of(request: Request) -> AsOf:
    """The day that the address asks for; today if it asks for none, or for what is no day."""
    form = AsOfForm(request.GET if "on" in request.GET else None)
    asked = form.cleaned_data["on"] if form.is_valid() else None
    return AsOf(form, asked or request.today, asked in (None, request.today))
