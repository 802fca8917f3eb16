"""A signed order is never edited: the triggers with which the database refuses, whoever asks.

Of the order itself only the course of events may still change; of its lines and attachments
nothing. Migrations put them in place, each with the columns that there are at its time.
"""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

PARTS = ("orders_orderline", "orders_attachment")
UNSEALED = "('draft', 'review', 'abandoned')"
SIGNED = "SELECT 1 FROM orders_order WHERE state NOT IN ('draft', 'review', 'abandoned') AND id IN"
MESSAGE = "a signed order is never edited"
_TRIGGERS = {"orders_order": ("order_sealed_update", "order_sealed_delete")} | {
    table: tuple(f"{table}_sealed_{verb}" for verb in ("update", "delete", "insert"))
    for table in PARTS
}


def _differs(columns: Sequence[str]) -> str:
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)


def _sqlite(columns: Sequence[str]) -> list[str]:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    changed = f"OLD.state NOT IN {UNSEALED} AND (NEW.state IN {UNSEALED} OR {_differs(columns)})"
    order = "orders_order"
    statements = [
        f"CREATE TRIGGER order_sealed_update BEFORE UPDATE ON {order} WHEN {changed} {refusal}",
        (
            f"CREATE TRIGGER order_sealed_delete BEFORE DELETE ON {order}"
            f" WHEN OLD.state NOT IN {UNSEALED} {refusal}"
        ),
    ]
    for table in PARTS:
        for verb, rows in (("update", "OLD NEW"), ("delete", "OLD"), ("insert", "NEW")):
            orders = ", ".join(f"{row}.order_id" for row in rows.split())
            statements.append(
                f"CREATE TRIGGER {table}_sealed_{verb} BEFORE {verb} ON {table}"
                f" WHEN EXISTS ({SIGNED} ({orders})) {refusal}"
            )
    return statements


def _postgresql(columns: Sequence[str]) -> list[str]:
    refusal = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'"
    statements = [
        f"""CREATE OR REPLACE FUNCTION refuse_signed_order() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF OLD.state NOT IN {UNSEALED} THEN
            IF TG_OP = 'DELETE' THEN {refusal}; END IF;
            IF NEW.state IN {UNSEALED} OR {_differs(columns)} THEN {refusal}; END IF;
          END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;
        END $$""",
        f"""CREATE OR REPLACE FUNCTION refuse_part_of_signed_order() RETURNS trigger
        LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS ({SIGNED} (OLD.order_id, NEW.order_id)) THEN {refusal}; END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;
        END $$""",
        (
            "CREATE TRIGGER order_sealed BEFORE UPDATE OR DELETE ON orders_order"
            " FOR EACH ROW EXECUTE FUNCTION refuse_signed_order()"
        ),
    ]
    statements += [
        f"CREATE TRIGGER {table}_sealed BEFORE INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_part_of_signed_order()"
        for table in PARTS
    ]
    return statements


def seal(connection: BaseDatabaseWrapper, columns: Sequence[str]) -> None:
    """Put the triggers in place: these columns of a signed order never change."""
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    statements = make(columns)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def unseal(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, so that a migration can rebuild the tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER IF EXISTS order_sealed ON orders_order")
            for table in PARTS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_sealed ON {table}")
            return
        for triggers in _TRIGGERS.values():
            for trigger in triggers:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
