"""Whether a contract's ATOs are exclusive: a dated fact, in place of a setting that was edited."""

from datetime import date
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from stmm.audit.append_only import AppendOnly

CHAPTER = date(2013, 7, 1)


def keep_what_was_set(apps: Any, schema_editor: object) -> None:
    """From the contract's first day, known since it was on record: decisions come out as before."""
    Exclusivity = apps.get_model("catalog", "Exclusivity")
    for contract in apps.get_model("catalog", "Contract").objects.filter(is_exclusive=False):
        first = contract.terms.order_by("starts_on").first()
        Exclusivity.objects.create(
            contract=contract,
            is_exclusive=False,
            effective_from=first.starts_on if first else CHAPTER,
            recorded_at=first.recorded_at if first else timezone.now(),
            reason="Set on the contract, when this was not dated yet",
        )


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_catalog_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Exclusivity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("effective_from", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("is_exclusive", models.BooleanField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exclusivity",
                        to="catalog.contract",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(keep_what_was_set, migrations.RunPython.noop),
        migrations.RemoveField(model_name="contract", name="is_exclusive"),
        AppendOnly("exclusivity"),
    ]
