"""What people say of purchases outside CALNET, and what their list is narrowed by."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from catalog.as_of import FIRST_EDITION
from catalog.matrix.formats import ENDINGS, READERS, ending_of
from catalog.matrix.limits import MAX_FILE_BYTES, TOO_LARGE
from catalog.models import Service
from exemptions.models import RequestedItem
from orders.forms.elsewhere.question import TOO_EARLY
from orders.models import ElsewhereDetermination, OutsidePurchase
from orders.models.outside import OutsidePurchaseQuerySet
from orders.reading.exemptions import (
    granted_items,
    granted_on,
    granted_to_any,
    item_in_words,
)
from orders.services.elsewhere.outside import Said
from stmm.agencies.forms import DayField, reason_field
from stmm.agencies.models import Agency

Match = OutsidePurchase.Match
FindingState = OutsidePurchase.FindingState
MATCHES = (
    (Match.MATCHED.value, "It is a service of the catalog"),
    (Match.NOT_OFFERED.value, "CALNET does not offer it"),
    (Match.UNSURE.value, "I am not sure: the Department is asked for a ruling"),
)
MOST_UNITS = 1_000_000
NO_SUCH = "No service has the product ID “{}”. Look it up in the catalog."
SEVERAL = (
    "Several contracts use {}. Record the purchase as one you are not sure of; its page lets you"
    " choose among them."
)


class AgencyField(forms.ModelChoiceField[Agency]):
    """One of the agencies that a person records for; hidden where there is one alone."""

    def __init__(self) -> None:
        super().__init__(Agency.objects.none(), label="Agency", empty_label=None)

    def offer(self, agencies: Iterable[Agency]) -> None:
        ids = [agency.pk for agency in agencies]
        self.queryset = Agency.objects.filter(pk__in=ids)
        if len(ids) == 1:
            self.widget = forms.HiddenInput()
            self.initial = ids[0]


class GrantedField(forms.ModelChoiceField[RequestedItem]):
    """What was granted under an exemption, that a purchase relies on."""

    def __init__(self) -> None:
        super().__init__(
            RequestedItem.objects.none(),
            label="Exemption that it relies on",
            required=False,
            empty_label="None",
            help_text="Of this very project. The purchase takes its quantity and amount of it.",
        )

    def label_from_instance(self, obj: RequestedItem) -> str:
        return item_in_words(obj)


def quantity_field() -> forms.IntegerField:
    return forms.IntegerField(
        label="Quantity",
        required=False,
        min_value=1,
        max_value=MOST_UNITS,
        widget=forms.NumberInput(attrs={"class": "form-control-narrow"}),
        help_text="Needed where it relies on an exemption.",
    )


class PurchaseForm(forms.ModelForm[OutsidePurchase]):
    """One purchase, typed in."""

    agency = AgencyField()
    match = forms.ChoiceField(
        label="What is it in the CALNET catalog?", choices=MATCHES, widget=forms.RadioSelect
    )
    product_id = forms.CharField(
        label="Product ID in the catalog",
        max_length=64,
        required=False,
        help_text="Of the service that it is, or stands for.",
    )
    relies_on = GrantedField()
    quantity = quantity_field()
    determination = forms.ModelChoiceField(
        ElsewhereDetermination.objects.none(),
        required=False,
        empty_label="None",
        help_text="What you asked before you bought.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    class Meta:
        model = OutsidePurchase
        fields = (
            "vendor", "description", "reference", "amount", "purchased_on", "starts_on", "last_day",
        )  # fmt: skip
        field_classes = {
            "purchased_on": DayField, "starts_on": DayField, "last_day": DayField,
        }  # fmt: skip
        labels = {"amount": "Amount, in dollars"}
        help_texts = {
            "reference": "The number of your own purchase document.",
        }
        widgets = {
            "amount": forms.TextInput({"inputmode": "decimal", "class": "form-control-narrow"})
        }

    field_order = (
        "agency", "vendor", "description", "reference", "amount", "purchased_on", "starts_on",
        "last_day", "match", "product_id", "determination", "relies_on", "quantity", "key",
    )  # fmt: skip

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        agencies: Iterable[Agency],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        agencies = list(agencies)
        cast(AgencyField, self.fields["agency"]).offer(agencies)
        of_them = ElsewhereDetermination.objects.filter(agency__in=agencies)
        choice = cast(
            "forms.ModelChoiceField[ElsewhereDetermination]", self.fields["determination"]
        )
        choice.queryset = of_them.defer("content")
        cast(GrantedField, self.fields["relies_on"]).queryset = granted_to_any(agencies)
        for name in ("starts_on", "last_day"):
            self.fields[name].required = False
        self.service: Service | None = None

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount < 0:
            raise forms.ValidationError("Give what was paid: 0 or more.")
        return amount

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        bought = cleaned.get("purchased_on")
        if bought and bought < FIRST_EDITION:
            self.add_error("purchased_on", TOO_EARLY)
        first, last = cleaned.get("starts_on"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "This day is before the first one.")
        if cleaned.get("match") == Match.MATCHED:
            self._find_service(cleaned.get("product_id", "").strip())
        return cleaned

    def _find_service(self, product_id: str) -> None:
        found = list(Service.objects.filter(product_id=product_id)[:2])
        if len(found) == 1:
            self.service = found[0]
        elif found:
            self.add_error("product_id", SEVERAL.format(product_id))
        else:
            refusal = NO_SUCH.format(product_id) if product_id else "Give the product ID."
            self.add_error("product_id", refusal)

    def facts(self) -> dict[str, Any]:
        """The cleaned fields of the purchase itself."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def said(self) -> Said:
        """Call it of a valid form."""
        cleaned = self.cleaned_data
        return Said(
            Match(cleaned["match"]), self.service, cleaned["relies_on"], cleaned["quantity"]
        )


class MatchForm(forms.Form):
    """What a purchase is: one of the services found, nothing that CALNET offers, or unsure."""

    stands_for = forms.ChoiceField(label="It is", widget=forms.RadioSelect)
    relies_on = GrantedField()
    quantity = quantity_field()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        purchase: OutsidePurchase,
        services: Iterable[Service],
    ) -> None:
        now = {
            "stands_for": str(purchase.service_id or purchase.match),
            "relies_on": purchase.relies_on_id,
            "quantity": purchase.quantity,
        }
        super().__init__(data, initial=now)
        self.services = {str(service.pk): service for service in services}
        choice = cast(forms.ChoiceField, self.fields["stands_for"])
        choice.choices = [
            *((key, _in_full(service)) for key, service in self.services.items()),
            *MATCHES[1:],
        ]
        # One that was revoked after the purchase can be kept, and chosen for no other
        offered = granted_on(purchase.agency, purchase.purchased_on)
        if purchase.relies_on is not None:
            offered |= granted_items().filter(pk=purchase.relies_on.pk)
        cast(GrantedField, self.fields["relies_on"]).queryset = offered
        self.offers_exemptions = bool(offered)

    def said(self) -> Said:
        """Call it of a valid form."""
        cleaned = self.cleaned_data
        chosen = cleaned["stands_for"]
        service = self.services.get(chosen)
        match = Match.MATCHED if service else Match(chosen)
        return Said(match, service, cleaned["relies_on"], cleaned["quantity"])


def _in_full(service: Service) -> str:
    contract = service.contract
    return f"{service.name} ({service.product_id}), {contract.contractor.name}, {contract.number}"


class SettleForm(forms.Form):
    """Possible leakage: why it is none, how it was put right; or that it is open again."""

    state = forms.ChoiceField(
        label="What becomes of it",
        choices=[
            (FindingState.RESOLVED.value, "Resolved: it was lawful, or it is put right"),
            (FindingState.OPEN.value, "Open again: what was said of it before does not hold"),
        ],
        widget=forms.RadioSelect,
        initial=FindingState.RESOLVED,
    )
    reason = reason_field("What an auditor reads here.")


class WithdrawForm(forms.Form):
    reason = reason_field("Such as a purchase recorded twice. The record of it stays.")


class LedgerForm(forms.Form):
    agency = AgencyField()
    file = forms.FileField(
        label="Purchase ledger",
        help_text=f"One file ({ENDINGS}), at most {MAX_FILE_BYTES // 1024**2} MB. "
        "It is kept as it is, with its hash.",
        error_messages={"empty": "The file is empty. Choose the ledger itself."},
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(AgencyField, self.fields["agency"]).offer(agencies)

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if ending_of(file.name or "") not in READERS:
            raise forms.ValidationError(f"Choose a file named {ENDINGS}.")
        if (file.size or 0) > MAX_FILE_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


class OutsideFilterForm(forms.Form):
    """Which purchases are listed, as it stands in the address."""

    q = forms.CharField(
        label="Vendor, words or number", required=False, max_length=100, widget=forms.SearchInput
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), required=False, empty_label="Every agency"
    )
    match = forms.ChoiceField(
        label="In the catalog", choices=[("", "Any"), *Match.choices], required=False
    )
    finding = forms.ChoiceField(
        label="Possible leakage",
        choices=[("", "All purchases"), ("any", "With possible leakage"), *FindingState.choices],
        required=False,
    )
    exemption = forms.ChoiceField(
        choices=[
            ("", "Any"),
            ("used", "Relies on an exemption"),
            ("revoked", "Relies on one revoked since"),
        ],
        required=False,
    )
    ledger = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict, *, visible: OutsidePurchaseQuerySet, of_many_agencies: bool
    ) -> None:
        super().__init__(data)
        self.visible = visible
        if of_many_agencies:
            choice = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
            choice.queryset = Agency.objects.filter(pk__in=visible.order_by().values("agency"))
        else:
            del self.fields["agency"]

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())

    def purchases(self) -> OutsidePurchaseQuerySet:
        """Those that are meant; none while the form has problems."""
        if not self.is_valid():
            return self.visible.none()
        wanted = self.cleaned_data
        found = self.visible.matching(wanted["q"])
        for name in ("agency", "match", "ledger"):
            if wanted.get(name):
                found = found.filter(**{name: wanted[name]})
        if wanted["exemption"]:
            found = found.under_exemption(revoked=wanted["exemption"] == "revoked")
        if wanted["finding"] == "any":
            return found.exclude(finding="")
        return found.filter(finding_state=wanted["finding"]) if wanted["finding"] else found


class ChosenPurchasesForm(forms.Form):
    """Purchases ticked in a list."""

    purchase = forms.ModelMultipleChoiceField(
        OutsidePurchase.objects.none(), required=False, widget=forms.MultipleHiddenInput
    )

    def __init__(self, data: QueryDict, *, visible: OutsidePurchaseQuerySet) -> None:
        super().__init__(data)
        choice = cast("forms.ModelChoiceField[OutsidePurchase]", self.fields["purchase"])
        choice.queryset = visible.select_related("agency")
