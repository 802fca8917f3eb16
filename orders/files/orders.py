"""Orders as rows of a spreadsheet, and their forms in one archive."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from orders.models import State
from orders.models.order import OrderQuerySet
from stmm.accounts.models import User
from stmm.audit.models import subject_kind
from stmm.documents.models import StoredDocument
from stmm.documents.services import hand_out

AT_ONCE = 2000  # rows
CENTS_OF_CENTS = Decimal("0.0001")
COLUMNS = (
    "Number",
    "Agency request number",
    "Agency",
    "Contractor",
    "Contract",
    "State",
    "Order date",
    "Signed",
    "Sent",
    "Acknowledged",
    "Closed",
    "Requested service address",
    "Monthly total (MRC), US dollars",
    "One-time total (NRC), US dollars",
)
_FIELDS = (
    "number",
    "agency_request_number",
    "agency__name",
    "contractor_name",
    "contract__number",
    "state",
    "order_date",
    "signed_at",
    "routed_at",
    "acknowledged_at",
    "closed_at",
    "requested_address",
    "monthly",
    "once",
)


def rows(orders: OrderQuerySet) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each order `with_totals`, in one query, a few at a time."""
    for row in orders.values_list(*_FIELDS).iterator(chunk_size=AT_ONCE):
        values = dict(zip(_FIELDS, row, strict=True))
        values["state"] = State(values["state"]).label
        yield tuple(_plain(value) for value in values.values())


def _plain(value: Any) -> Any:
    """Moments as their Pacific day; amounts alike on both databases."""
    if isinstance(value, datetime):
        return timezone.localdate(value)
    return value.quantize(CENTS_OF_CENTS) if isinstance(value, Decimal) else value


def std20s_of(orders: OrderQuerySet) -> QuerySet[StoredDocument]:
    """The stored forms of these orders, the newest first."""
    kind = subject_kind(orders.model)
    keys = orders.order_by().annotate(key=Cast("pk", CharField())).values("key")
    return StoredDocument.objects.filter(
        kind="std20", made_from_kind=kind, made_from_key__in=keys
    ).order_by("-pk")


def archive(documents: Iterable[StoredDocument], *, actor: User, at: datetime) -> bytes:
    """The very files in one zip, whose number the caller bounds; each download is recorded.

    Raises DocumentDamaged where a file is not what it was.
    """
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for document in documents:
            made.writestr(document.file_name, hand_out(document=document, actor=actor, at=at))
    return file.getvalue()
