"""What a signature covers: the request with its items and the hashes of its files, as JSON."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from exemptions.asked import ASKED
from exemptions.models import Attachment, ExemptionRequest, RequestedItem
from exemptions.reading.case import attachments_of, items_of
from exemptions.reading.costs import CalnetCost, Priced, calnet_costs

NO_COST = CalnetCost(None, ())
CHARGE = Decimal("0.0001")


def content_of(
    request: ExemptionRequest,
    items: Iterable[RequestedItem],
    costs: Mapping[int, CalnetCost],
    attachments: Iterable[Attachment],
) -> dict[str, Any]:
    """All that a request says, plain enough for JSON. `costs` by service, of the day."""
    delegation = request.delegation
    return {
        "number": request.number,
        "agency": {"name": request.agency.name, "code": request.agency.code},
        "origin": request.origin,
        "extends": request.extends.number if request.extends else "",
        **{asked.field: getattr(request, asked.field) for asked in ASKED},
        "wanted_from": _day(request.wanted_from),
        "wanted_until": _day(request.wanted_until),
        "delegation": {"reference": delegation.reference, "scope": delegation.scope}
        if delegation
        else None,
        "delegation_reference": request.delegation_reference,
        "asks_for_delegation": request.asks_for_delegation,
        "items": [_item(item, costs.get(item.service_id or 0, NO_COST)) for item in items],
        "attachments": [
            {
                "key": attachment.pk,
                "file": attachment.document.file_name,
                "size": attachment.document.size,
                "sha256": attachment.document.sha256,
            }
            for attachment in attachments
        ],
    }


def draft_content(request: ExemptionRequest, *, on: date) -> dict[str, Any]:
    """What a draft says now, with the costs of the Pacific day `on`."""
    items = list(items_of(request))
    costs = calnet_costs((item.service_id for item in items if item.service_id), on=on)
    return content_of(request, items, costs, attachments_of(request))


def _item(item: RequestedItem, cost: CalnetCost) -> dict[str, Any]:
    service = item.service
    return {
        "position": item.position,
        "service": {
            "key": service.pk,
            "name": service.name,
            "product_id": service.product_id,
            "unit": service.unit,
            "contractor": service.contract.contractor.name,
            "contract": service.contract.number,
        }
        if service
        else None,
        "described": item.described,
        "quantity": item.quantity,
        "sites": item.sites,
        "proposed_monthly": _charge(item.proposed_monthly),
        "proposed_once": _charge(item.proposed_once),
        "calnet_monthly": _charge(cost.own.offer.mrc if cost.own else None),
        "calnet_once": _charge(cost.own.offer.nrc if cost.own else None),
        "equivalents": [_equivalent(each) for each in cost.equivalents],
    }


def _equivalent(priced: Priced) -> dict[str, Any]:
    return {
        "key": priced.service.pk,
        "name": priced.service.name,
        "contractor": priced.service.contract.contractor.name,
        "contract": priced.service.contract.number,
        "monthly": _charge(priced.offer.mrc),
        "once": _charge(priced.offer.nrc),
    }


def _charge(amount: Decimal | None) -> str | None:
    """Always with four decimals: the same charge reads the same whichever database gave it."""
    return None if amount is None else str(amount.quantize(CHARGE))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def canonical(content: Mapping[str, Any]) -> str:
    """Keys sorted, no spaces, so that the same request has one hash."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
