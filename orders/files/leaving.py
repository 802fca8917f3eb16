"""Notices of leaving CALNET as rows of a spreadsheet: one for each thing that leaves."""

from collections.abc import Iterator
from typing import Any

from orders.models import LeavingPart
from orders.models.leaving import LeavingQuerySet

AT_ONCE = 2000  # rows
COLUMNS = (
    "Notice",
    "Agency",
    "Contractor",
    "Contract",
    "How it leaves",
    "State",
    "Leaves with",
    "Billing account",
    "Notice given on",
    "Services end on",
    "Disconnect order",
    "Ended on",
)


def rows(leavings: LeavingQuerySet) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each part, newest notice first, in one query, a few at a time."""
    parts = LeavingPart.objects.filter(leaving__in=leavings.order_by()).select_related(
        "leaving__agency",
        "leaving__contract__contractor",
        "leaving__order",
        "open_service__service",
        "category",
        "service",
    )
    for part in parts.order_by("-leaving_id", "pk").iterator(chunk_size=AT_ONCE):
        leaving, open_service = part.leaving, part.open_service
        yield (
            str(leaving),
            leaving.agency.name,
            leaving.contract.contractor.name,
            leaving.contract.number,
            leaving.get_manner_display(),
            leaving.get_state_display(),
            str(part),
            open_service.billing_account if open_service else "",
            leaving.given_on or "",
            leaving.ends_on or "",
            leaving.order.agency_request_number if leaving.order else "",
            leaving.ended_on or "",
        )
