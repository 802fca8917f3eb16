"""What to do where the manual says no or not yet: of a line of an order, of a question."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from catalog.models import Service
from orders.models import Determination, OrderLine
from orders.reading.order import ShownLine
from stmm.policy.decision import Decision
from stmm.policy.facts import Buyer, Designation, Purchase
from stmm.policy.findings import Outcome

STATE_APPROVES = "The State approves it: the Department of Technology, STND."


@dataclass(frozen=True, slots=True)
class WayOut:
    """One sentence, and the page where it is done; no address where it is not done here."""

    text: str
    url: str = ""


def way_out(line: OrderLine, decision: Decision | Determination) -> WayOut | None:
    """What helps with a line that is refused, or of whose service the Department said nothing."""
    purchase, outcome = decision.purchase, Outcome(decision.outcome)
    if outcome is Outcome.ATO_REQUIRED:
        return WayOut(_ato_first(line, purchase))
    undetermined = (
        purchase.buyer is not Buyer.NON_STATE and purchase.designation is Designation.UNDETERMINED
    )
    if outcome is Outcome.RULING_NEEDED or undetermined:
        return _ask_ruling(line.service_id)
    return None


def way_out_of_question(service: Service | None, outcome: Outcome) -> WayOut | None:
    """What helps whoever may not buy this elsewhere; `service` None where words describe it."""
    if outcome is Outcome.RULING_NEEDED:
        if service is not None:
            return _ask_ruling(service.pk)
        return WayOut(
            "Choose the service in the catalog that comes nearest and ask for a ruling on it"
            " before you buy."
        )
    if outcome is Outcome.EXEMPTION_REQUIRED:
        return WayOut(
            "A written request (STMM Chapter 501.0) goes to the Department of Technology, STND,"
            " Attention: Deputy Director. It is approved before anything is bought."
        )
    if outcome is Outcome.ATO_REQUIRED:
        return WayOut(f"An ATO that lists this service comes first. {STATE_APPROVES}")
    return None


def mandatory_lines(lines: Iterable[ShownLine]) -> list[ShownLine]:
    """What an exemption could be asked for, where CALNET does not meet the need (PR-2)."""
    return [
        each
        for each in lines
        if each.decision.purchase.buyer is Buyer.NON_EXEMPT
        and each.decision.purchase.designation is Designation.MANDATORY
    ]


def _ask_ruling(service: int) -> WayOut:
    return WayOut(
        "Ask the Department for a ruling on this service",
        reverse("catalog:ask-ruling", args=[service]),
    )


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
