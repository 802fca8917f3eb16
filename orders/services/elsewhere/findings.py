"""Possible leakage in purchases outside CALNET: resolved with a reason, opened again."""

from datetime import datetime

from django.db import transaction

from orders.models import OutsidePurchase
from orders.permissions.elsewhere import may_record_for
from orders.services.elsewhere.outside import lock_purchase, refuse_withdrawn
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.services import record
from stmm.refusals import WrongState

FindingState = OutsidePurchase.FindingState


@transaction.atomic
def resolve_finding(
    *, purchase: OutsidePurchase, reason: str, access: Access, at: datetime
) -> OutsidePurchase:
    """Say why possible leakage is none, or how it was put right. The same again does nothing.

    Raises NotAllowed, and WrongState where there is no finding.
    """
    purchase, user = _lock_finding(purchase, access)
    if (purchase.finding_state, purchase.finding_reason) == (FindingState.RESOLVED, reason):
        return purchase
    return _settle(purchase, FindingState.RESOLVED, reason, by=user, at=at)


@transaction.atomic
def reopen_finding(
    *, purchase: OutsidePurchase, reason: str, access: Access, at: datetime
) -> OutsidePurchase:
    """It was settled in error, or its exemption came to nothing. An open one stays as it is.

    Raises NotAllowed, and WrongState where there is no finding.
    """
    purchase, user = _lock_finding(purchase, access)
    if purchase.finding_state == FindingState.OPEN:
        return purchase
    return _settle(purchase, FindingState.OPEN, reason, by=user, at=at)


def _lock_finding(purchase: OutsidePurchase, access: Access) -> tuple[OutsidePurchase, User]:
    purchase = lock_purchase(purchase)
    user = may_record_for(access, purchase.agency).user
    refuse_withdrawn(purchase)
    if not purchase.finding:
        raise WrongState("There is no possible leakage in this purchase.")
    return purchase, user


def _settle(
    purchase: OutsidePurchase, state: FindingState, reason: str, *, by: User, at: datetime
) -> OutsidePurchase:
    is_open = state == FindingState.OPEN
    before = FindingState(purchase.finding_state).label
    purchase.finding_state = state
    purchase.finding_reason = "" if is_open else reason
    purchase.settled_at, purchase.settled_by = (None, None) if is_open else (at, by)
    purchase.exemption_request = None
    purchase.save(
        update_fields=[
            "finding_state", "finding_reason", "settled_at", "settled_by", "exemption_request",
        ]
    )  # fmt: skip
    record(
        at=at,
        actor=by,
        action="settle_finding",
        subject=purchase,
        changes={"possible leakage": (before, state.label)},
        reason=reason,
    )
    return purchase
