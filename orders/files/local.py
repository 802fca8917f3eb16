"""Local purchasing documents as rows of a spreadsheet: one for each of their lines."""

from collections.abc import Iterator
from typing import Any

from orders.models import LocalLine
from orders.models.local import LocalOrderQuerySet

AT_ONCE = 2000  # rows
COLUMNS = (
    "Document",
    "Number here",
    "Agency",
    "Contractor",
    "Contract",
    "State",
    "Dated",
    "Line",
    "Service",
    "Product ID",
    "Quantity",
    "Monthly (MRC) each, US dollars",
    "One-time (NRC) each, US dollars",
    "Completed on",
    "Billing account",
    "SR Number",
)


def rows(orders: LocalOrderQuerySet) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each line, newest document first, in one query, a few at a time.

    Charges are those copied at recording: a draft has none.
    """
    lines = LocalLine.objects.filter(order__in=orders.order_by()).select_related(
        "order__agency", "order__contract__contractor", "completion"
    )
    for line in lines.order_by("-order_id", "position").iterator(chunk_size=AT_ONCE):
        order, done = line.order, getattr(line, "completion", None)
        yield (
            order.document_number,
            str(order),
            order.agency.name,
            order.contract.contractor.name,
            order.contract.number,
            order.get_state_display(),
            order.document_date,
            line.position,
            line.service_name,
            line.product_id,
            line.quantity,
            "" if line.mrc is None else line.mrc,
            "" if line.nrc is None else line.nrc,
            done.on if done else "",
            done.billing_account if done else "",
            done.sr_number if done else "",
        )
