"""What pages and downloads show of an upload's comparison with the catalogue."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from catalog.affected import AffectedLine
from catalog.difference import CHARGES
from catalog.matrix.columns import HEADINGS
from catalog.models import Designation, MatrixUpload, UploadedLine, UploadError

Kind = UploadedLine.Kind
FIELDS = HEADINGS | {"category": "Category", "offered": "Service"}


@dataclass(frozen=True, slots=True)
class View:
    """One of the lists that a comparison is looked at by."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a changed line; amounts for charges, texts for all else."""

    field: str
    before: Any
    after: Any
    is_charge: bool
    percent: str


@dataclass(frozen=True, slots=True)
class ShownDifference:
    line: UploadedLine
    changes: tuple[FieldChange, ...]
    flag: str
    mrc: Decimal | None
    nrc: Decimal | None


def views(upload: MatrixUpload) -> list[View]:
    """The lists that have something in them, what needs a look first."""
    every = (
        View("errors", "Cells in error", upload.in_error),
        View("changed", "Changed", upload.changed),
        View("prices", "Price moves", upload.repriced),
        View("flags", "Designations that change", upload.flagged),
        View("withdrawn", "Withdrawn", upload.withdrawn),
        View("added", "Added", upload.added),
        View("repeated", "Repeated", upload.repeated),
    )
    return [view for view in every if view.count]


def differences(upload: MatrixUpload, key: str) -> QuerySet[UploadedLine] | QuerySet[UploadError]:
    """What one list shows; price moves the largest first."""
    if key == "errors":
        return upload.errors.all()
    lines = upload.differences.select_related("service")
    if key == "prices":
        return lines.filter(move__isnull=False).order_by(F("move").desc(), "pk")
    if key == "flags":
        return lines.exclude(flag_before="")
    return lines.filter(kind=key)


def shown(line: UploadedLine) -> ShownDifference:
    changes = tuple(_change(name, before, after) for name, before, after in line.changes)
    designation = line.stated.get("designation", "")
    flag = str(Designation.Value(designation).label) if designation else ""
    mrc, nrc = (_amount(line.stated.get(name)) for name in ("mrc", "nrc"))
    return ShownDifference(line, changes, flag, mrc, nrc)


def _change(name: str, before: str | None, after: str | None) -> FieldChange:
    if name not in CHARGES:
        return FieldChange(FIELDS[name], before, after, is_charge=False, percent="")
    was, is_now = _amount(before), _amount(after)
    return FieldChange(FIELDS[name], was, is_now, is_charge=True, percent=_percent(was, is_now))


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _percent(before: Decimal | None, after: Decimal | None) -> str:
    """The move with its sign; "" from nothing, which no percentage measures."""
    if not before:
        return ""
    move = ((after or Decimal(0)) - before) / before * 100
    return f"{'+' if move > 0 else '−'}{abs(move):,.1f}%"


CSV_HEADER = (
    "What",
    "Row",
    "Product ID",
    "Service",
    "Column",
    "Before, or found",
    "After, or expected",
    "Percent",
)


def csv_rows(upload: MatrixUpload, affected: Iterable[AffectedLine]) -> Iterator[tuple[Any, ...]]:
    """The whole comparison, a row for each field that changes, and the orders it would touch."""
    for error in upload.errors.iterator():
        yield "Error", error.row, "", "", error.column, error.value, error.expected, ""
    for line in upload.differences.order_by("pk").iterator(chunk_size=2000):
        yield from _csv_line(line)
    for touched in affected:
        for effect in touched.effects:
            where = f"{touched.order}, {touched.line}, {touched.agency}"
            yield "Open order", "", "", f"{where}: {touched.service}", *_plain(effect), ""


def _plain(effect: Any) -> tuple[str, str, str]:
    return effect.what, effect.now, effect.then


def _csv_line(line: UploadedLine) -> Iterator[tuple[Any, ...]]:
    start = (line.get_kind_display(), line.row, line.product_id, line.name)
    if line.kind == Kind.CHANGED:
        for change in shown(line).changes:
            yield *start, change.field, change.before, change.after, change.percent
    elif line.kind == Kind.ADDED:
        for name in ("mrc", "nrc", "usage_rate", "designation"):
            yield *start, FIELDS[name], "", line.stated[name], ""
    elif line.kind == Kind.REPEATED:
        yield *start, "Row", line.first_row, line.row, ""
    else:
        yield *start, "Service", "offered", "withdrawn", ""
