"""Short words for the screen: what a decision is called, and what would change it."""

from datetime import date

from stmm.policy.dates import in_words, last_day
from stmm.policy.facts import Action, Buyer, Designation, ExemptionState, Purchase, Source
from stmm.policy.findings import Outcome


def headline(outcome: Outcome, purchase: Purchase, date_shown: date | None) -> str:
    """The outcome in a few words, made precise by the facts."""
    if outcome is Outcome.ALLOWED:
        return _headline_allowed(purchase)
    if outcome is Outcome.EXEMPTION_REQUIRED and purchase.exemption.state is ExemptionState.NONE:
        return "Mandatory from CALNET"
    if outcome is Outcome.EXCLUSIVE_TO_CALNET and date_shown:
        return f"{outcome.headline} until {in_words(date_shown)}"
    if outcome is Outcome.ALLOWED_UNDER_EXEMPTION and date_shown:
        return f"{outcome.headline} through {in_words(last_day(date_shown))}"
    return outcome.headline


def _headline_allowed(purchase: Purchase) -> str:
    if purchase.action is Action.LEAVE:
        return "Allowed: 30 days' notice"
    if purchase.buyer is Buyer.NON_STATE and purchase.source is Source.CALNET:
        return "Allowed: listed on your ATO"
    if purchase.source is Source.OTHER or purchase.designation is Designation.NON_MANDATORY:
        return "Allowed: your choice"
    if purchase.buyer is Buyer.EXEMPT:
        return "Allowed: your choice"
    if purchase.buyer is Buyer.NON_EXEMPT and purchase.designation is Designation.MANDATORY:
        return "Allowed: CALNET is required"
    return "Allowed: CALNET is right either way"


def what_would_change(outcome: Outcome, purchase: Purchase, date_shown: date | None) -> str:
    """The nearest fact that would change the outcome, in one sentence; "" if there is none."""
    if outcome is Outcome.ALLOWED_UNDER_EXEMPTION and date_shown:
        return f"The exemption's last day is {in_words(last_day(date_shown))}."
    if outcome is Outcome.EXCLUSIVE_TO_CALNET and date_shown:
        return f"The first free day is {in_words(date_shown)}."
    if outcome is Outcome.EXEMPTION_REQUIRED:
        return _change_of_exemption_required(purchase)
    if outcome is Outcome.RULING_NEEDED:
        return _change_of_ruling_needed(purchase)
    if purchase.buyer is Buyer.NON_STATE:
        return _change_of_non_state(outcome, purchase)
    return "" if purchase.source is Source.CALNET else _change_of_free_state(purchase)


def _change_of_exemption_required(purchase: Purchase) -> str:
    starts_on = purchase.exemption.starts_on
    if purchase.exemption.state is ExemptionState.PENDING:
        return "The Deputy Director's approval of the exemption request would allow it."
    if purchase.exemption.state is ExemptionState.APPROVED and starts_on:
        if purchase.on < starts_on:
            return f"The approved exemption would allow it from {in_words(starts_on)}."
        return "The approved exemption has ended; a new one would allow it."
    return "An exemption approved by the Deputy Director would allow it while in term."


def _change_of_ruling_needed(purchase: Purchase) -> str:
    if purchase.designation is Designation.MANDATORY:
        return "The Department's ruling on whether the agency is exempt would settle it."
    if purchase.buyer is Buyer.UNDETERMINED:
        return "The Department's rulings on the agency and on the service would settle it."
    return "The Department's ruling on whether the service is mandatory would settle it."


def _change_of_non_state(outcome: Outcome, purchase: Purchase) -> str:
    window = purchase.window
    if window and window[0] <= purchase.on:
        return ""
    if outcome is Outcome.ATO_REQUIRED:
        if window:
            return f"The ATO approved on {in_words(window[0])} would allow it from that day."
        return "An ATO that lists the service, once approved by the State, would allow it."
    if window:
        return f"From {in_words(window[0])} your ATO makes it exclusive to CALNET for two years."
    return "A State-approved ATO listing it would make it exclusive to CALNET for two years."


def _change_of_free_state(purchase: Purchase) -> str:
    if purchase.designation is Designation.UNDETERMINED:
        return "If the agency were not exempt, a ruling or an exemption would be needed."
    if purchase.designation is Designation.MANDATORY:
        return "If the agency were not exempt, CALNET or an exemption would be required."
    if purchase.buyer is Buyer.EXEMPT:
        return "If the service were mandatory, CALNET would be encouraged."
    if purchase.buyer is Buyer.NON_EXEMPT:
        return "If the service were mandatory, CALNET or an exemption would be required."
    return "If the service were mandatory, a ruling or an exemption would be needed."
