"""Entries of an agency's address book as they are filled in, and their kinds as pages name them.

What is kept here ends up on the STD. 20: it is printable, or refused by name.
"""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict

from stmm.agencies.forms import PrintedField
from stmm.agencies.models import BillingAccount, BookEntry, Contact, Site
from stmm.documents.glyphs import PrintableValidator


def address_field(label: str) -> PrintedField:
    return PrintedField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class EntryForm(forms.Form):
    """`version` says which version of an entry the person saw; a new one has none."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, entry: BookEntry | None = None) -> None:
        names = [name for name in self.base_fields if entry is not None]
        super().__init__(data, initial={name: getattr(entry, name) for name in names})

    def show_both(self, refusal: str, stored: BookEntry) -> None:
        """Keep what was typed, and say beside each field what someone else made of it."""
        self.add_error(None, refusal)
        for name, typed in self.said.items():
            theirs = getattr(stored, name)
            if theirs != typed:
                self.add_error(name, f"Now in the address book: “{theirs}”")
        self.data = cast(QueryDict, self.data).copy()
        self.data["version"] = str(stored.version)

    @property
    def said(self) -> dict[str, Any]:
        """The cleaned fields of the entry alone."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class SiteForm(EntryForm):
    name = PrintedField(max_length=120, help_text="What your people call it: Fresno area office.")
    address = address_field("Address")


class AccountForm(EntryForm):
    number = PrintedField(label="Account number", max_length=60)
    label = PrintedField(max_length=120, required=False, help_text="What it is for.")
    contractor_name = PrintedField(label="Contractor", max_length=120)
    billing_address = address_field("Billing address")


class ContactForm(EntryForm):
    name = PrintedField(max_length=150)
    phone = PrintedField(label="Phone number", max_length=40)
    fax = PrintedField(label="Fax number", max_length=40, required=False)
    email = forms.EmailField(
        label="Email address", max_length=254, validators=[PrintableValidator()]
    )


class UseForm(forms.Form):
    """What the button asks for, whatever the entry is by now."""

    in_use = forms.ChoiceField(choices=[("yes", "In use"), ("no", "Out of use")])


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry: `word` names its addresses, `lead` says on its page what it is for."""

    model: type[BookEntry]
    form: type[EntryForm]
    word: str
    lead: str

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def plural(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def columns(self) -> dict[str, str]:
        """The label of each field of an entry."""
        fields = {n: f for n, f in self.form().fields.items() if n != "version"}
        return {name: str(field.label or name.capitalize()) for name, field in fields.items()}


SITE = Kind(
    Site, SiteForm, "site", "Where services are, and where they are wanted: step 3 of an order."
)
ACCOUNT = Kind(
    BillingAccount,
    AccountForm,
    "account",
    "Accounts at contractors, and where their bills go: step 4 of an order.",
)
CONTACT = Kind(
    Contact, ContactForm, "contact", "Whom the contractor asks about an order: step 4 of an order."
)
KINDS = (SITE, ACCOUNT, CONTACT)
