"""In how many working days contractors acknowledge and commit: set by the Department, dated."""

from datetime import date, datetime

from django.db import transaction

from catalog.models import Contract
from catalog.permissions import keeper
from orders.models import TimeLimits
from stmm.agencies.access import Access
from stmm.audit.dated import LATEST_FIRST
from stmm.audit.services import record


@transaction.atomic
def set_time_limits(
    *,
    contract: Contract,
    acknowledge_within: int | None,
    commit_within: int | None,
    effective_from: date,
    reason: str,
    access: Access,
    at: datetime,
) -> TimeLimits:
    """Limits, in working days, of clocks that start on a Pacific day or later; None is no limit.

    The same again does nothing. Raises stmm.agencies.services.NotAllowed for all but STND.
    """
    actor = keeper(access)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    rows = TimeLimits.objects.filter(contract=contract, effective_from__lte=effective_from)
    before = rows.order_by(*LATEST_FIRST).first()
    said = (acknowledge_within, commit_within, effective_from, reason)
    if before and said == (
        before.acknowledge_within,
        before.commit_within,
        before.effective_from,
        before.reason,
    ):
        return before
    row = TimeLimits.objects.create(
        contract=contract,
        acknowledge_within=acknowledge_within,
        commit_within=commit_within,
        effective_from=effective_from,
        reason=reason,
        recorded_by=actor,
        recorded_at=at,
    )
    record(
        at=at,
        actor=actor,
        action="set_time_limits",
        subject=contract,
        changes={
            "acknowledge within": (
                before and in_words(before.acknowledge_within),
                in_words(acknowledge_within),
            ),
            "commit within": (before and in_words(before.commit_within), in_words(commit_within)),
            "from": (None, effective_from),
        },
        reason=reason,
    )
    return row


def in_words(within: int | None) -> str:
    if within is None:
        return "no limit set"
    return "1 working day" if within == 1 else f"{within} working days"
