"""A determination of an order line is kept as every other decision is: in the words of the policy.

What was kept column by column is told again from its own facts, by the edition that decided it.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from stmm.audit.append_only import AppendOnly, create_triggers, drop_triggers
from stmm.policy.citations import cite
from stmm.policy.decision import decide
from stmm.policy.editions import edition_named
from stmm.policy.facts import Purchase

TABLE = "orders_determination"


def open_table(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    drop_triggers(schema_editor.connection, TABLE)


def seal_table(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    create_triggers(schema_editor.connection, TABLE)


def tell(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What the columns keep has precedence over what the policy says now."""
    rows = apps.get_model("orders", "determination").objects
    for row in rows.iterator():
        again = decide(Purchase.from_json(row.facts), edition_named(row.edition_key))
        row.said = again.as_json() | {
            "outcome": row.outcome,
            "headline": row.headline,
            "sentence": row.sentence,
            "what_would_change_it": row.what_would_change_it,
            "date_shown": row.date_shown.isoformat() if row.date_shown else None,
            "citations": [cite(paragraph).as_json() for paragraph in row.cites],
            "edition_version": row.edition_version,
        }
        row.save(update_fields=["said"])


def tell_back(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("orders", "determination").objects
    for row in rows.iterator():
        said = row.said
        row.cites = [cited["id"] for cited in said["citations"]]
        row.facts = said["purchase"]
        names = (
            "headline", "sentence", "what_would_change_it", "edition_key", "edition_version",
        )  # fmt: skip
        for name in names:
            setattr(row, name, said[name])
        row.save(update_fields=["cites", "facts", *names])


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_atos_sealed")]

    operations = [
        migrations.RunPython(open_table, seal_table),
        migrations.AddField("determination", "said", models.JSONField(default=dict)),
        # Going back, what is dropped here is there again before it is filled
        *(
            migrations.AlterField("determination", name, field)
            for name, field in (
                ("headline", models.CharField(max_length=200, default="")),
                ("sentence", models.TextField(default="")),
                ("cites", models.JSONField(default=list)),
                ("facts", models.JSONField(default=dict)),
                ("edition_key", models.CharField(max_length=40, default="")),
                ("edition_version", models.CharField(max_length=20, default="")),
            )
        ),
        migrations.RunPython(tell, tell_back),
        migrations.AlterField("determination", "said", models.JSONField()),
        *(
            migrations.RemoveField("determination", name)
            for name in (
                "headline", "sentence", "cites", "facts", "what_would_change_it", "edition_key",
                "edition_version",
            )
        ),
        AppendOnly("determination"),
    ]  # fmt: skip
