"""What STND analysts record of agencies, and what a list of agencies is narrowed by."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator

from stmm.accounts.models import User
from stmm.agencies.models import Agency, Appointment, Standing
from stmm.agencies.services import role_refusal
from stmm.documents.glyphs import PrintableValidator, normalise

LARGEST_FORM = 4 * 1024 * 1024
REASON_LENGTH = 1000
# What of a new person is asked for, as section 6 of the STD. 20 prints it
DETAILS = ("name", "title", "phone", "fax", "address", "city", "state", "zip_code")


class DateInput(forms.DateInput):
    """A date field of the browser's own, which speaks ISO 8601."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "form-control-narrow"})


class DayField(forms.DateField):
    """A day of some year that a person can mean: days far off overflow when one is added."""

    widget = DateInput
    default_validators = [
        MinValueValidator(date(1900, 1, 1)),
        MaxValueValidator(date(2199, 12, 31)),
    ]


class PrintedField(forms.CharField):
    """Ends up on a printed form: refused where no font of it has the characters."""

    default_validators = [*forms.CharField.default_validators, PrintableValidator()]

    def to_python(self, value: Any) -> Any:
        return normalise(super().to_python(value) or "")


def reason_field(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Reason",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


class AgencyFilterForm(forms.Form):
    q = forms.CharField(
        label="Name or code", required=False, max_length=200, widget=forms.SearchInput
    )
    kind = forms.ChoiceField(choices=[("", "Every kind"), *Agency.Kind.choices], required=False)
    standing = forms.ChoiceField(
        label="Standing today",
        choices=[("", "Every standing"), *Standing.Value.choices],
        required=False,
    )


class AgencyForm(forms.Form):
    kind = forms.ChoiceField(choices=Agency.Kind.choices, widget=forms.RadioSelect)
    code = forms.CharField(
        label="Code",
        required=False,
        max_length=12,
        validators=[RegexValidator(r"^\d+$", "A code is written in digits.")],
        widget=forms.TextInput(attrs={"class": "form-control-narrow", "inputmode": "numeric"}),
        help_text="Of a State entity: its organization code of the Uniform Codes Manual, with "
        "leading zeros. Other bodies have none.",
    )
    name = PrintedField(max_length=200)


class StandingForm(forms.Form):
    value = forms.ChoiceField(
        label="Standing", choices=Standing.Value.choices, widget=forms.RadioSelect
    )
    effective_from = DayField(
        label="From",
        help_text="The first day it holds. What was recorded before stays, with its own day.",
    )
    reason = reason_field("What the Department’s decision rests on, such as a letter and its date.")


class AppointmentForm(forms.Form):
    role = forms.ChoiceField(widget=forms.RadioSelect)
    starts_on = DayField(label="First day")
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="The one they sign in with. Somebody new gets a link there to set a password.",
    )
    cdt_965 = forms.FileField(
        label="Form CDT-965, signed",
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        help_text="A PDF of up to 4 MB. CATRs and ATRs are designated by this form.",
    )
    name = PrintedField(max_length=150, required=False)
    title = PrintedField(label="Job title", max_length=150, required=False)
    phone = PrintedField(label="Phone number", max_length=40, required=False)
    fax = PrintedField(label="Fax number", max_length=40, required=False)
    address = PrintedField(max_length=200, required=False)
    city = PrintedField(max_length=100, required=False)
    state = PrintedField(
        max_length=2, required=False, validators=[RegexValidator(r"^[A-Z]{2}$", "Two capitals.")]
    )
    zip_code = PrintedField(label="ZIP code", max_length=10, required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, see above
            (role.value, role.label) for role in Appointment.Role if not role_refusal(agency, role)
        ]

    def clean_cdt_965(self) -> bytes | None:
        uploaded: UploadedFile[bytes] | None = self.cleaned_data["cdt_965"]
        if uploaded is None:
            return None
        if (uploaded.size or 0) > LARGEST_FORM:
            raise forms.ValidationError("This file is larger than 4 MB.")
        content = bytes(uploaded.read())
        if not content.startswith(b"%PDF-"):
            raise forms.ValidationError("This file is not a PDF.")
        return content

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        email, name = self.cleaned_data.get("email"), self.cleaned_data.get("name")
        if email and not name and not User.objects.filter(email=email).exists():
            self.add_error("name", f"Nobody signs in with {email} yet: give the new person’s name.")
        return self.cleaned_data

    @property
    def appointment(self) -> dict[str, Any]:
        """What was said of the appointment, as `appoint_by_email` takes it."""
        said = {name: self.cleaned_data[name] for name in ("email", "role", "starts_on")}
        return said | {"form": self.cleaned_data["cdt_965"]}

    @property
    def details(self) -> dict[str, str]:
        """What was typed of the person themselves."""
        typed = {name: self.cleaned_data[name] for name in DETAILS}
        return {name: value for name, value in typed.items() if value}


class EndForm(forms.Form):
    last_day = DayField(
        label="Last day",
        help_text="The last day on which they may act. What they signed until then stays valid.",
    )
    reason = reason_field("It is kept in the record, with your name.")

    @property
    def until(self) -> date:
        """The first day without the appointment."""
        last_day: date = self.cleaned_data["last_day"]
        return last_day + timedelta(days=1)
