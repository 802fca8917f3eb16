import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stmm.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_address_book"),
        ("catalog", "0006_catalog_changes"),
        ("documents", "0002_append_only"),
        ("orders", "0005_inventory_taken_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ElsewhereDetermination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("decided_for", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=40)),
                ("date_shown", models.DateField(null=True)),
                ("said", models.JSONField()),
                ("creation_key", models.UUIDField(unique=True)),
                (
                    "plan",
                    models.CharField(
                        choices=[
                            ("elsewhere", "Buy it from another source"),
                            ("calnet", "Buy it from CALNET"),
                            ("leave", "Migrate, transfer or terminate a CALNET service"),
                        ],
                        max_length=10,
                    ),
                ),
                ("described", models.CharField(blank=True, max_length=500)),
                ("vendor", models.CharField(blank=True, max_length=200)),
                ("asked_as", models.CharField(max_length=60)),
                ("asked_at", models.DateTimeField()),
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.service",
                    ),
                ),
            ],
            options={
                "verbose_name": "determination on buying elsewhere",
                "verbose_name_plural": "determinations on buying elsewhere",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storeddocument",
                    ),
                ),
                (
                    "determination",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate",
                        to="orders.elsewheredetermination",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ledger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("creation_key", models.UUIDField(unique=True)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Waiting to be read"),
                            ("reading", "Being read and matched"),
                            ("recorded", "Recorded"),
                            ("refused", "Can’t be recorded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("progress_at", models.DateTimeField()),
                ("lines_read", models.PositiveIntegerField(default=0)),
                ("lines_matched", models.PositiveIntegerField(default=0)),
                ("refusal", models.TextField(blank=True)),
                ("in_error", models.PositiveIntegerField(default=0)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("proposed", models.PositiveIntegerField(default=0)),
                ("findings", models.PositiveIntegerField(default=0)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storeddocument",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="LedgerError",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("column", models.CharField(max_length=200)),
                ("value", models.CharField(blank=True, max_length=100)),
                ("expected", models.TextField()),
                (
                    "ledger",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="errors",
                        to="orders.ledger",
                    ),
                ),
            ],
            options={
                "ordering": ["row", "pk"],
            },
        ),
        migrations.CreateModel(
            name="OutsidePurchase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("creation_key", models.UUIDField(null=True, unique=True)),
                ("row", models.PositiveIntegerField(null=True)),
                ("vendor", models.CharField(max_length=200, verbose_name="Vendor")),
                ("description", models.CharField(max_length=500, verbose_name="Description")),
                (
                    "identifier",
                    models.CharField(blank=True, max_length=64, verbose_name="Product identifier"),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=60, verbose_name="Purchase document"),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Amount"),
                ),
                ("purchased_on", models.DateField(verbose_name="Bought on")),
                ("starts_on", models.DateField(null=True, verbose_name="Service from")),
                ("last_day", models.DateField(null=True, verbose_name="Service to")),
                (
                    "exemption_reference",
                    models.CharField(blank=True, max_length=120, verbose_name="Exemption used"),
                ),
                (
                    "match",
                    models.CharField(
                        choices=[
                            ("open", "No match yet"),
                            ("proposed", "Match proposed"),
                            ("matched", "Matched"),
                            ("not_offered", "Not offered by CALNET"),
                            ("unsure", "Unsure"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                (
                    "proposed_by",
                    models.CharField(
                        blank=True,
                        choices=[("identifier", "Same identifier"), ("words", "Same words")],
                        max_length=10,
                    ),
                ),
                ("likeness", models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ("outcome", models.CharField(blank=True, max_length=40)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mandatory", "Mandatory service, no exemption"),
                            ("window", "Inside the two years of an ATO"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "finding_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "To be settled"),
                            ("resolved", "Resolved"),
                            ("exemption", "To become an exemption request"),
                        ],
                        max_length=10,
                    ),
                ),
                ("finding_reason", models.TextField(blank=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "determination",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="orders.elsewheredetermination",
                    ),
                ),
                (
                    "ledger",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="orders.ledger",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.service",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "purchase outside CALNET",
                "verbose_name_plural": "purchases outside CALNET",
                "ordering": ["-purchased_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OutsideDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("decided_for", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=40)),
                ("date_shown", models.DateField(null=True)),
                ("said", models.JSONField()),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.service",
                    ),
                ),
                (
                    "bought",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="orders.outsidepurchase",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="elsewheredetermination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("described", ""), ("service__isnull", False)),
                    models.Q(("service__isnull", True), models.Q(("described", ""), _negated=True)),
                    _connector="OR",
                ),
                name="determination_is_of_a_service_or_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="elsewheredetermination",
            constraint=models.CheckConstraint(
                condition=models.Q(("plan__in", ["elsewhere", "calnet", "leave"])),
                name="determination_plan_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="elsewheredetermination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sha256", ""), _negated=True),
                    models.Q(("content", ""), _negated=True),
                ),
                name="determination_has_its_content",
            ),
        ),
        migrations.AddIndex(
            model_name="ledger",
            index=models.Index(
                fields=["state", "progress_at"], name="orders_ledg_state_721f05_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledger",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["uploaded", "reading", "recorded"])),
                fields=("agency", "sha256"),
                name="a_ledger_is_loaded_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["uploaded", "reading", "recorded", "refused", "withdrawn"])
                ),
                name="ledger_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "recorded"), _negated=True),
                    models.Q(("in_error", 0), ("lines__gt", 0), ("refusal", "")),
                    _connector="OR",
                ),
                name="ledger_with_errors_is_not_recorded",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgererror",
            index=models.Index(fields=["ledger", "row"], name="orders_ledg_ledger__3f555f_idx"),
        ),
        migrations.AddIndex(
            model_name="outsidepurchase",
            index=models.Index(
                fields=["agency", "-purchased_on"], name="orders_outs_agency__6a3060_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="outsidepurchase",
            index=models.Index(
                condition=models.Q(("finding_state", ""), _negated=True),
                fields=["agency", "finding_state"],
                name="possible_leakage",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.UniqueConstraint(
                fields=("ledger", "row"), name="a_ledger_row_is_recorded_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("creation_key__isnull", False),
                        ("ledger__isnull", True),
                        ("row__isnull", True),
                    ),
                    models.Q(
                        ("creation_key__isnull", True),
                        ("ledger__isnull", False),
                        ("row__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="purchase_is_typed_or_of_a_ledger",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("match__in", ["proposed", "matched"]), ("service__isnull", False)),
                    models.Q(
                        ("match__in", ["open", "not_offered", "unsure"]),
                        ("outcome", ""),
                        ("service__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="purchase_match_has_its_service",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finding", ""), ("finding_state", "")),
                    models.Q(
                        ("finding__in", ["mandatory", "window"]),
                        ("finding_state__in", ["open", "resolved", "exemption"]),
                        ("service__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="finding_has_its_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("finding_reason", ""),
                        ("finding_state__in", ["", "open"]),
                        ("settled_at__isnull", True),
                    ),
                    models.Q(
                        ("finding_state__in", ["resolved", "exemption"]),
                        ("settled_at__isnull", False),
                        models.Q(("finding_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="finding_is_settled_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finding_state", "exemption"), _negated=True),
                    ("finding", "mandatory"),
                    _connector="OR",
                ),
                name="only_mandatory_leads_to_an_exemption",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vendor", ""), _negated=True),
                    models.Q(("description", ""), _negated=True),
                    ("amount__gte", 0),
                ),
                name="purchase_says_what_from_whom_for_how_much",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidepurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("last_day__isnull", True),
                    ("last_day__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="bought_service_ends_after_it_starts",
            ),
        ),
        AppendOnly("elsewheredetermination"),
        AppendOnly("certificate"),
        AppendOnly("outsidedecision"),
    ]
