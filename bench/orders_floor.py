"""The least work that files an order with the same result: plain SQL, no checks, no ORM.

Of an order that the services have filed: one SELECT of what the catalogue says, then the same
rows, content hash and chained entry again under another number, in one transaction. Nobody's
authority is looked at, nothing is decided, no text is put together but what is hashed.
"""

import hashlib
import json
from typing import Any
from uuid import uuid4

from django.db import connection, models, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from orders.models import Determination, Order, OrderLine, Signature
from stmm.audit.models import HASHED, Entry, entry_hash
from stmm.audit.services import _locked_head

Row = dict[str, Any]
CATALOGUE = """
SELECT service.product_id, service.name, service.unit, offer.mrc, offer.nrc, designation.value
FROM catalog_service service
LEFT JOIN catalog_offer offer ON offer.service_id = service.id
LEFT JOIN catalog_designation designation ON designation.service_id = service.id
WHERE service.contract_id = %s AND service.product_id IN ({places})
"""


def stored(table: type[models.Model], column: str, *keys: object) -> list[Row]:
    """Rows as the database has them."""
    names = [field.column for field in table._meta.concrete_fields]
    places = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(names)} FROM {table._meta.db_table}"
            f" WHERE {column} IN ({places}) ORDER BY 1",
            keys,
        )
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def insert(table: type[models.Model], rows: list[Row]) -> list[Any]:
    """In one statement; gives the keys."""
    names = list(rows[0])
    one = f"({', '.join(['%s'] * len(names))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table._meta.db_table} ({', '.join(names)})"
            f" VALUES {', '.join([one] * len(rows))} RETURNING id",
            [row[name] for row in rows for name in names],
        )
        return [key for (key,) in cursor.fetchall()]


def _without_key(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}


class Floor:
    """What files an order once more, each time under the number given."""

    def __init__(self, order: Order) -> None:
        (self.head,) = (_without_key(row) for row in stored(Order, "id", order.pk))
        self.lines = [_without_key(row) for row in stored(OrderLine, "order_id", order.pk)]
        keys = [line.pk for line in order.lines.order_by("pk")]
        self.decided = [_without_key(row) for row in stored(Determination, "line_id", *keys)]
        (self.signature,) = (_without_key(r) for r in stored(Signature, "order_id", order.pk))
        job = DBTaskResult.objects.latest("enqueued_at")
        job_key = job.pk.hex if connection.vendor == "sqlite" else str(job.pk)
        (self.job,) = stored(DBTaskResult, "id", job_key)
        self.entry = Entry.objects.about(order)[0]
        self.content = json.loads(self.signature["content"])
        products = [line["product_id"] for line in self.lines]
        self.catalogue = CATALOGUE.format(places=", ".join(["%s"] * len(products)))
        self.wanted = [order.contract_id, *products]

    def __call__(self, number: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(self.catalogue, self.wanted)
            cursor.fetchall()
            key = self._draft(number)
            cursor.execute(
                "UPDATE orders_order SET number = %s, state = %s, signed_at = %s, version = 2"
                " WHERE id = %s",
                [f"STD20-F-{key}", "signed", self.head["signed_at"], key],
            )
            self._sign(key, number)
            insert(DBTaskResult, [self.job | {"id": uuid4().hex}])
            _chain(self.entry, key)

    def _draft(self, number: str) -> int:
        draft = self.head | {
            "number": None, "state": "draft", "signed_at": None, "version": 1,
            "agency_request_number": number, "creation_key": uuid4().hex,
        }  # fmt: skip
        (key,) = insert(Order, [draft])
        lines = [line | {"order_id": key, "creation_key": uuid4().hex} for line in self.lines]
        new = insert(OrderLine, lines)
        decided = zip(self.decided, new, strict=True)
        insert(Determination, [row | {"line_id": line} for row, line in decided])
        return int(key)

    def _sign(self, key: int, number: str) -> None:
        signed = json.dumps(
            self.content | {"agency_request_number": number},
            sort_keys=True, separators=(",", ":"), ensure_ascii=False,
        )  # fmt: skip
        sha256 = hashlib.sha256(signed.encode()).hexdigest()
        insert(Signature, [self.signature | {"order_id": key, "content": signed, "sha256": sha256}])


def _chain(entry: Entry, key: int) -> None:
    """The entry again, of the new order, behind the last one."""
    sequence, previous = _locked_head()
    values = {name: getattr(entry, name) for name in HASHED}
    values |= {"sequence": sequence + 1, "subject_key": str(key), "at": timezone.now()}
    own = entry_hash(previous, tuple(values.values()))
    insert(Entry, [values | {"previous_hash": previous, "hash": own}])
