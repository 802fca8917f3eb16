"""The rows of the table of decisions, put on record for an agency or stated in the form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from catalog.models import Service
from exemptions.models import RequestedItem, RequestState
from orders.models import Plan
from orders.services.atos.acts import record_ato
from stmm.accounts.models import User
from stmm.agencies.models import Agency
from stmm.policy.dates import in_words
from stmm.policy.facts import (
    Action,
    Buyer,
    Designation,
    Exemption,
    ExemptionState,
    Purchase,
    Source,
)
from stmm.policy.findings import Outcome
from tests.catalog.factories import make_category, make_contract, make_designation, make_service
from tests.factories import Kind, Role, make_agency, make_appointment
from tests.orders.elsewhere_exemptions import sought
from tests.orders.factories import KNOWN
from tests.policy.cases import CASES, Case

BY_NAME = {case.name: case for case in CASES}
LOCAL = [name for name in BY_NAME if name.startswith("L")]
STATE = [name for name in BY_NAME if not name.startswith("L")]

_STATES = {
    ExemptionState.PENDING: RequestState.IN_REVIEW,
    ExemptionState.DENIED: RequestState.DENIED,
    ExemptionState.APPROVED: RequestState.APPROVED,
    ExemptionState.REVOKED: RequestState.REVOKED,
}
_BEGINS = {
    Outcome.ALLOWED: "Allowed: ",
    Outcome.ALLOWED_CALNET_ENCOURAGED: "Allowed: CALNET encouraged",
    Outcome.ALLOWED_UNDER_EXEMPTION: "Allowed under an exemption through",
    Outcome.EXCLUSIVE_TO_CALNET: "Exclusive to CALNET until",
    Outcome.ATO_REQUIRED: "ATO required",
    Outcome.RULING_NEEDED: "Ruling needed",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page has to say of a row: how its headline begins, its paragraphs, its day."""

    headline: str
    paragraphs: list[str]
    day: str


def shown(case: Case) -> Shown:
    """By the table alone, not by what the engine answers."""
    outcome, day = case.outcome, case.date_shown
    headline = _BEGINS.get(outcome) or (
        "Mandatory from CALNET"
        if case.purchase.exemption.state is ExemptionState.NONE
        else "Exemption required"
    )
    if day is None:
        return Shown(headline, case.paragraphs, "")
    if outcome is Outcome.ALLOWED_UNDER_EXEMPTION:
        # People are told the last day that is covered
        told = f"Last day of the exemption: {in_words(day - timedelta(days=1))}"
    elif outcome is Outcome.EXCLUSIVE_TO_CALNET:
        told = f"First free day: {in_words(day)}"
    else:
        told = f"Notice runs out: {in_words(day)}"
    return Shown(headline, case.paragraphs, told)


def plan_of(purchase: Purchase) -> Plan:
    if purchase.action is Action.LEAVE:
        return Plan.LEAVE
    return Plan.CALNET if purchase.source is Source.CALNET else Plan.ELSEWHERE


def asked(case: Case) -> dict[str, str]:
    """The fields that the form for agencies and that for others share, but for the service."""
    return {"plan": plan_of(case.purchase).value, "on": case.purchase.on.isoformat()}


def stated(case: Case) -> Mapping[str, str]:
    """All facts of a row as a stranger states them."""
    purchase = case.purchase
    fields = asked(case) | {
        "buyer": purchase.buyer.value,
        "what": "A leased line",
        "designation": purchase.designation.value,
        "ato": "none",
        "exemption": purchase.exemption.state.value,
    }
    exemption = purchase.exemption
    if exemption.starts_on and exemption.until:
        fields["exemption_from"] = exemption.starts_on.isoformat()
        fields["exemption_to"] = (exemption.until - timedelta(days=1)).isoformat()
    if purchase.ato is not None:
        fields["ato"] = "lists" if purchase.ato.lists_service else "lists_not"
        approved = purchase.ato.approved_on
        fields["ato_approved_on"] = approved.isoformat() if approved else ""
    return fields


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Who asks for which agency, of which service."""

    user: User
    agency: Agency
    service: Service
    relies_on: RequestedItem | None
    """What the agency sought an exemption for."""

    def names(self) -> dict[str, str]:
        """Agency, service and exemption as an address names them."""
        named = {"agency": str(self.agency.pk), "service": str(self.service.pk)}
        if self.relies_on is not None:
            named["relies_on"] = str(self.relies_on.pk)
        return named


def put_on_record(case: Case, user: User | None = None) -> OnRecord:
    """The facts of a row, as the Department and the agency would have recorded them.

    `user`, or a new person, orders for the agency.
    """
    purchase = case.purchase
    is_state = purchase.buyer is not Buyer.NON_STATE
    agency = _agency(purchase.buyer)
    contract = make_contract()
    service = make_service("Leased line", contract, recorded_at=KNOWN)
    if purchase.designation is not Designation.UNDETERMINED:
        make_designation(purchase.designation.value, service, at=KNOWN)
    if purchase.ato is not None:
        _record_ato(purchase, agency, service)
    role = Role.ATR if is_state else Role.PURCHASER
    user = make_appointment(role, agency, user).user
    return OnRecord(user, agency, service, _sought(purchase.exemption, agency, user, service))


def _sought(
    exemption: Exemption, agency: Agency, user: User, service: Service
) -> RequestedItem | None:
    if exemption.state is ExemptionState.NONE:
        return None
    told = {}
    if exemption.starts_on and exemption.until:
        told = {"starts_on": exemption.starts_on, "until": exemption.until}
    return sought(agency, user, service, _STATES[exemption.state], **told)


def _agency(buyer: Buyer) -> Agency:
    if buyer is Buyer.NON_STATE:
        return make_agency(Kind.LOCAL)
    return make_agency(standing=None if buyer is Buyer.UNDETERMINED else buyer.value)


def _record_ato(purchase: Purchase, agency: Agency, service: Service) -> None:
    assert purchase.ato is not None
    other = make_category("9.9", "Something else")
    service.contract.categories.add(other)
    record_ato(
        agency=agency,
        contract=service.contract,
        categories=[service.category if purchase.ato.lists_service else other],
        agency_signed_on=purchase.ato.approved_on,
        contractor_signed_on=purchase.ato.approved_on,
        state_approved_on=purchase.ato.approved_on,
        basis="For this test",
        actor=None,
        at=KNOWN,
    )
