"""Open services as rows of a spreadsheet."""

from collections.abc import Iterator
from typing import Any

from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.models.inventory import MONTHLY_COST, OpenServiceQuerySet

AT_ONCE = 2000  # rows
COLUMNS = (
    "Agency",
    "Service",
    "Product ID",
    "Contractor",
    "Contract",
    "Category",
    "Quantity",
    "Monthly (MRC) each, US dollars",
    "Monthly cost, US dollars",
    "Site",
    "Billing account",
    "SR Number",
    "Circuit or telephone numbers",
    "Budget code",
    "Since",
    "Ended",
    "In use confirmed",
    "Last order",
    "Agency request number",
)
_FIELDS = (
    "agency__name",
    "service__name",
    "service__product_id",
    "service__contract__contractor__name",
    "service__contract__number",
    "service__category__code",
    "quantity",
    "mrc",
    "cost",
    "site",
    "billing_account",
    "sr_number",
    "circuit_numbers",
    "budget_code",
    "since",
    "ended_on",
    "confirmed_at",
    "last_number",
    "last_agency_number",
)
# Of the STD. 20, or of the local purchasing document that added it
_LAST = {
    "last_number": Coalesce("last_line__order__number", "added_locally_by__order__number"),
    "last_agency_number": Coalesce(
        "last_line__order__agency_request_number", "added_locally_by__order__document_number"
    ),
}
_CONFIRMED = _FIELDS.index("confirmed_at")


def rows(services: OpenServiceQuerySet) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each, in one query, a few at a time; moments as their Pacific day."""
    found = services.annotate(cost=MONTHLY_COST, **_LAST).values_list(*_FIELDS)
    for row in found.iterator(chunk_size=AT_ONCE):
        confirmed = row[_CONFIRMED]
        day = timezone.localdate(confirmed) if confirmed else ""
        yield (*row[:_CONFIRMED], day, *row[_CONFIRMED + 1 :])
