"""What a signature covers: the order as canonical JSON, every field that is printed."""

import json
from collections.abc import Iterable
from typing import Any

from orders.models import Attachment, Determination, Order, OrderLine
from orders.reading.amendments import lines_replaced

_ORDER = (
    "number", "agency_request_number", "order_date", "is_service", "is_equipment", "is_other",
    "department", "division", "contact_name", "contact_phone", "contact_fax", "contact_email",
    "general_services_code", "present_address", "requested_address", "billing_address",
    "eligibility", "contractor_name",
)  # fmt: skip
_LINE = (
    "position", "order_type", "service_name", "product_id", "unit", "quantity",
    "requested_date", "billing_account", "description", "comment", "mrc", "nrc", "usage_rate",
    "price_basis", "price_edition",
)  # fmt: skip
_DETERMINATION = (
    "decided_for", "outcome", "headline", "sentence", "date_shown", "edition_key",
    "edition_version",
)  # fmt: skip


def _fields(row: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | dict | list) else str(value)


def _determined(determination: Determination) -> dict[str, Any]:
    return {
        **_fields(determination, _DETERMINATION),
        "cites": [citation.id for citation in determination.citations],
        "facts": determination.said["purchase"],
    }


def _supersedes(order: Order) -> dict[str, Any]:
    """Of an amendment: which order it amends, which of its requests it replaces, and why."""
    if order.supersedes is None:
        return {}
    requests = [line.position for line in lines_replaced(order.supersedes)]
    return {
        "supersedes": {
            "number": order.supersedes.number,
            "requests": requests,
            "reason": order.amendment_reason,
        }
    }


def signed_content(
    order: Order,
    lines: Iterable[OrderLine],
    determinations: Iterable[Determination],
    attached: Iterable[Attachment],
) -> str:
    """The order as signed: keys sorted, no spaces, so that the same order has one hash."""
    decided = {determination.line_id: determination for determination in determinations}
    content = {
        **_fields(order, _ORDER),
        "agency_code": order.agency.code,
        "contract": order.contract.number,
        **_supersedes(order),
        "attachments": [
            {"kind": item.kind, "file": item.document.file_name, "sha256": item.document.sha256}
            for item in attached
        ],
        "lines": [
            {
                **_fields(line, _LINE),
                "determination": _determined(decided[line.pk]),
            }
            for line in lines
        ],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
