"""“May I buy this elsewhere?” as a form: for agencies by their record, for others as they say."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import dateformat

from catalog.as_of import FIRST_EDITION
from catalog.keeping_forms import MOST_COMPARED
from catalog.models import Designation as Designated
from catalog.models import Service
from exemptions.models import RequestedItem
from orders.compliance.elsewhere import Question, Stated
from orders.forms.printed import PrintedForm
from orders.models import Plan
from orders.models.elsewhere import MOST_DIGITS, ElsewhereDeterminationQuerySet
from orders.reading.exemptions import item_in_words, sought_by
from stmm.agencies.forms import DayField
from stmm.agencies.models import Agency
from stmm.policy.facts import Ato, Buyer, Designation, Exemption, ExemptionState
from stmm.policy.findings import Outcome

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
ANOTHERS = "{} is an exemption request of another agency: {} can’t rely on it."
BUYERS = {
    Buyer.NON_EXEMPT: "A non-exempt State agency",
    Buyer.EXEMPT: "An exempt State agency",
    Buyer.UNDETERMINED: "A State entity whose standing is not determined",
    Buyer.NON_STATE: "Not a State agency: local, federal, tribal, tax-supported or joint-powers",
}
NO_ATO, LISTS, LISTS_NOT = "none", "lists", "lists_not"


class ReliedOnField(forms.ModelChoiceField[RequestedItem]):
    """What an exemption was sought for that this purchase would rely on; gone where none was."""

    def __init__(self) -> None:
        super().__init__(
            RequestedItem.objects.none(),
            label="Exemption that it relies on",
            required=False,
            empty_label="None",
            help_text="Only if this purchase is of the project that the exemption is for.",
        )

    def offer(self, agencies: Iterable[Agency], data: Mapping[str, Any]) -> None:
        """What was sought for the service that was chosen, or for what words describe."""
        service, described = str(data.get("service", "")), data.get("described")
        if service.isascii() and service.isdigit() and len(service) <= MOST_DIGITS:
            self.queryset = sought_by(agencies, Service(pk=int(service)))
        elif described:
            self.queryset = sought_by(agencies, None)

    def label_from_instance(self, obj: RequestedItem) -> str:
        return item_in_words(obj)


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
    relies_on = ReliedOnField()

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
        if "agency" in self.fields:
            self._offer(list(agencies))

    def _offer(self, agencies: list[Agency]) -> None:
        """The agencies to choose from, and what those sought exemptions for."""
        choice = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        choice.queryset = Agency.objects.filter(pk__in=[agency.pk for agency in agencies])
        if len(agencies) == 1:
            # An address that somebody wrote may leave it out
            self.only_agency = agencies[0]
            choice.required, choice.widget = False, forms.HiddenInput()
            choice.initial = agencies[0].pk
        cast(ReliedOnField, self.fields["relies_on"]).offer(agencies, self.data)

    @property
    def offers_exemptions(self) -> bool:
        """Whether there is one to choose, or something to say of the one that was named."""
        if "relies_on" not in self.fields:
            return False
        field = cast(ReliedOnField, self.fields["relies_on"])
        return bool(self["relies_on"].errors or list(field.queryset or ()))

    def clean_agency(self) -> Agency:
        agency: Agency = self.cleaned_data["agency"] or self.only_agency
        return agency

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if (on := cleaned.get("on")) and on < FIRST_EDITION:
            self.add_error("on", TOO_EARLY)
        item, agency = cleaned.get("relies_on"), cleaned.get("agency")
        if item and agency and item.request.agency_id != agency.pk:
            self.add_error("relies_on", ANOTHERS.format(item.request, agency.name))
        if cleaned.get("plan") == Plan.LEAVE and self.is_state_buyer:
            self.add_error("plan", NOT_LEAVING)
        return cleaned

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
            relies_on=cleaned.get("relies_on"),
            quantity=cleaned["quantity"] or 1,
        )


class StatedForm(QuestionForm):
    """The same for people without an agency of their own: they say what the buyer is."""

    # Out of this form go both fields that look something up of an agency
    agency = None  # type: ignore[assignment]
    relies_on = None  # type: ignore[assignment]
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
    field_order = (
        "buyer", "what", "service", "described", "designation", "plan", "vendor", "on", "quantity",
        "ato", "ato_approved_on", "exemption", "exemption_from", "exemption_to",
        "exemption_reference",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("exemption") == ExemptionState.APPROVED:
            self._clean_term()
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
        return Stated(Buyer(cleaned["buyer"]), designation, ato, self._exemption())

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


class AskForServiceForm(forms.Form):
    """What an answer knows of a request for an exemption that is begun from it."""

    agency = forms.ModelChoiceField(Agency.objects.none())
    service = forms.ModelChoiceField(Service.objects.all())
    quantity = forms.IntegerField(min_value=1, max_value=MOST_COMPARED)
    vendor = forms.CharField(max_length=200, required=False)
    key = forms.UUIDField()

    def __init__(self, data: QueryDict, *, agencies: Iterable[Agency]) -> None:
        super().__init__(data)
        choice = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        choice.queryset = Agency.objects.filter(pk__in=[agency.pk for agency in agencies])


class DeterminationFilterForm(forms.Form):
    """Which determinations are listed, as it stands in the address."""

    q = forms.CharField(
        label="Number, service or source", required=False, max_length=100, widget=forms.SearchInput
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), required=False, empty_label="Every agency"
    )
    outcome = forms.ChoiceField(
        label="Answer",
        choices=[("", "Any answer"), *((each.value, each.headline) for each in Outcome)],
        required=False,
    )

    def __init__(
        self, data: QueryDict, *, visible: ElsewhereDeterminationQuerySet, of_many_agencies: bool
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

    def determinations(self) -> ElsewhereDeterminationQuerySet:
        """Those that are meant; none while the form has problems."""
        if not self.is_valid():
            return self.visible.none()
        wanted = self.cleaned_data
        found = self.visible.matching(wanted["q"])
        narrowed = {name: wanted[name] for name in ("agency", "outcome") if wanted.get(name)}
        return found.filter(**narrowed)


class KeyForm(forms.Form):
    """What tells a page that is sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
