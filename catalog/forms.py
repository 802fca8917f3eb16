"""What can be asked of the catalogue's search."""

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from catalog.facets import LABELS, Known
from catalog.models import Designation
from catalog.search.bands import BANDS

MOST_WORDS = 8
SORTS = (("", "Best match"), ("name", "Name"), ("charge", "Monthly charge"))


class _Choices(forms.TypedMultipleChoiceField):
    """Any number of the values of one facet; none of them filters nothing."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, name: str, *, coerce: type[int] | type[str] = int) -> None:
        super().__init__(
            label=LABELS[name],
            coerce=coerce,
            required=False,
            error_messages={"invalid_choice": "Choose from the list. This filter is off."},
        )


class _Units(_Choices):
    """Units are the contractors' own words: whatever is asked for may be one."""

    def valid_value(self, value: str) -> bool:
        ProhibitNullCharactersValidator()(value)
        return len(value) <= 200


class SearchForm(forms.Form):
    """What to look for in the catalogue, as it stands in the address.

    A value that can't be read is reported at its field and filters nothing.
    """

    q = forms.CharField(
        label="What do you need?",
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "class": "form-control", "autocomplete": "off"}
        ),
    )
    designation = _Choices("designation", coerce=str)
    contractor = _Choices("contractor")
    category = _Choices("category")
    price = _Choices("price")
    vehicle = _Choices("vehicle", coerce=str)
    contract = _Choices("contract")
    unit = _Units("unit", coerce=str)
    ended = forms.BooleanField(
        label="Also contracts out of term",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    sort = forms.ChoiceField(
        label="Sort by",
        required=False,
        choices=SORTS,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "Choose from the list. The best matches come first."},
    )

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = known.contracts.values()
        self._offer("designation", Designation.Value.values)
        self._offer("price", range(len(BANDS)))
        self._offer("contractor", {contract.contractor_id for contract in contracts})
        self._offer("category", known.categories)
        self._offer("vehicle", {contract.vehicle for contract in contracts})
        self._offer("contract", known.contracts)

    def _offer(self, name: str, values: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, _Choices)  # noqa: S101  for the type checker: declared above
        field.choices = [(value, str(value)) for value in values]

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        if len(text.split()) > MOST_WORDS:
            raise forms.ValidationError(f"Search for at most {MOST_WORDS} words.")
        return text

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is on, or refused: then the filters are shown opened."""
        filters = {*LABELS, "ended"}
        return any(self.errors.get(name) or self.cleaned_data.get(name) for name in filters)
