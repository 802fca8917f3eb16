"""What STND analysts fill in on the way from a contractor's file to an edition."""

from collections import Counter
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile

from catalog.matrix.columns import COLUMNS, HEADINGS, REQUIRED
from catalog.matrix.formats import ENDINGS, READERS, ending_of
from catalog.matrix.limits import MAX_FILE_BYTES, TOO_LARGE
from catalog.models import Contract, MatrixUpload
from stmm.agencies.forms import DayField, reason_field

NOT_USED = "none"
EFFECTIVE = "The first day, Pacific time, on which its prices and designations hold."


class UploadForm(forms.Form):
    contract = forms.ModelChoiceField(
        Contract.objects.select_related("contractor"), empty_label="Choose a contract"
    )
    file = forms.FileField(
        label="Price and services matrix",
        help_text=f"One file ({ENDINGS}), at most {MAX_FILE_BYTES // 1024**2} MB. "
        "It is kept as it is, with its hash.",
        error_messages={"empty": "The file is empty. Choose the matrix itself."},
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )
    effective_from = DayField(label="Effective from", help_text=EFFECTIVE)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if ending_of(file.name or "") not in READERS:
            raise forms.ValidationError(f"Choose a file named {ENDINGS}.")
        if (file.size or 0) > MAX_FILE_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


class CompareForm(forms.Form):
    effective_from = DayField(label="Effective from", help_text=EFFECTIVE)


class PublishForm(forms.Form):
    shown = forms.IntegerField(widget=forms.HiddenInput)


class RejectForm(forms.Form):
    reason = reason_field("Its uploader and the contractor's next file go by it.")


class ColumnsForm(forms.Form):
    """For each column of the file what it is taken for: every required one, each at most once."""

    def __init__(self, *args: Any, upload: MatrixUpload, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = [heading for heading, _, _ in upload.columns]
        choices = [(NOT_USED, "Not used")] + [
            (c.attribute, f"{c.heading} (needed)" if c.required else c.heading) for c in COLUMNS
        ]
        for at, (heading, attribute, samples) in enumerate(upload.columns):
            first = "; ".join(filter(None, samples)) or "nothing"
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                initial=attribute or NOT_USED,
                help_text=f"First cells: {first}",
            )

    def clean(self) -> dict[str, Any]:
        taken = Counter(self.cleaned_data.values())
        del taken[NOT_USED]
        for name, attribute in list(self.cleaned_data.items()):
            if taken[attribute] > 1:
                self.add_error(name, f"{HEADINGS[attribute]} is chosen for two columns.")
        missing = [HEADINGS[attribute] for attribute in REQUIRED if attribute not in taken]
        if missing:
            self.add_error(None, f"No column is chosen for: {', '.join(missing)}.")
        return self.cleaned_data

    def chosen(self) -> dict[str, str]:
        """What each heading means, by heading."""
        said = [self.cleaned_data[f"column_{at}"] for at in range(len(self.headings))]
        return {
            heading: "" if attribute == NOT_USED else attribute
            for heading, attribute in zip(self.headings, said, strict=True)
        }
