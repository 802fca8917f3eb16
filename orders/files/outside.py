"""Purchases outside CALNET as rows of a spreadsheet."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from orders.models import OutsidePurchase

AT_ONCE = 2000  # rows
COLUMNS = (
    "Agency",
    "Vendor",
    "Description",
    "Product ID",
    "Purchase document",
    "Amount, US dollars",
    "Bought on",
    "Service from",
    "Service to",
    "In the catalog",
    "CALNET service",
    "CALNET product ID",
    "Contract",
    "Possible leakage",
    "State of it",
    "Reason",
    "Exemption",
    "Ledger",
    "Row",
)


def rows(purchases: "QuerySet[OutsidePurchase]") -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each, in one query, a few at a time."""
    found = purchases.select_related("agency", "service__contract", "ledger")
    for each in found.iterator(chunk_size=AT_ONCE):
        service = each.service
        yield (
            each.agency.name,
            each.vendor,
            each.description,
            each.identifier,
            each.reference,
            each.amount,
            each.purchased_on,
            each.starts_on or "",
            each.last_day or "",
            each.get_match_display(),
            service.name if service else "",
            service.product_id if service else "",
            service.contract.number if service else "",
            each.get_finding_display(),
            each.get_finding_state_display(),
            each.finding_reason,
            each.exemption_reference,
            each.ledger.file_name if each.ledger else "",
            each.row or "",
        )
