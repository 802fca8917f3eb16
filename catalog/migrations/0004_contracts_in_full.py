import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stmm.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_one_name_a_kind"),
        ("catalog", "0003_matrix_uploads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractorName",
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
                ("name", models.CharField(max_length=120)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DeskAddress",
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
                ("email", models.EmailField(blank=True, max_length=254)),
            ],
        ),
        migrations.CreateModel(
            name="Equivalent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="EquivalentGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ListedBuyer",
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
                ("is_listed", models.BooleanField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("answered", "Answered"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Succession",
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
            ],
        ),
        migrations.AddField(
            model_name="contract",
            name="buyers",
            field=models.CharField(
                choices=[
                    ("everyone", "Every agency that may order from CALNET"),
                    ("listed", "Only the agencies on its list of buyers"),
                ],
                default="everyone",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="is_exclusive",
            field=models.BooleanField(default=True),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("buyers__in", ["everyone", "listed"])), name="buyers_are_known"
            ),
        ),
        migrations.AddField(
            model_name="contractorname",
            name="contractor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="names",
                to="catalog.contractor",
            ),
        ),
        migrations.AddField(
            model_name="contractorname",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="deskaddress",
            name="category",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.category",
            ),
        ),
        migrations.AddField(
            model_name="deskaddress",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="desk_addresses",
                to="catalog.contract",
            ),
        ),
        migrations.AddField(
            model_name="deskaddress",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="equivalent",
            name="service",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="equivalent",
                to="catalog.service",
            ),
        ),
        migrations.AddField(
            model_name="equivalent",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="catalog.equivalentgroup",
            ),
        ),
        migrations.AddField(
            model_name="listedbuyer",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="listedbuyer",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="listed_buyers",
                to="catalog.contract",
            ),
        ),
        migrations.AddField(
            model_name="listedbuyer",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ruling",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="ruling",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ruling",
            name="designation",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ruling",
                to="catalog.designation",
            ),
        ),
        migrations.AddField(
            model_name="ruling",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rulings",
                to="catalog.service",
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="contractor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successions",
                to="catalog.contractor",
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="successor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.contractor",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("category__isnull", False),
                    models.Q(("email", ""), _negated=True),
                    _connector="OR",
                ),
                name="the_general_desk_has_an_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("agency", "service"),
                name="one_open_ruling_of_an_agency_on_a_service",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", True),
                        ("designation__isnull", True),
                        ("state", "asked"),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("designation__isnull", False),
                        ("state", "answered"),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("designation__isnull", True),
                        ("state", "withdrawn"),
                    ),
                    _connector="OR",
                ),
                name="ruling_is_answered_by_a_designation",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(("question", ""), _negated=True), name="ruling_asks_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("contractor", models.F("successor")), _negated=True),
                name="nobody_succeeds_themselves",
            ),
        ),
        AppendOnly("contractorname"),
        AppendOnly("succession"),
        AppendOnly("deskaddress"),
        AppendOnly("listedbuyer"),
    ]
