"""Determinations on buying elsewhere as rows of a spreadsheet."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from orders.models import ElsewhereDetermination

AT_ONCE = 2000  # rows
COLUMNS = (
    "Number",
    "Agency",
    "What",
    "CALNET product ID",
    "Contract",
    "Other source",
    "What is planned",
    "Day",
    "Answer",
    "Day shown",
    "Exemption",
    "Asked by",
    "Asked as",
    "Asked at",
    "Content, SHA-256",
)


def rows(determinations: "QuerySet[ElsewhereDetermination]") -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each, in one query, a few at a time."""
    found = determinations.select_related(
        "agency", "service__contract", "asked_by", "relies_on__request"
    ).defer("content")
    for each in found.iterator(chunk_size=AT_ONCE):
        service = each.service
        yield (
            each.number,
            each.agency.name,
            service.name if service else each.described,
            service.product_id if service else "",
            service.contract.number if service else "",
            each.vendor,
            each.get_plan_display(),
            each.decided_for,
            each.headline,
            each.date_shown or "",
            each.relies_on.request.number if each.relies_on else "",
            each.asked_by.name,
            each.asked_as,
            f"{timezone.localtime(each.asked_at):%Y-%m-%d %H:%M}",
            each.sha256,
        )
