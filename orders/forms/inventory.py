"""What lists of open services are narrowed by, what is chosen of them, and budgets."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from catalog.models import Category, Contractor
from orders.models import BudgetLine, OpenService
from orders.models.inventory import MONTHLY_COST, OpenServiceQuerySet
from orders.reading.by_contract import Group
from stmm.agencies.forms import PrintedField
from stmm.agencies.models import Agency

# What the list is sorted by: its name in the address, its words, its order
SORTS: dict[str, tuple[str, tuple[str | OrderBy, ...]]] = {
    "": ("Service", ("service__name",)),
    "cost": ("Highest cost first", (OrderBy(MONTHLY_COST, descending=True, nulls_last=True),)),
    "age": ("Oldest first", ("since",)),
    "confirmed": ("Longest unconfirmed", (F("confirmed_at").asc(nulls_first=True), "since")),
    "site": ("Site", ("site",)),
    "agency": ("Agency", ("agency__name", "service__name")),
}


class ServiceFilterForm(forms.Form):
    q = forms.CharField(
        label="Service, number or order", required=False, max_length=100, widget=forms.SearchInput
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), required=False, empty_label="Every agency"
    )
    contractor = forms.ModelChoiceField(
        Contractor.objects.none(), required=False, empty_label="Every contractor"
    )
    category = forms.ModelChoiceField(
        Category.objects.none(), required=False, empty_label="Every category"
    )
    site = forms.CharField(required=False, max_length=100)
    unconfirmed = forms.BooleanField(
        label="Only those not confirmed in use for 90 days", required=False
    )
    ended = forms.BooleanField(label="Also those that have ended", required=False)
    sort = forms.ChoiceField(
        label="Sorted by",
        required=False,
        choices=[(name, words) for name, (words, _) in SORTS.items()],
    )

    def __init__(
        self, data: QueryDict, *, visible: OpenServiceQuerySet, of_many_agencies: bool
    ) -> None:
        super().__init__(data)
        self.visible = visible
        self._offer("contractor", Contractor, "service__contract__contractor")
        self._offer("category", Category, "service__category")
        if of_many_agencies:
            self._offer("agency", Agency, "agency")
        else:
            del self.fields["agency"]
            choice = cast(forms.ChoiceField, self.fields["sort"])
            choice.choices = [
                (name, words) for name, (words, _) in SORTS.items() if name != "agency"
            ]

    def _offer(self, field: str, model: type[Agency | Category | Contractor], to_it: str) -> None:
        choice = cast("forms.ModelChoiceField[Any]", self.fields[field])
        choice.queryset = model._default_manager.filter(
            pk__in=self.visible.order_by().values(to_it)
        )

    @property
    def is_narrowed(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")

    def services(self, *, on: date) -> OpenServiceQuerySet:
        """Those that are meant on the Pacific day `on`; none while the form has problems."""
        if not self.is_valid():
            return self.visible.none()
        wanted = self.cleaned_data
        found = self.visible if wanted["ended"] else self.visible.working()
        if wanted["unconfirmed"]:
            found = found.unconfirmed(on)
        if wanted.get("agency"):
            found = found.filter(agency=wanted["agency"])
        if wanted["contractor"]:
            found = found.filter(service__contract__contractor=wanted["contractor"])
        if wanted["category"]:
            found = found.filter(service__category=wanted["category"])
        found = found.filter(site__icontains=wanted["site"]).matching(wanted["q"])
        _, order = SORTS[wanted["sort"]]
        return found.order_by(*order, "pk")


class ChosenForm(forms.Form):
    """Services ticked in a list, or the one beside whose button somebody clicked."""

    service = forms.ModelMultipleChoiceField(
        OpenService.objects.none(), required=False, widget=forms.MultipleHiddenInput
    )
    only = forms.ModelChoiceField(
        OpenService.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict, *, visible: OpenServiceQuerySet) -> None:
        super().__init__(data)
        rows = visible.select_related("agency", "service__contract__contractor")
        for name in ("service", "only"):
            cast("forms.ModelChoiceField[OpenService]", self.fields[name]).queryset = rows

    def chosen(self) -> list[OpenService]:
        """Call it of a valid form."""
        only: OpenService | None = self.cleaned_data["only"]
        return [only] if only else list(self.cleaned_data["service"])


class DisconnectForm(forms.Form):
    """The number of each order that is begun to disconnect what was chosen."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, data: QueryDict | None = None, *, groups: Iterable[Group]) -> None:
        super().__init__(data)
        self.groups = {f"number_{a.pk}_{c.pk}": (a, c) for a, c in groups}
        for name, (agency, contract) in self.groups.items():
            self.fields[name] = PrintedField(
                label=f"Agency Request Number, order to {contract.contractor.name}",
                max_length=40,
                help_text=f"For {agency.name}, under {contract.number}. Each number is used once.",
            )

    def numbers(self) -> dict[Group, str]:
        return {group: self.cleaned_data[name] for name, group in self.groups.items()}

    def refuse(self, group: Group, message: str) -> None:
        name = next(name for name, each in self.groups.items() if each == group)
        self.add_error(name, message)


class BudgetAmountForm(forms.Form):
    """A budget line that is there: its name and its amount."""

    name = forms.CharField(required=False, max_length=120)
    monthly = forms.DecimalField(
        label="Monthly budget, in dollars",
        max_digits=14,
        decimal_places=2,
        min_value=Decimal(0),
        widget=forms.TextInput({"inputmode": "decimal", "class": "form-control-narrow"}),
    )


class BudgetLineForm(BudgetAmountForm):
    """What an agency means to spend a month under a code of its own."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label=None)
    code = forms.CharField(
        label="Budget code",
        max_length=40,
        help_text="Your agency’s own code. It can’t be changed later.",
    )
    field_order = ("agency", "code", "name", "monthly")

    def __init__(self, data: QueryDict | None = None, *, agencies: Iterable[Agency]) -> None:
        super().__init__(data)
        choice = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        ids = [agency.pk for agency in agencies]
        choice.queryset = Agency.objects.filter(pk__in=ids)
        if len(ids) == 1:
            choice.widget = forms.HiddenInput()
            choice.initial = ids[0]


class BudgetCodeForm(forms.Form):
    """The budget code of an order or of a service: one of its agency's."""

    budget_code = forms.ChoiceField(label="Budget code", required=False)

    def __init__(
        self, data: QueryDict | None = None, *, now: str, lines: Iterable[BudgetLine]
    ) -> None:
        super().__init__(data, initial={"budget_code": now})
        choices = {"": "No budget code"} | {line.code: str(line) for line in lines}
        # A code whose budget line is gone may stay
        choices.setdefault(now, now)
        cast(forms.ChoiceField, self.fields["budget_code"]).choices = list(choices.items())
