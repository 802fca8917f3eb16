import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_address_book"),
        ("catalog", "0006_catalog_changes"),
        ("documents", "0002_append_only"),
        ("orders", "0007_leaving"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AtoPaper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("initial", "Initial ATO"),
                            ("amendment", "Amendment"),
                            ("renewal", "Renewal"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("ready", "Ready to be signed"),
                            ("agency_signed", "Signed by the agency"),
                            ("submitted", "Waiting for the State"),
                            ("approved", "Approved by the State"),
                            ("returned", "Returned by the State"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=15,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("recorded_at", models.DateTimeField()),
                ("basis", models.CharField(blank=True, max_length=200)),
                (
                    "legal_name",
                    models.CharField(max_length=200, verbose_name="Legal name of the agency"),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "local",
                                "Local government: city, county, district or other body spending public funds",
                            ),
                            ("federal", "Federal government"),
                            ("tribe", "Federally recognized tribe"),
                            ("tax", "Supported by taxes alone"),
                            ("joint", "Joint powers authority"),
                        ],
                        max_length=10,
                        verbose_name="Ground of eligibility",
                    ),
                ),
                ("address", models.TextField(blank=True, max_length=2000, verbose_name="Address")),
                (
                    "e_rate",
                    models.BooleanField(default=False, verbose_name="We apply for E-Rate funding"),
                ),
                (
                    "funding_year",
                    models.CharField(blank=True, max_length=20, verbose_name="E-Rate funding year"),
                ),
                (
                    "form_470",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="Form 470 application number"
                    ),
                ),
                (
                    "form_471",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="Form 471 application number"
                    ),
                ),
                ("agency_signatory", models.CharField(blank=True, max_length=150)),
                ("agency_title", models.CharField(blank=True, max_length=150)),
                ("agency_signed_on", models.DateField(null=True)),
                ("contractor_signatory", models.CharField(blank=True, max_length=150)),
                ("contractor_title", models.CharField(blank=True, max_length=150)),
                ("contractor_signed_on", models.DateField(null=True)),
                ("approver", models.CharField(blank=True, max_length=150)),
                ("approver_title", models.CharField(blank=True, max_length=150)),
                ("state_approved_on", models.DateField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("return_reason", models.TextField(blank=True, max_length=1000)),
                ("ready_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "ATO paper",
                "ordering": ["ato", "number"],
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            (
                                "local",
                                "Local government: city, county, district or other body spending public funds",
                            ),
                            ("federal", "Federal government"),
                            ("tribe", "Federally recognized tribe"),
                            ("tax", "Supported by taxes alone"),
                            ("joint", "Joint powers authority"),
                        ],
                        max_length=10,
                    ),
                ),
                ("explanation", models.TextField(blank=True, max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "Waiting for STND"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                        ],
                        default="submitted",
                        max_length=10,
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, max_length=1000)),
            ],
            options={
                "ordering": ["-submitted_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="WindowNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["until", "-days"],
            },
        ),
        migrations.AlterModelOptions(
            name="authorizationtoorder",
            options={
                "ordering": ["agency__name", "contract", "pk"],
                "verbose_name": "Authorization To Order",
                "verbose_name_plural": "Authorizations To Order",
            },
        ),
        migrations.AlterModelOptions(
            name="listedservice",
            options={"ordering": ["category", "service", "pk"]},
        ),
        migrations.RemoveConstraint(
            model_name="authorizationtoorder",
            name="one_ato_a_contract",
        ),
        migrations.RemoveConstraint(
            model_name="authorizationtoorder",
            name="state_approves_a_signed_ato",
        ),
        migrations.RemoveConstraint(
            model_name="listedservice",
            name="category_listed_once",
        ),
        migrations.RemoveConstraint(
            model_name="listedservice",
            name="service_listed_once",
        ),
        migrations.AddField(
            model_name="authorizationtoorder",
            name="end_reason",
            field=models.TextField(blank=True, max_length=1000),
        ),
        migrations.AddField(
            model_name="authorizationtoorder",
            name="end_recorded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="authorizationtoorder",
            name="ended_on",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="authorizationtoorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("agency", "contract"),
                name="one_ato_a_contract",
            ),
        ),
        migrations.AddConstraint(
            model_name="authorizationtoorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("end_reason", ""),
                        ("end_recorded_at__isnull", True),
                        ("ended_on__isnull", True),
                    ),
                    models.Q(
                        ("end_recorded_at__isnull", False),
                        ("ended_on__isnull", False),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_ato_ends_for_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="atopaper",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="atopaper",
            name="ato",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="orders.authorizationtoorder",
            ),
        ),
        migrations.AddField(
            model_name="atopaper",
            name="form",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.storeddocument",
            ),
        ),
        migrations.AddField(
            model_name="atopaper",
            name="scan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.storeddocument",
            ),
        ),
        migrations.AddField(
            model_name="listedservice",
            name="paper",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="listed",
                to="orders.atopaper",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registrations",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="nespa",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.storeddocument",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="submitted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="windownotice",
            name="ato",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="told",
                to="orders.authorizationtoorder",
            ),
        ),
        migrations.AddIndex(
            model_name="atopaper",
            index=models.Index(
                fields=["state", "state_approved_on"], name="orders_atop_state_a78bdf_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="atopaper",
            constraint=models.UniqueConstraint(
                fields=("ato", "number"), name="ato_papers_are_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="atopaper",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "ready", "agency_signed", "submitted", "returned"])
                ),
                fields=("ato",),
                name="one_ato_paper_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="atopaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "initial"), ("number", 1)),
                    models.Q(("kind__in", ["amendment", "renewal"]), ("number__gt", 1)),
                    _connector="OR",
                ),
                name="the_first_ato_paper_is_the_initial_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="atopaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agency_signed_on__isnull", True),
                        ("contractor_signed_on__isnull", True),
                        ("state__in", ["draft", "ready"]),
                        ("state_approved_on__isnull", True),
                    ),
                    models.Q(
                        ("agency_signed_on__isnull", False),
                        ("contractor_signed_on__isnull", True),
                        ("state", "agency_signed"),
                        ("state_approved_on__isnull", True),
                    ),
                    models.Q(
                        ("agency_signed_on__isnull", False),
                        ("contractor_signed_on__isnull", False),
                        ("state", "submitted"),
                        ("state_approved_on__isnull", True),
                    ),
                    models.Q(
                        ("state", "returned"),
                        ("state_approved_on__isnull", True),
                        models.Q(("return_reason", ""), _negated=True),
                    ),
                    models.Q(("state", "withdrawn"), ("state_approved_on__isnull", True)),
                    models.Q(("state", "approved"), ("state_approved_on__isnull", False)),
                    _connector="OR",
                ),
                name="ato_paper_has_what_its_state_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="atopaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("state_approved_on__isnull", True)),
                    models.Q(
                        ("agency_signed_on__isnull", False),
                        ("approved_at__isnull", False),
                        ("contractor_signed_on__isnull", False),
                        ("state_approved_on__gte", models.F("agency_signed_on")),
                        ("state_approved_on__isnull", False),
                        ("state_approved_on__gte", models.F("contractor_signed_on")),
                    ),
                    _connector="OR",
                ),
                name="state_approves_a_signed_ato",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "submitted")),
                fields=("agency",),
                name="one_open_registration_of_an_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "submitted")),
                    models.Q(("decided_at__isnull", False), ("state", "approved")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state", "returned"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="registration_is_decided_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("ground__in", ["local", "federal", "tribe", "tax", "joint"])),
                name="ground_of_eligibility_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="windownotice",
            constraint=models.UniqueConstraint(
                fields=("ato", "until", "days"), name="told_of_a_window_once"
            ),
        ),
    ]
