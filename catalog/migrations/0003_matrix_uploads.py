import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_append_only"),
        ("documents", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MatrixUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("creation_key", models.UUIDField(unique=True)),
                ("file_name", models.CharField(max_length=200)),
                ("effective_from", models.DateField(verbose_name="Effective from")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Waiting to be read"),
                            ("reading", "Being read"),
                            ("checked", "Compared, waiting for a decision"),
                            ("refused", "Can’t be loaded"),
                            ("published", "Published"),
                            ("rejected", "Rejected"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("round", models.PositiveIntegerField(default=1)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("progress_at", models.DateTimeField()),
                ("lines_read", models.PositiveIntegerField(default=0)),
                ("columns", models.JSONField(default=list)),
                ("ignored_columns", models.JSONField(default=list)),
                ("refusal", models.TextField(blank=True)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("withdrawn", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("repeated", models.PositiveIntegerField(default=0)),
                ("flagged", models.PositiveIntegerField(default=0)),
                ("repriced", models.PositiveIntegerField(default=0)),
                ("in_error", models.PositiveIntegerField(default=0)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="catalog.contract",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edition",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="upload",
                        to="catalog.catalogedition",
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
            name="UploadedLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("added", "Added"),
                            ("changed", "Changed"),
                            ("withdrawn", "Withdrawn"),
                            ("repeated", "Repeated"),
                        ],
                        max_length=10,
                    ),
                ),
                ("row", models.PositiveIntegerField(null=True)),
                ("first_row", models.PositiveIntegerField(null=True)),
                ("product_id", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=500)),
                ("stated", models.JSONField(default=dict)),
                ("changes", models.JSONField(default=list)),
                ("writes_service", models.BooleanField(default=False)),
                ("writes_offer", models.BooleanField(default=False)),
                ("writes_flag", models.BooleanField(default=False)),
                ("flag_before", models.CharField(blank=True, max_length=15)),
                ("flag_after", models.CharField(blank=True, max_length=15)),
                ("move", models.DecimalField(decimal_places=2, max_digits=11, null=True)),
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
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="differences",
                        to="catalog.matrixupload",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="UploadError",
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
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="errors",
                        to="catalog.matrixupload",
                    ),
                ),
            ],
            options={
                "ordering": ["row", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("heading", models.CharField(max_length=200)),
                ("attribute", models.CharField(blank=True, max_length=30)),
                ("said_at", models.DateTimeField()),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="columns",
                        to="catalog.contractor",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contractor", "heading"),
                        name="heading_means_one_thing_to_a_contractor",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="matrixupload",
            index=models.Index(
                fields=["state", "progress_at"], name="catalog_mat_state_89edff_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="matrixupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("edition__isnull", True),
                        ("state__in", ["uploaded", "reading", "checked", "refused"]),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("edition__isnull", False),
                        ("state", "published"),
                        models.Q(("decided_by", models.F("uploaded_by")), _negated=True),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("edition__isnull", True),
                        ("state", "rejected"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="upload_state_has_its_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="matrixupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["checked", "published"]), _negated=True),
                    models.Q(("in_error", 0), ("refusal", "")),
                    _connector="OR",
                ),
                name="upload_with_errors_is_not_published",
            ),
        ),
        migrations.AddIndex(
            model_name="uploadedline",
            index=models.Index(
                fields=["upload", "kind", "id"], name="catalog_upl_upload__65ab50_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="uploadedline",
            index=models.Index(fields=["upload", "service"], name="catalog_upl_upload__6e827b_idx"),
        ),
        migrations.AddConstraint(
            model_name="uploadedline",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["added", "changed", "withdrawn", "repeated"])),
                name="difference_kind_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="uploaderror",
            index=models.Index(fields=["upload", "row"], name="catalog_upl_upload__77ff26_idx"),
        ),
    ]
