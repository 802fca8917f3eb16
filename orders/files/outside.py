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
    "Quantity",
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
    "State of the exemption",
    "Exemption, as its ledger says",
    "Exemption requested",
    "Ledger",
    "Row",
)


def rows(purchases: "QuerySet[OutsidePurchase]") -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each, in one query, a few at a time."""
    found = purchases.select_related(
        "agency", "service__contract", "ledger", "relies_on__request", "exemption_request"
    )
    for each in found.iterator(chunk_size=AT_ONCE):
        service = each.service
        relied = each.relies_on and each.relies_on.request
        yield (
            each.agency.name,
            each.vendor,
            each.description,
            each.identifier,
            each.reference,
            each.quantity or "",
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
            relied.number if relied else "",
            relied.get_state_display() if relied else "",
            each.exemption_reference,
            each.exemption_request.number if each.exemption_request else "",
            each.ledger.file_name if each.ledger else "",
            each.row or "",
        )
