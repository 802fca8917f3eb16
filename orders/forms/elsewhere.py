"""“May I buy this elsewhere?” as a form: for agencies by their record, for others as they say."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import dateformat

from catalog.as_of import FIRST_EDITION
from catalog.keeping_forms import MOST_COMPARED
from catalog.models import Designation as Designated
from catalog.models import Service
from orders.compliance.elsewhere import Question, Stated
from orders.forms.order import PrintedForm
from orders.models import Plan
from stmm.agencies.forms import DayField
from stmm.agencies.models import Agency
from stmm.policy.facts import Ato, Buyer, Designation, Exemption, ExemptionState

TOO_EARLY = (
    "The manual’s answer is known from"
    f" {dateformat.format(FIRST_EDITION, 'F j, Y')} on: give that day or a later one."
)
NOT_LEAVING = (
    "Leaving CALNET with 30 days’ notice is for agencies outside State government. Ask whether"
    " you may buy it from another source."
)
EXEMPTIONS = {
    ExemptionState.NONE: "None",
    ExemptionState.PENDING: "Asked for, not decided yet",
    ExemptionState.DENIED: "Denied",
    ExemptionState.APPROVED: "Approved, for a term",
    ExemptionState.REVOKED: "Revoked",
}
BUYERS = {
    Buyer.NON_EXEMPT: "A non-exempt State agency",
    Buyer.EXEMPT: "An exempt State agency",
    Buyer.UNDETERMINED: "A State entity whose standing is not determined",
    Buyer.NON_STATE: "Not a State agency: local, federal, tribal, tax-supported or joint-powers",
}
NO_ATO, LISTS, LISTS_NOT = "none", "lists", "lists_not"


class QuestionForm(PrintedForm, forms.Form):
    """What an agency wants to buy, from where and when; asked by address, so it stores nothing."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label=None)
    what = forms.CharField(
        label="What do you want to buy?",
        max_length=200,
        error_messages={"required": "Say what you want to buy."},
        help_text="The service in your own words, its name in the catalog, or a product ID.",
    )
    service = forms.ModelChoiceField(
        Service.objects.select_related("contract__contractor", "category"),
        required=False,
        widget=forms.HiddenInput,
    )
    # The person found none of the catalogue's services to be the one
    described = forms.BooleanField(required=False, widget=forms.HiddenInput)
    plan = forms.ChoiceField(
        label="What do you plan?",
        choices=Plan.choices,
        widget=forms.RadioSelect,
        initial=Plan.ELSEWHERE,
    )
    vendor = forms.CharField(
        label="From whom", max_length=200, required=False, help_text="The other source, if known."
    )
    on = DayField(label="On which day?", help_text="The day of the purchase, or of the notice.")
    quantity = forms.IntegerField(
        label="How many, to compare costs",
        min_value=1,
        max_value=MOST_COMPARED,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control-narrow"}),
    )
    exemption = forms.ChoiceField(
        label="Exemption for this project and service",
        choices=[(state.value, words) for state, words in EXEMPTIONS.items()],
        required=False,
        help_text="Of a State agency: the Deputy Director’s answer. It is taken as you state it.",
    )
    exemption_from = DayField(label="Exemption from", required=False)
    exemption_to = DayField(label="Exemption to", required=False, help_text="Its last day.")
    exemption_reference = forms.CharField(
        label="Exemption reference", max_length=60, required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        agencies: Iterable[Agency] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        # A service that was chosen needs no words
        self.fields["what"].required = not (data and data.get("service"))
        if "agency" not in self.fields:
            return
        choice = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        agencies = list(agencies)
        choice.queryset = Agency.objects.filter(pk__in=[agency.pk for agency in agencies])
        if len(agencies) == 1:
            # An address that somebody wrote may leave it out
            self.only_agency = agencies[0]
            choice.required, choice.widget = False, forms.HiddenInput()
            choice.initial = agencies[0].pk

    def clean_agency(self) -> Agency:
        agency: Agency = self.cleaned_data["agency"] or self.only_agency
        return agency

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if (on := cleaned.get("on")) and on < FIRST_EDITION:
            self.add_error("on", TOO_EARLY)
        if cleaned.get("exemption") == ExemptionState.APPROVED:
            self._clean_term()
        if cleaned.get("plan") == Plan.LEAVE and self.is_state_buyer:
            self.add_error("plan", NOT_LEAVING)
        return cleaned

    def _clean_term(self) -> None:
        cleaned = self.cleaned_data
        for name in ("exemption_from", "exemption_to"):
            if name in cleaned and not cleaned[name]:
                self.add_error(name, "An approved exemption has a first and a last day.")
        first, last = cleaned.get("exemption_from"), cleaned.get("exemption_to")
        if first and last and last < first:
            self.add_error("exemption_to", "This day is before the first one.")

    @property
    def is_state_buyer(self) -> bool:
        """Whether the buyer, as far as it is known, is of State government."""
        agency: Agency | None = self.cleaned_data.get("agency")
        return bool(agency and agency.is_state)

    def question(self) -> Question:
        """Call it of a valid form."""
        cleaned = self.cleaned_data
        service = cleaned["service"]
        return Question(
            on=cleaned["on"],
            plan=Plan(cleaned["plan"]),
            service=service,
            described="" if service else cleaned["what"],
            vendor=cleaned["vendor"],
            exemption=self._exemption(),
            quantity=cleaned["quantity"] or 1,
        )

    def _exemption(self) -> Exemption:
        cleaned = self.cleaned_data
        state = ExemptionState(cleaned["exemption"] or ExemptionState.NONE)
        last = cleaned["exemption_to"]
        return Exemption(
            state,
            cleaned["exemption_from"],
            last and last + timedelta(days=1),
            cleaned["exemption_reference"],
        )


class StatedForm(QuestionForm):
    """The same for people without an agency of their own: they say what the buyer is."""

    agency = None  # type: ignore[assignment]  # takes the field out
    buyer = forms.ChoiceField(
        label="Who buys?",
        choices=[(buyer.value, words) for buyer, words in BUYERS.items()],
        widget=forms.RadioSelect,
    )
    designation = forms.ChoiceField(
        label="If it is not in the catalog, it is",
        choices=[
            (Designation.UNDETERMINED.value, "Not determined, or I don’t know"),
            (Designation.MANDATORY.value, Designated.Value.MANDATORY.label),
            (Designation.NON_MANDATORY.value, Designated.Value.NON_MANDATORY.label),
        ],
        required=False,
    )
    ato = forms.ChoiceField(
        label="Authorization To Order (ATO) of the buyer",
        choices=[
            (NO_ATO, "None, or a State agency"),
            (LISTS, "It lists this service"),
            (LISTS_NOT, "It does not list this service"),
        ],
        required=False,
    )
    ato_approved_on = DayField(
        label="ATO approved by the State on",
        required=False,
        help_text="Empty if the State has not approved it.",
    )
    field_order = (
        "buyer", "what", "service", "described", "designation", "plan", "vendor", "on", "quantity",
        "ato", "ato_approved_on",
    )  # fmt: skip

    @property
    def is_state_buyer(self) -> bool:
        """As it is stated."""
        buyer: str = self.cleaned_data.get("buyer", Buyer.NON_STATE)
        return buyer != Buyer.NON_STATE

    def stated(self) -> Stated:
        """Call it of a valid form."""
        cleaned = self.cleaned_data
        ato = None
        if cleaned["ato"] in (LISTS, LISTS_NOT):
            ato = Ato(cleaned["ato_approved_on"], cleaned["ato"] == LISTS)
        designation = Designation(cleaned["designation"] or Designation.UNDETERMINED)
        return Stated(Buyer(cleaned["buyer"]), designation, ato)


class KeyForm(forms.Form):
    """What tells a page that is sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
