"""The forms with which a request is written, step by step."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from catalog.models import Service
from exemptions.asked import ASKED, BY_FIELD, DELEGATED, LIMITED
from exemptions.models import Delegation, ExemptionRequest, RequestedItem
from stmm.accounts.password_again import PasswordField
from stmm.agencies.forms import DateInput, DayField, PrintedField, reason_field
from stmm.agencies.models import Agency

LARGEST_FILE = 4 * 1024 * 1024
MOST_WANTED = 1_000_000
LABELS = {asked.field: asked.question for asked in ASKED}
HELP = {asked.field: asked.help for asked in ASKED}
LONG = forms.Textarea({"rows": 6})


class MoneyField(forms.DecimalField):
    """US dollars, also as people write them: $1,234.50."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "form-control-narrow"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=0, max_digits=14, decimal_places=4, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("$", "").replace(",", "") if value else value)


class BeginForm(forms.Form):
    """Who asks, and for which one project."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label=None)
    project = PrintedField(
        label=BY_FIELD["project"].question, max_length=200, help_text=BY_FIELD["project"].help
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, data: QueryDict | None = None, *, agencies: Iterable[Agency]) -> None:
        super().__init__(data)
        ids = [each.pk for each in agencies]
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        agency.queryset = Agency.objects.filter(pk__in=ids)
        if len(ids) == 1:
            agency.widget = forms.HiddenInput()
            agency.initial = ids[0]


class VersionedForm(forms.BaseForm):
    """A form that says which version of the draft the person saw."""

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(data.copy() if data is not None else None, initial=initial, **kwargs)

    def show_version(self, version: int) -> None:
        """Let a form that is shown again carry the version it is now compared with."""
        cast(QueryDict, self.data)["version"] = str(version)


class StepForm(VersionedForm, forms.ModelForm[ExemptionRequest]):
    """Some answers of a draft, all needed to send it; what is saved for later may lack any."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    needed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: QueryDict | None = None, *, instance: ExemptionRequest) -> None:
        super().__init__(data, initial=self.first(instance), instance=instance)
        self.is_for_later = data is not None and "later" in data
        for name in self.needed:
            if asked := BY_FIELD.get(name):
                self.fields[name].error_messages["required"] = asked.lacking
        self._need(True)

    def first(self, instance: ExemptionRequest) -> dict[str, Any]:
        return {"version": instance.version}

    def _need(self, is_needed: bool) -> None:
        for name in self.needed:
            self.fields[name].required = is_needed

    def full_clean(self) -> None:
        """Saved for later, the form misses no field, and still shows them as needed."""
        self._need(not self.is_for_later)
        super().full_clean()
        self._need(True)

    def changed(self) -> dict[str, Any]:
        """The cleaned fields of the model alone."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def typed(self) -> dict[str, Any]:
        """What was typed into the fields that people see."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def stored(self, request: ExemptionRequest) -> dict[str, Any]:
        """What these fields show of a request as it is stored."""
        names = self._meta.fields or ()
        return {name: getattr(request, name) for name in names} | self.first(request)


class ProjectForm(StepForm):
    needed = ("project", "description", "proposed_source")

    class Meta:
        model = ExemptionRequest
        fields = ("project", "description", "proposed_source")
        field_classes = dict.fromkeys(fields, PrintedField)
        widgets = {"description": LONG}
        labels = LABELS
        help_texts = HELP


class ReasonsForm(StepForm):
    needed = ("compelling_reason", "why_not_calnet", "if_unmet")

    class Meta:
        model = ExemptionRequest
        fields = ("compelling_reason", "why_not_calnet", "if_unmet")
        field_classes = dict.fromkeys(fields, PrintedField)
        widgets = dict.fromkeys(fields, LONG)
        labels = LABELS
        help_texts = HELP


class DelegationChoice(forms.ModelChoiceField[Delegation]):
    def label_from_instance(self, obj: Delegation) -> str:
        return f"{obj.reference}: {obj.scope}"


class TermForm(StepForm):
    """From when to when, and which General Telecommunications Delegation."""

    needed = ("wanted_from", "last_day_wanted")
    last_day_wanted = DayField(label="Last day wanted", help_text=f"Asked by {LIMITED}.")
    delegation = DelegationChoice(
        Delegation.objects.none(),
        label="A recorded General Telecommunications Delegation",
        required=False,
        widget=forms.RadioSelect,
        empty_label="None of these",
        help_text=f"Asked by {DELEGATED}. A purchasing delegation of General Services is none.",
    )
    field_order = (
        "version", "wanted_from", "last_day_wanted", "delegation", "delegation_reference",
        "asks_for_delegation",
    )  # fmt: skip

    class Meta:
        model = ExemptionRequest
        fields = ("wanted_from", "delegation", "delegation_reference", "asks_for_delegation")
        field_classes = {"wanted_from": DayField, "delegation_reference": PrintedField}
        widgets = {"wanted_from": DateInput()}
        labels = {
            "wanted_from": "First day wanted",
            "delegation_reference": "Reference of another one",
            "asks_for_delegation": "We have none: we ask for one with this request",
        }
        help_texts = {"delegation_reference": f"Asked by {DELEGATED}."}

    def __init__(
        self, data: QueryDict | None = None, *, instance: ExemptionRequest, on: date
    ) -> None:
        super().__init__(data, instance=instance)
        recorded = Delegation.objects.filter(agency=instance.agency_id).in_effect(on)
        choice = cast(DelegationChoice, self.fields["delegation"])
        choice.queryset = recorded
        if not recorded:
            choice.widget = forms.HiddenInput()

    def first(self, instance: ExemptionRequest) -> dict[str, Any]:
        until = instance.wanted_until
        return super().first(instance) | {"last_day_wanted": until and until - timedelta(days=1)}

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        first, last = cleaned.get("wanted_from"), cleaned.get("last_day_wanted")
        if first and last and last < first:
            self.add_error("last_day_wanted", "This day is before the first one.")
        given = [
            name
            for name in ("delegation", "delegation_reference", "asks_for_delegation")
            if cleaned.get(name)
        ]
        if len(given) > 1:
            self.add_error(given[1], "Give one of the three: a recorded one, a reference, or ask.")
        if not given and not self.is_for_later:
            self.add_error(
                "delegation_reference", "Give a reference, or ask for a delegation below."
            )
        return cleaned

    def changed(self) -> dict[str, Any]:
        last = self.cleaned_data["last_day_wanted"]
        return super().changed() | {"wanted_until": last and last + timedelta(days=1)}


def _quantity() -> forms.IntegerField:
    return forms.IntegerField(
        min_value=1,
        max_value=MOST_WANTED,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "form-control-narrow"}),
    )


class AddServiceForm(forms.Form):
    """A service of the catalogue, and how many."""

    service = forms.ModelChoiceField(Service.objects.all(), widget=forms.HiddenInput)
    quantity = _quantity()


class DescribedForm(forms.Form):
    """A service that the catalogue does not have."""

    described = PrintedField(label="The service, in words", max_length=500)
    quantity = _quantity()
    sites = PrintedField(
        label="Where", max_length=500, required=False, help_text="The sites that need it."
    )
    proposed_monthly = MoneyField(label="Proposed source, a month, each")
    proposed_once = MoneyField(label="Proposed source, once, each")


class ItemForm(VersionedForm, forms.Form):
    """Quantity, sites and charges of an item; its words too, where it is described."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    described = PrintedField(label="The service, in words", max_length=500)
    quantity = _quantity()
    sites = PrintedField(
        label="Where", max_length=500, required=False, help_text="The sites that need it."
    )
    proposed_monthly = MoneyField(
        label="Proposed source, a month, each", help_text="US dollars for one unit."
    )
    proposed_once = MoneyField(
        label="Proposed source, once, each", help_text="US dollars for one unit."
    )

    def __init__(self, data: QueryDict | None = None, *, item: RequestedItem) -> None:
        names = ("described", "quantity", "sites", "proposed_monthly", "proposed_once")
        super().__init__(
            data,
            initial={"version": item.request.version}
            | {name: getattr(item, name) for name in names},
        )
        if item.service_id:
            del self.fields["described"]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        charges = ("proposed_monthly", "proposed_once")
        if all(name in cleaned and cleaned[name] is None for name in charges):
            self.add_error("proposed_monthly", "Give what the source charges, a month or once.")
        return cleaned

    def changed(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class AttachForm(forms.Form):
    file = forms.FileField(
        label="PDF file",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        help_text="Up to 4 MB: a quote, a letter of a contractor, a drawing.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("This file is larger than 4 MB. Attach a smaller one.")
        return file


class VersionForm(forms.Form):
    """What stood on the page is what is meant."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class KeyForm(forms.Form):
    """What tells a page that is sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ReasonForm(forms.Form):
    reason = reason_field("It is kept in the record, and the Department reads it.")


class SignForm(VersionForm):
    """The officer’s word, and their password again."""

    attest = forms.BooleanField(label="I sign and submit it")
    password = PasswordField()
