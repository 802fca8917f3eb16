"""What forms of every subject are made of: what is typed ends up on paper."""

from typing import Any, cast

from django import forms
from django.http import QueryDict

from catalog.models import Contract
from stmm.documents.glyphs import PrintableValidator, normalise

LARGEST_ATTACHMENT = 4 * 1024 * 1024


class DateInput(forms.DateInput):
    """A date field of the browser's own, which speaks ISO 8601."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class PrintedForm(forms.BaseForm):
    """What is typed ends up on paper: normalised first, refused where no font can print it."""

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            for name, values in list(data.lists()):
                data.setlist(name, [normalise(value) for value in values])
        super().__init__(data, *args, **kwargs)
        for field in self.fields.values():
            if type(field) in (forms.CharField, forms.EmailField):
                field.validators.append(PrintableValidator())


def show_version(form: PrintedForm, version: int) -> None:
    """Let a form that is shown again carry the version it is now compared with."""
    cast(QueryDict, form.data)["version"] = str(version)


def contract_label(contract: Contract) -> str:
    """As people choose it, its contractor and categories read."""
    categories = ", ".join(category.code for category in contract.categories.all())
    return f"{contract.contractor.name} · {contract.number} · categories {categories}"


class ContractChoice(forms.ModelChoiceField[Contract]):
    def __init__(self, *args: Any, empty_label: str = "Choose one", **kwargs: Any) -> None:
        super().__init__(*args, empty_label=empty_label, **kwargs)

    def label_from_instance(self, obj: Contract) -> str:
        return contract_label(obj)


class ReasonForm(PrintedForm, forms.Form):
    """Why something is sent back or given up."""

    reason = forms.CharField(max_length=1000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, data: QueryDict | None = None, *, label: str = "Reason") -> None:
        super().__init__(data)
        self.fields["reason"].label = label
