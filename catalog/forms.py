from typing import Any

from django import forms

from catalog.models import Category, Contract, Designation

MOST_WORDS = 8
Choices = list[tuple[Any, Any]]


def _grouped(rows: list[tuple[str, int, str]]) -> Choices:
    """(group, key, label) to the choices of a select with a heading for each group."""
    groups: dict[str, Choices] = {}
    for group, key, label in rows:
        groups.setdefault(group, []).append((key, label))
    return list(groups.items())


class _Filter(forms.TypedChoiceField):
    """A select whose first choice filters nothing; its choices are read with the form."""

    widget = forms.Select(attrs={"class": "form-select"})

    def __init__(self, *, label: str, coerce: type[int] | type[str] = int) -> None:
        super().__init__(
            label=label,
            coerce=coerce,
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": "Choose one of the list. This filter is off."},
        )

    def offer(self, every: str, choices: Choices) -> None:
        self.choices = [("", every), *choices]


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
    designation = forms.MultipleChoiceField(
        label="Designation",
        required=False,
        choices=Designation.Value.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"invalid_choice": "Choose from the list. This filter is off."},
    )
    vehicle = _Filter(label="Program", coerce=str)
    contractor = _Filter(label="Contractor")
    contract = _Filter(label="Contract")
    category = _Filter(label="Category")
    ended = forms.BooleanField(
        label="Also contracts that have ended",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = list(Contract.objects.select_related("contractor"))
        vehicles = sorted({contract.vehicle for contract in contracts})
        contractors = {c.contractor_id: c.contractor.name for c in contracts}
        self._offer("vehicle", "All programs", [(name, name) for name in vehicles])
        self._offer("contractor", "All contractors", list(contractors.items()))
        by_contractor = [(c.contractor.name, c.pk, c.number) for c in contracts]
        self._offer("contract", "All contracts", _grouped(by_contractor))
        by_program = [(c.program, c.pk, str(c)) for c in Category.objects.all()]
        self._offer("category", "All categories", _grouped(by_program))

    def _offer(self, name: str, every: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, _Filter)  # noqa: S101  for the type checker: declared above
        field.offer(every, choices)

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        if len(text.split()) > MOST_WORDS:
            raise forms.ValidationError(f"Search for at most {MOST_WORDS} words.")
        return text

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is on, or refused: then the filters are shown opened."""
        filters = {name for name in self.fields if name != "q"}
        return any(self.errors.get(name) or self.cleaned_data.get(name) for name in filters)
