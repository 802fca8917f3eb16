"""Purchases outside CALNET rely on exemptions that were granted, no longer on words for them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def open_findings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Nothing was asked for yet where an exemption was to be; words alone settle nothing."""
    purchases = apps.get_model("orders", "OutsidePurchase").objects
    purchases.filter(finding_state="exemption").update(
        finding_state="open", finding_reason="", settled_at=None, settled_by=None
    )
    purchases.filter(outcome="exemption_required", finding="").update(
        finding="mandatory", finding_state="open"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0005_delegates_of_the_deputy_director"),
        ("catalog", "0006_catalog_changes"),
        ("exemptions", "0003_working"),
        ("orders", "0011_determinations_as_stored"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="elsewheredetermination",
            name="relies_on",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exemptions.requesteditem",
            ),
        ),
        migrations.AddField(
            model_name="outsidepurchase",
            name="exemption_request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exemptions.exemptionrequest",
            ),
        ),
        migrations.AddField(
            model_name="outsidepurchase",
            name="quantity",
            field=models.PositiveIntegerField(null=True, verbose_name="Quantity"),
        ),
        migrations.AddField(
            model_name="outsidepurchase",
            name="relies_on",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exemptions.requesteditem",
            ),
        ),
        migrations.AlterField(
            model_name="outsidepurchase",
            name="exemption_reference",
            field=models.CharField(blank=True, max_length=120, verbose_name="Exemption, as told"),
        ),
        migrations.AlterField(
            model_name="outsidepurchase",
            name="finding_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("open", "To be settled"),
                    ("resolved", "Resolved"),
                    ("exemption", "Exemption requested"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunPython(open_findings, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("exemption_request__isnull", False), ("finding_state", "exemption")),
                    models.Q(
                        models.Q(("finding_state", "exemption"), _negated=True),
                        ("exemption_request__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="exemption_of_a_finding_is_requested",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quantity__isnull", True), ("relies_on__isnull", True)),
                    models.Q(("quantity__gte", 1), ("quantity__isnull", False)),
                    _connector="OR",
                ),
                name="what_relies_on_an_exemption_has_a_quantity",
            ),
        ),
    ]
