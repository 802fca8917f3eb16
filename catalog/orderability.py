"""Why a service can't be ordered on a day: one sentence for every page that shows it."""

from collections.abc import Iterable
from datetime import date

from django.utils import dateformat

from catalog.models import Contract, Offer, Term
from stmm.agencies.models import Agency


def not_orderable(contract: Contract, *, on: date) -> str:
    """Why nothing can be ordered under the contract on the Pacific day `on`; "" if it can.

    Reads the contract's terms: prefetch them for many contracts.
    """
    terms = list(contract.terms.all())
    if any(term.starts_on <= on < term.until for term in terms):
        return ""
    return f"This contract {_stretch(terms, on)}."


def _stretch(terms: Iterable[Term], on: date) -> str:
    ended = [term.last_day for term in terms if term.until <= on]
    if ended:
        return f"ended {_day(max(ended))}"
    begins = [term.starts_on for term in terms]
    return f"begins {_day(min(begins))}" if begins else "has no term on record"


def not_offered(offer: Offer | None) -> str:
    """Why the service itself isn't offered, given the offer in effect; "" if it is."""
    if offer is None:
        return "The contractor does not offer this service yet."
    if offer.withdrawn:
        return f"The contractor withdrew this service on {_day(offer.effective_from)}."
    return ""


def not_a_buyer(contract: Contract, agency: Agency, *, on: date) -> str:
    """Why `agency` can't order under the contract on the Pacific day `on`; "" if it can.

    Special buyers: FirstNet is for public safety entities on a list (domain.md, rule 32).
    """
    if contract.buyers == Contract.Buyers.EVERYONE:
        return ""
    if Contract.objects.filter(pk=contract.pk).open_to(agency, on=on).exists():
        return ""
    return (
        f"Contract {contract.number} is only for the agencies on its list of buyers, and "
        f"{agency.name} is not on it. STND keeps the list."
    )


def _day(value: date) -> str:
    return dateformat.format(value, "F j, Y")
