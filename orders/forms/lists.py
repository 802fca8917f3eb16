"""What the list of orders can be narrowed to, as it stands in the address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import DecimalField, F, OuterRef, Subquery, Sum

from catalog.models import Category, Contractor
from orders.forms.printed import DateInput
from orders.models import Order, OrderLine, State
from orders.models.order import OrderQuerySet
from orders.models.states import UNFINISHED_STATES
from orders.reading.whose_turn import my_turn
from stmm.agencies.access import Access

UNFINISHED = "unfinished"
MONEY = DecimalField(max_digits=18, decimal_places=4)
SORTS = {
    "": ("Newest first", ("-pk",)),
    "changed": ("Last changed first", ("-changed_at", "-pk")),
    "agency": ("By agency", ("agency__name", "-pk")),
    "monthly": ("Dearest first", (F("monthly").desc(nulls_last=True), "-pk")),
}


def with_totals(orders: OrderQuerySet) -> OrderQuerySet:
    """Adds `monthly` and `once`: the totals as signed, None of what is not signed yet."""

    def total(charge: str) -> Subquery:
        lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
        return Subquery(
            lines.annotate(total=Sum(F(charge) * F("quantity"), output_field=MONEY)).values(
                "total"
            ),
            output_field=MONEY,
        )

    # Given as a mapping: they are no fields
    annotations = {"monthly": total("mrc"), "once": total("nrc")}
    return orders.annotate(**annotations)


class OrderFilterForm(forms.Form):
    """The list of orders, filtered by its address. What can't be read filters nothing."""

    q = forms.CharField(label="Number, agency, contractor", required=False, max_length=100)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any state"), (UNFINISHED, "Not done with yet"), *State.choices],
    )
    turn = forms.BooleanField(label="Only those that wait for me", required=False)
    contractor = forms.ModelChoiceField(
        Contractor.objects.all(), required=False, empty_label="Any contractor"
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), required=False, empty_label="Any category"
    )
    site = forms.CharField(label="Service address contains", required=False, max_length=100)
    monthly_from = forms.DecimalField(
        label="Monthly total from, $", required=False, min_value=0, decimal_places=2
    )
    monthly_to = forms.DecimalField(
        label="Monthly total to, $",
        required=False,
        min_value=0,
        decimal_places=2,
        help_text="As signed: what is not signed yet has no total.",
    )
    since = forms.DateField(label="Order date from", required=False, widget=DateInput())
    until = forms.DateField(label="Order date to", required=False, widget=DateInput())
    sort = forms.ChoiceField(
        label="Sort", required=False, choices=[(key, words) for key, (words, _) in SORTS.items()]
    )

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        low, high = cleaned.get("monthly_from"), cleaned.get("monthly_to")
        if low is not None and high is not None and low > high:
            self.add_error("monthly_to", "This is less than the total it starts from.")
        first, last = cleaned.get("since"), cleaned.get("until")
        if first and last and first > last:
            self.add_error("until", "This day is before the first one.")
        return cleaned

    @property
    def is_narrowed(self) -> bool:
        """Whether a field filters that is shown only when opened."""
        first = {"q", "state", "sort", "turn"}
        return any(
            self.errors.get(name) or self.cleaned_data.get(name)
            for name in self.fields
            if name not in first
        )

    @property
    def is_on(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")

    def orders(self, access: Access) -> OrderQuerySet:
        """The orders this person may see that meet every filter, in the order asked for.

        Call after `is_valid`; a field in error filters nothing.
        """
        wanted: Mapping[str, Any] = self.cleaned_data
        visible = Order.objects.visible_to(access).matching(wanted.get("q", ""))
        found = with_totals(visible)
        if wanted.get("turn"):
            found = my_turn(found, access)
        _, by = SORTS[wanted.get("sort") or ""]
        return found.filter(**_conditions(wanted)).order_by(*by)


# Where each filter looks
LOOK = {
    "contractor": "contract__contractor",
    "site": "requested_address__icontains",
    "monthly_from": "monthly__gte",
    "monthly_to": "monthly__lte",
    "since": "order_date__gte",
    "until": "order_date__lte",
}


def _conditions(wanted: Mapping[str, Any]) -> dict[str, Any]:
    found = {place: wanted[name] for name, place in LOOK.items() if wanted.get(name)}
    if state := wanted.get("state"):
        found["state__in"] = UNFINISHED_STATES if state == UNFINISHED else [state]
    if category := wanted.get("category"):
        found["pk__in"] = OrderLine.objects.filter(service__category=category).values("order")
    return found


class KeepFilterForm(forms.Form):
    """A name for the filter that is on."""

    name = forms.CharField(label="Name of this filter", max_length=60)
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
