"""A signed order is never edited: the database refuses, whoever asks.

Of the order itself only the course of events may still change (state, version, dates);
of its lines and attachments nothing.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SEALED_COLUMNS = (
    "number", "creation_key", "agency_id", "contract_id", "created_at", "created_by_id",
    "agency_request_number", "order_date", "is_service", "is_equipment", "is_other",
    "department", "division", "contact_name", "contact_phone", "contact_fax", "contact_email",
    "general_services_code", "present_address", "requested_address", "billing_address",
    "eligibility", "signed_at", "contractor_name",
)  # fmt: skip
PARTS = ("orders_orderline", "orders_attachment")
IS_SIGNED = "('signed', 'routed')"
DIFFERS = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in SEALED_COLUMNS)
SIGNED = "SELECT 1 FROM orders_order WHERE state IN ('signed', 'routed') AND id IN"
MESSAGE = "a signed order is never edited"


def _sqlite() -> list[str]:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    changed = f"OLD.state IN {IS_SIGNED} AND (NEW.state NOT IN {IS_SIGNED} OR {DIFFERS})"
    order = "orders_order"
    statements = [
        f"CREATE TRIGGER order_sealed_update BEFORE UPDATE ON {order} WHEN {changed} {refusal}",
        (
            f"CREATE TRIGGER order_sealed_delete BEFORE DELETE ON {order}"
            f" WHEN OLD.state IN {IS_SIGNED} {refusal}"
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


def _postgresql() -> list[str]:
    refusal = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'"
    statements = [
        f"""CREATE FUNCTION refuse_signed_order() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF OLD.state IN {IS_SIGNED} THEN
            IF TG_OP = 'DELETE' THEN {refusal}; END IF;
            IF NEW.state NOT IN {IS_SIGNED} OR {DIFFERS} THEN {refusal}; END IF;
          END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;
        END $$""",
        f"""CREATE FUNCTION refuse_part_of_signed_order() RETURNS trigger LANGUAGE plpgsql AS $$
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


def seal(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        for statement in _postgresql() if is_postgresql else _sqlite():
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_append_only")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
