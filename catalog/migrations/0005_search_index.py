import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from catalog.search import engine
from catalog.search.fields import WordsField


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    engine.create()


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    engine.drop()


class Migration(migrations.Migration):
    """After it, `manage.py reindex_catalog` puts a catalogue that is there already into the search."""

    dependencies = [("catalog", "0004_contracts_in_full")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                ("until", models.DateField()),
                (
                    "designation",
                    models.CharField(
                        choices=[
                            ("mandatory", "Mandatory (Required)"),
                            ("non_mandatory", "Non-mandatory (Discretionary)"),
                            ("undetermined", "Undetermined"),
                        ],
                        max_length=15,
                    ),
                ),
                ("mrc", models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                ("band", models.PositiveSmallIntegerField()),
                ("unit", models.CharField(blank=True, max_length=200)),
                ("sort_name", models.CharField(max_length=500)),
                ("name_words", WordsField()),
                ("words", WordsField()),
                ("digest", models.CharField(max_length=32)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.category",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.contract",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.offer",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listings",
                        to="catalog.service",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=[
                            "contract",
                            "category",
                            "designation",
                            "band",
                            "unit",
                            "starts_on",
                            "until",
                        ],
                        name="listing_facets",
                    ),
                    models.Index(fields=["sort_name", "service"], name="listing_by_name"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "starts_on"), name="one_listing_of_a_service_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("starts_on"))),
                        name="listing_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.RunPython(create, drop),
    ]
