"""What a line of a matrix states, kept as JSON with the upload and read back to be published."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

from catalog.difference import CHARGES, Kind, Known, Line
from catalog.matrix.rows import MatrixRow
from catalog.models import UploadedLine

_STATED = tuple(field.name for field in fields(MatrixRow) if field.name != "row")


def stated_of(row: MatrixRow, category: int | None) -> dict[str, Any]:
    """All the row says, by attribute; charges as texts, which keep every digit."""
    stated = {name: getattr(row, name) for name in _STATED}
    for name in CHARGES:
        stated[name] = None if stated[name] is None else str(stated[name])
    return stated | {"category": category}


def line_of(kept: UploadedLine) -> Line:
    """The line as it was compared, as far as publishing needs it."""
    stated = dict(kept.stated)
    category = stated.pop("category", None)
    for name in CHARGES:
        stated[name] = None if stated.get(name) is None else Decimal(stated[name])
    known = None
    if kept.service_id is not None:
        known = Known(kept.service_id, kept.product_id, (), 0, None, "", "")
    return Line(
        Kind(kept.kind),
        known,
        MatrixRow(row=kept.row, **stated) if kept.row is not None else None,
        category,
        writes_service=kept.writes_service,
        writes_offer=kept.writes_offer,
        writes_flag=kept.writes_flag,
    )
