"""A recorded local document and a notice that was given are never edited: the database refuses.

What they order and say, their lines and their parts stay; only the course of events goes on.
"""

from collections.abc import Iterator

from django.db import migrations

from stmm.audit.refuse import Refuse

DOCUMENT, NOTICE = "orders_localorder", "orders_leaving"
ORDERED = (
    "number", "creation_key", "agency_id", "contract_id", "document_number", "document_date",
    "file_id", "contact_name", "contact_phone", "contact_email", "service_address",
    "created_at", "created_by_id", "recorded_at", "recorded_by_id",
)  # fmt: skip
SAID = (
    "number", "creation_key", "agency_id", "contract_id", "manner", "created_at",
    "created_by_id", "wanted_on", "sender_address", "contact_name", "contact_phone",
    "contact_email", "remarks", "given_at", "given_by_id", "given_on", "ends_on",
)  # fmt: skip

HELD = "EXISTS (SELECT 1 FROM {} w WHERE w.{} IS NOT NULL AND w.id IN ({}))"


def _sealed(
    name: str, table: str, *, since: str, columns: tuple[str, ...], made: str, message: str
) -> Iterator[Refuse]:
    """Rows of `table` from the column `since` on; `made` is filled in later, and then stays."""
    differs = [f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns]
    remade = f"(OLD.{made} IS NOT NULL AND OLD.{made} IS DISTINCT FROM NEW.{made})"
    changed = f"OLD.{since} IS NOT NULL AND ({' OR '.join([*differs, remade])})"
    yield Refuse(f"{name}_changed", table, "UPDATE", changed, message)
    yield Refuse(f"{name}_deleted", table, "DELETE", f"OLD.{since} IS NOT NULL", message)


def _parts_sealed(
    name: str, table: str, *, key: str, whole: str, since: str, message: str
) -> Iterator[Refuse]:
    """Rows of `table` that point by `key` to a row of `whole` that has its `since`."""
    for verb, rows in (("UPDATE", "OLD NEW"), ("DELETE", "OLD"), ("INSERT", "NEW")):
        keys = ", ".join(f"{row}.{key}" for row in rows.split())
        held = HELD.format(whole, since, keys)
        yield Refuse(f"{name}_{verb.lower()}", table, verb, held, message)


RECORDED = "a recorded local document is never edited"
GIVEN = "a notice that was given is never edited"


class Migration(migrations.Migration):
    dependencies = [("orders", "0012_relying_on_exemptions")]

    operations = [
        *_sealed(
            "local_order",
            DOCUMENT,
            since="recorded_at",
            columns=ORDERED,
            made="record_id",
            message=RECORDED,
        ),
        *_parts_sealed(
            "local_line",
            "orders_localline",
            key="order_id",
            whole=DOCUMENT,
            since="recorded_at",
            message=RECORDED,
        ),
        *_sealed(
            "leaving", NOTICE, since="given_on", columns=SAID, made="letter_id", message=GIVEN
        ),
        *_parts_sealed(
            "leaving_part",
            "orders_leavingpart",
            key="leaving_id",
            whole=NOTICE,
            since="given_on",
            message=GIVEN,
        ),
    ]
