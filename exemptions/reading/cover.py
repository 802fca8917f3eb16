"""Why a purchase may not rely on a granted item: the one reason for page and service."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from exemptions.models import (
    Condition,
    Delegation,
    ExemptionRequest,
    ItemDecision,
    RequestedItem,
    RequestState,
)
from exemptions.reading.remaining import remaining
from stmm.agencies.models import Agency
from stmm.policy.dates import in_words, last_day
from stmm.policy.editions import edition_in_force
from stmm.refusals import Refused


class Obstacle(StrEnum):
    """What stands between a purchase and the exemption it would rely on."""

    ANOTHER_AGENCY = "another_agency"
    NOT_GRANTED = "not_granted"
    NOT_APPROVED = "not_approved"
    REVOKED = "revoked"
    OUT_OF_TERM = "out_of_term"
    CONDITION = "condition"
    DELEGATION = "delegation"
    QUANTITY = "quantity"
    AMOUNT = "amount"


class NotCovered(Refused):
    """The exemption does not cover the purchase. `obstacle` names why, the message tells it."""

    def __init__(self, obstacle: Obstacle, message: str) -> None:
        self.obstacle = obstacle
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Bought:
    """What a purchase takes: units, US dollars of all charges, on a Pacific day."""

    quantity: int
    amount: Decimal
    used_on: date


def granted_for(
    item: RequestedItem, request: ExemptionRequest, *, agency: Agency, bought: Bought
) -> ItemDecision:
    """What was granted of an item of `request`, under which `agency` may buy this.

    `request` as it is now: a service passes the row that it has locked. Four queries at most.
    Raises NotCovered.
    """
    if request.agency_id != agency.pk:
        raise NotCovered(
            Obstacle.ANOTHER_AGENCY, "This exemption is another agency’s: it covers nobody else."
        )
    _refuse_outside(request, bought.used_on)
    granted = ItemDecision.objects.filter(item=item, item__request=request).first()
    if granted is None:
        raise NotCovered(Obstacle.NOT_GRANTED, f"{request} was approved, but not for {item}.")
    _refuse_unmet(request)
    _refuse_without_delegation(request, bought.used_on)
    _refuse_beyond(granted, request, bought)
    return granted


def _refuse_outside(request: ExemptionRequest, on: date) -> None:
    """By days: the state `expired` is written down some time after the end of the term."""
    if request.state == RequestState.REVOKED:
        raise NotCovered(
            Obstacle.REVOKED, f"{request} was revoked: nothing may be bought under it any more."
        )
    if request.starts_on is None or request.until is None:
        raise NotCovered(
            Obstacle.NOT_APPROVED,
            f"{request} is not approved: an exemption is approved before buying elsewhere.",
        )
    if not request.starts_on <= on < request.until:
        raise NotCovered(
            Obstacle.OUT_OF_TERM,
            f"{request} covers purchases from {in_words(request.starts_on)} through "
            f"{in_words(last_day(request.until))}, and this one is of {in_words(on)}.",
        )


def _refuse_unmet(request: ExemptionRequest) -> None:
    condition = Condition.objects.filter(
        decision__request=request, due_on__isnull=True, met_at__isnull=True
    ).first()
    if condition is not None:
        raise NotCovered(
            Obstacle.CONDITION,
            f"A condition of {request} is to be met before the first purchase: "
            f"“{condition.text}” Record on its page how it was met.",
        )


def _refuse_without_delegation(request: ExemptionRequest, on: date) -> None:
    """SAM 4605 with 4603; the 2013 edition of the manual asks for no delegation."""
    if not edition_in_force(on).exemption_needs_delegation:
        return
    own = Delegation.objects.filter(agency=request.agency_id, pk=request.delegation_id or 0)
    if not own.in_effect(on).exists():
        raise NotCovered(
            Obstacle.DELEGATION,
            f"{request} needs a General Telecommunications Delegation in effect on "
            f"{in_words(on)}, and none is recorded for it. STND records delegations.",
        )


def _refuse_beyond(granted: ItemDecision, request: ExemptionRequest, bought: Bought) -> None:
    left = remaining([granted])[granted.pk]
    if bought.quantity > left.quantity_left:
        raise NotCovered(
            Obstacle.QUANTITY,
            f"{request} has {left.quantity_left:,} of {left.quantity:,} left of {granted.item}, "
            f"and this purchase takes {bought.quantity:,}.",
        )
    if left.amount_left is not None and bought.amount > left.amount_left:
        raise NotCovered(
            Obstacle.AMOUNT,
            f"{request} has ${left.amount_left:,.2f} of ${left.amount:,.2f} left for "
            f"{granted.item}, and this purchase takes ${bought.amount:,.2f}.",
        )
