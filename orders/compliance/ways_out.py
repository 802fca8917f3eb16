"""What was looked at for a decision, and what to do where the manual says no or not yet."""

from dataclasses import dataclass

from django.urls import reverse

from orders.models import Determination, OrderLine
from stmm.policy.decision import Decision
from stmm.policy.facts import Ato, Buyer, Designation, Purchase
from stmm.policy.findings import Outcome

_STANDINGS = {
    Buyer.NON_EXEMPT: "non-exempt State agency",
    Buyer.EXEMPT: "exempt State agency",
    Buyer.UNDETERMINED: "State entity whose standing is not determined yet",
    Buyer.NON_STATE: "not a State agency",
}
_DESIGNATIONS = {
    Designation.MANDATORY: "mandatory (Required)",
    Designation.NON_MANDATORY: "non-mandatory (Discretionary)",
    Designation.UNDETERMINED: "not determined yet",
}
STATE_APPROVES = "The State approves it: the Department of Technology, STND."


def purchase_of(decision: Decision | Determination) -> Purchase:
    """The facts that were seen, whether decided now or stored."""
    if isinstance(decision, Determination):
        return Purchase.from_json(decision.facts)
    return decision.purchase


def facts_in_words(purchase: Purchase) -> list[tuple[str, str]]:
    """The facts a decision rests on, each with its name."""
    facts = [
        ("Buyer", _STANDINGS[purchase.buyer]),
        ("Service", _DESIGNATIONS[purchase.designation]),
    ]
    if purchase.buyer is Buyer.NON_STATE:
        facts.append(("ATO", _ato_in_words(purchase.ato)))
    return facts


def _ato_in_words(ato: Ato | None) -> str:
    if ato is None:
        return "none for this contract"
    listed = "lists this service" if ato.lists_service else "does not list this service"
    if ato.approved_on is None:
        return f"{listed}; not approved by the State yet"
    return f"{listed}; approved by the State on {ato.approved_on:%B %-d, %Y}"


@dataclass(frozen=True, slots=True)
class WayOut:
    """One sentence, and the page where it is done; no address where it is not done here."""

    text: str
    url: str = ""


def way_out(line: OrderLine, decision: Decision | Determination) -> WayOut | None:
    """What helps with a line that is refused, or of whose service the Department said nothing."""
    purchase, outcome = purchase_of(decision), Outcome(decision.outcome)
    if outcome is Outcome.ATO_REQUIRED:
        return WayOut(_ato_first(line, purchase))
    undetermined = (
        purchase.buyer is not Buyer.NON_STATE and purchase.designation is Designation.UNDETERMINED
    )
    if outcome is Outcome.RULING_NEEDED or undetermined:
        return WayOut(
            "Ask the Department for a ruling on this service",
            reverse("catalog:ask-ruling", args=[line.service_id]),
        )
    return None


def _ato_first(line: OrderLine, purchase: Purchase) -> str:
    contract, ato = line.service.contract.number, purchase.ato
    if ato is None:
        return f"An ATO for {contract} that lists this service comes first. {STATE_APPROVES}"
    if not ato.lists_service:
        return (
            f"The ATO for {contract} must list this service first, by an amendment."
            f" {STATE_APPROVES}"
        )
    return f"The ATO for {contract} waits for its approval. {STATE_APPROVES}"
