"""A paper that the State approved is never edited: the database refuses, whoever asks.

Only its scan, and the PDF that was made of it, may follow.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from stmm.audit.append_only import AppendOnly

PAPER, LISTED = "orders_atopaper", "orders_listedservice"
SEALED_COLUMNS = (
    "ato_id", "number", "kind", "state", "recorded_at", "basis", "legal_name", "ground",
    "address", "e_rate", "funding_year", "form_470", "form_471", "agency_signatory",
    "agency_title", "agency_signed_on", "contractor_signatory", "contractor_title",
    "contractor_signed_on", "approver", "approver_title", "state_approved_on", "approved_at",
    "approved_by_id",
)  # fmt: skip
DIFFERS = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in SEALED_COLUMNS)
APPROVED = "SELECT 1 FROM orders_atopaper WHERE state = 'approved' AND id IN"
MESSAGE = "an approved ATO is never edited"


def _sqlite() -> list[str]:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    statements = [
        (
            f"CREATE TRIGGER ato_sealed_update BEFORE UPDATE ON {PAPER}"
            f" WHEN OLD.state = 'approved' AND ({DIFFERS}) {refusal}"
        ),
        (
            f"CREATE TRIGGER ato_sealed_delete BEFORE DELETE ON {PAPER}"
            f" WHEN OLD.state = 'approved' {refusal}"
        ),
    ]
    for verb, rows in (("update", "OLD NEW"), ("delete", "OLD"), ("insert", "NEW")):
        papers = ", ".join(f"{row}.paper_id" for row in rows.split())
        statements.append(
            f"CREATE TRIGGER ato_list_sealed_{verb} BEFORE {verb} ON {LISTED}"
            f" WHEN EXISTS ({APPROVED} ({papers})) {refusal}"
        )
    return statements


def _postgresql() -> list[str]:
    refusal = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'"
    done = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    return [
        f"""CREATE FUNCTION refuse_approved_ato() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF OLD.state = 'approved' THEN
            IF TG_OP = 'DELETE' THEN {refusal}; END IF;
            IF {DIFFERS} THEN {refusal}; END IF;
          END IF;
          {done}
        END $$""",
        f"""CREATE FUNCTION refuse_list_of_approved_ato() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS ({APPROVED} (OLD.paper_id, NEW.paper_id)) THEN {refusal}; END IF;
          {done}
        END $$""",
        (
            f"CREATE TRIGGER ato_sealed BEFORE UPDATE OR DELETE ON {PAPER}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_approved_ato()"
        ),
        (
            f"CREATE TRIGGER ato_list_sealed BEFORE INSERT OR UPDATE OR DELETE ON {LISTED}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_list_of_approved_ato()"
        ),
    ]


def seal(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        for statement in _postgresql() if is_postgresql else _sqlite():
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0009_atos_papers"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="authorizationtoorder",
            name="agency_signed_on",
        ),
        migrations.RemoveField(
            model_name="authorizationtoorder",
            name="basis",
        ),
        migrations.RemoveField(
            model_name="authorizationtoorder",
            name="contractor_signed_on",
        ),
        migrations.RemoveField(
            model_name="authorizationtoorder",
            name="state_approved_on",
        ),
        migrations.RemoveField(
            model_name="listedservice",
            name="ato",
        ),
        migrations.AlterField(
            model_name="listedservice",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="listed",
                to="orders.atopaper",
            ),
        ),
        migrations.AddConstraint(
            model_name="listedservice",
            constraint=models.UniqueConstraint(
                fields=("paper", "category"), name="category_listed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="listedservice",
            constraint=models.UniqueConstraint(
                fields=("paper", "service"), name="service_listed_once"
            ),
        ),
        migrations.RunPython(seal),
        AppendOnly("windownotice"),
    ]
