"""What a determination is: question, answer and comparison as canonical JSON, for its hash."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog.models import Service
from catalog.side_by_side import Compared
from exemptions.models import RequestedItem
from orders.compliance.elsewhere import Question
from stmm.accounts.models import User
from stmm.agencies.models import Agency
from stmm.policy.decision import Decision
from stmm.policy.editions import edition_named

SCHEMA = "elsewhere-determination/2"


def determined_content(
    *,
    key: UUID,
    agency: Agency,
    question: Question,
    decision: Decision,
    compared: Iterable[Compared],
    asked_by: User,
    asked_as: str,
    at: datetime,
) -> str:
    """Keys sorted, no spaces, so that the same determination has one hash.

    Days are ISO 8601, the moment in UTC, amounts text; what does not apply is null or empty.
    """
    content = {
        "schema": SCHEMA,
        "key": str(key),
        "agency": {"name": agency.name, "code": agency.code},
        "asked": {
            "by": asked_by.name,
            "title": asked_by.title,
            "as": asked_as,
            "at": at.astimezone(UTC).isoformat(),
        },
        "plan": question.plan.value,
        "service": _service(question.service) if question.service else None,
        "described": question.described,
        "vendor": question.vendor,
        "relies_on": _exemption(question.relies_on) if question.relies_on else None,
        "quantity": question.quantity,
        "decision": decision.as_json(),
        "edition": edition_named(decision.edition_key).name,
        "compared": [_compared(each) for each in compared],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _service(service: Service) -> dict[str, Any]:
    return {
        "product_id": service.product_id,
        "name": service.name,
        "category": str(service.category),
        "contract": service.contract.number,
        "contractor": service.contract.contractor.name,
    }


def _exemption(item: RequestedItem) -> dict[str, str]:
    return {"request": item.request.number, "project": item.request.project, "item": str(item)}


def _compared(row: Compared) -> dict[str, Any]:
    return {
        **_service(row.service),
        "unit": row.service.unit,
        "designation": row.designation.value,
        "mrc": _amount(row.offer.mrc),
        "nrc": _amount(row.offer.nrc),
        "is_sample": row.offer.is_sample,
        "is_kept": row.is_kept,
        "costs": [{"months": cost.months, "total": _amount(cost.total)} for cost in row.costs],
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")
