"""Forms for many lines at once, for filling from the address book, and for copies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.http import QueryDict

from catalog.matrix.formats import ENDINGS, READERS, ending_of
from orders.files.many_lines import COLUMNS, MOST_LINES
from orders.forms.printed import PrintedForm
from orders.reading import from_book
from stmm.agencies.models import Agency, BillingAccount, BookEntry, Contact, Site

LARGEST_FILE = 4 * 1024 * 1024
_IN_ORDER = ", ".join(column.heading for column in COLUMNS)


class PasteForm(forms.Form):
    """Rows as a spreadsheet program copies them. Their cells are checked one by one."""

    text = forms.CharField(
        label="Lines",
        strip=False,
        max_length=1_000_000,
        help_text=f"One line in each row, its cells separated by tabs or commas: {_IN_ORDER}. With "
        "headings, the columns may stand in any order. An empty type is Add, an empty quantity 1.",
        widget=forms.Textarea({"rows": 10, "spellcheck": "false", "class": "pasted"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError("Paste at least one line.")
        return text


class UploadLinesForm(forms.Form):
    file = forms.FileField(
        label="Spreadsheet",
        help_text=f"One file ({ENDINGS}), at most 4 MB and {MOST_LINES} lines. Columns: "
        f"{_IN_ORDER}.",
        error_messages={"empty": "The file is empty. Choose the one with the lines."},
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if ending_of(file.name or "") not in READERS:
            raise forms.ValidationError(f"Choose a file named {ENDINGS}.")
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("This file is larger than 4 MB. Send a smaller one.")
        return file


class CopyForm(PrintedForm, forms.Form):
    """The number of the new order, which is all that it can't have from the earlier one."""

    agency_request_number = forms.CharField(
        label="1. Agency Request Number",
        max_length=40,
        help_text="Your agency’s own number for the new request. Each number is used once.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


@dataclass(frozen=True, slots=True)
class Use:
    """One button: of which kind of entry, what it fills, and what it says."""

    kind: str
    fields_of: Callable[[Any], from_book.Fields]
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of entry on the page: its field, where it is kept, what its buttons send and say."""

    field: forms.BoundField
    plural: str
    list_name: str
    has_entries: bool
    buttons: tuple[tuple[str, str], ...]


class BookForm(forms.Form):
    """Entries in use of the agency's address book, which a step of an order can be filled from.

    Its buttons stand in the form of the step, so that they send what was typed there too.
    """

    kinds: ClassVar[Mapping[str, type[BookEntry]]] = {}
    uses: ClassVar[Mapping[str, Use]] = {}

    def __init__(self, data: QueryDict | None = None, *, agency: Agency) -> None:
        asked = data.get("use") if data is not None else None
        self.use = self.uses.get(asked or "")
        super().__init__(data if self.use else None, prefix="book")
        self.entries: dict[str, dict[str, BookEntry]] = {}
        for name, kind in self.kinds.items():
            kept = kind._default_manager.filter(agency=agency, is_in_use=True)
            entries = self.entries[name] = {str(entry.pk): entry for entry in kept}
            self.fields[name] = forms.ChoiceField(
                label=str(kind._meta.verbose_name).capitalize(),
                choices=[("", "Choose one"), *((key, str(each)) for key, each in entries.items())],
                required=self.use is not None and self.use.kind == name,
                error_messages={"required": "Choose one first."},
            )

    def filled(self) -> tuple[BookEntry, from_book.Fields] | None:
        """The entry of the button that was pressed, and what it fills; None without either."""
        if self.use is None or not self.is_valid():
            return None
        entry = self.entries[self.use.kind][self.cleaned_data[self.use.kind]]
        return entry, self.use.fields_of(entry)

    def parts(self) -> list[Part]:
        return [
            Part(
                self[name],
                str(kind._meta.verbose_name_plural),
                f"agencies:{name}s",
                bool(self.entries[name]),
                tuple((sent, use.words) for sent, use in self.uses.items() if use.kind == name),
            )
            for name, kind in self.kinds.items()
        ]


class SitesForm(BookForm):
    """For step 3, where and when."""

    kinds = {"site": Site}
    uses = {
        "requested_address": Use("site", from_book.requested_at, "Use as requested address"),
        "present_address": Use("site", from_book.present_at, "Use as present address"),
    }


class ContactsBookForm(BookForm):
    """For step 4, billing and contacts."""

    kinds = {"contact": Contact, "account": BillingAccount}
    uses = {
        "contact": Use("contact", from_book.of_contact, "Use this contact"),
        "account": Use("account", from_book.of_account, "Use its billing address"),
    }
