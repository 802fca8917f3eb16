from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from catalog.models.contracts import Contract, Contractor
from catalog.models.services import CatalogEdition, Service
from stmm.documents.models import StoredDocument


class MatrixUpload(models.Model):
    """A matrix on its way to becoming an edition: read, compared, decided by a second person.

    `round` counts how often it was asked to be read, `fingerprint` is of the catalogue that it
    was compared with: what was shown holds as long as the catalogue gives the same.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting to be read"
        READING = "reading", "Being read"
        CHECKED = "checked", "Compared, waiting for a decision"
        REFUSED = "refused", "Can’t be loaded"
        PUBLISHED = "published", "Published"
        REJECTED = "rejected", "Rejected"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="uploads")
    # Of the page that sent it: the same page sent again uploads nothing
    creation_key = models.UUIDField(unique=True)
    file = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    effective_from = models.DateField("Effective from")
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    # The reading
    round = models.PositiveIntegerField(default=1)
    attempts = models.PositiveIntegerField(default=0)
    progress_at = models.DateTimeField()
    lines_read = models.PositiveIntegerField(default=0)
    # Of each column: its heading, what it is taken for, its first cells
    columns = models.JSONField(default=list)
    ignored_columns = models.JSONField(default=list)
    refusal = models.TextField(blank=True)

    # The comparison
    lines = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0)
    repriced = models.PositiveIntegerField(default=0)
    in_error = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True)

    # The decision
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    edition = models.OneToOneField(
        CatalogEdition, on_delete=models.PROTECT, null=True, related_name="upload"
    )

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes = (models.Index(fields=["state", "progress_at"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=["uploaded", "reading", "checked", "refused"],
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    edition__isnull=True,
                )
                | Q(
                    state="published",
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    edition__isnull=False,
                )
                & ~Q(decided_by=F("uploaded_by"))
                | Q(state="rejected", decided_at__isnull=False, edition__isnull=True)
                & ~Q(reason=""),
                name="upload_state_has_its_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["checked", "published"]) | Q(in_error=0, refusal=""),
                name="upload_with_errors_is_not_published",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} for {self.contract.number}"

    def get_absolute_url(self) -> str:
        return reverse("uploads:detail", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        """For the job: there is nothing to look at yet."""
        return self.state in {self.State.UPLOADED, self.State.READING}

    @property
    def is_open(self) -> bool:
        return self.state not in {self.State.PUBLISHED, self.State.REJECTED}


class UploadedLine(models.Model):
    """A line in which an upload differs from the catalogue, as it would be published.

    `stated` is all the file says of it, by attribute; `changes` a list of [attribute, before,
    after] in words. The three `writes_…` say what publishing adds or sets.
    """

    class Kind(models.TextChoices):
        ADDED = "added", "Added"
        CHANGED = "changed", "Changed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        REPEATED = "repeated", "Repeated"

    # In percent; what cost nothing before moves by more than any percentage
    ENDLESS: ClassVar = Decimal("999999999.99")

    upload = models.ForeignKey(MatrixUpload, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=10, choices=Kind)
    row = models.PositiveIntegerField(null=True)
    first_row = models.PositiveIntegerField(null=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    product_id = models.CharField(max_length=64)
    name = models.CharField(max_length=500)
    stated = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    writes_service = models.BooleanField(default=False)
    writes_offer = models.BooleanField(default=False)
    writes_flag = models.BooleanField(default=False)
    flag_before = models.CharField(max_length=15, blank=True)
    flag_after = models.CharField(max_length=15, blank=True)
    # The larger of its charges' moves, without its sign
    move = models.DecimalField(max_digits=11, decimal_places=2, null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes = (
            models.Index(fields=["upload", "kind", "id"]),
            models.Index(fields=["upload", "service"]),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["added", "changed", "withdrawn", "repeated"]),
                name="difference_kind_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name} ({self.product_id})"


class UploadError(models.Model):
    """A cell of an upload that can't be loaded: where, what stands there, what should."""

    upload = models.ForeignKey(MatrixUpload, on_delete=models.CASCADE, related_name="errors")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200)
    value = models.CharField(max_length=100, blank=True)
    expected = models.TextField()

    class Meta:
        ordering: ClassVar = ["row", "pk"]
        indexes = (models.Index(fields=["upload", "row"]),)

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}"


class ColumnMapping(models.Model):
    """What a heading means in one contractor's matrices; "" for a column that is not used."""

    contractor = models.ForeignKey(Contractor, on_delete=models.PROTECT, related_name="columns")
    # As compared: without case and spacing
    heading = models.CharField(max_length=200)
    attribute = models.CharField(max_length=30, blank=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["contractor", "heading"], name="heading_means_one_thing_to_a_contractor"
            ),
        )

    def __str__(self) -> str:
        return f"{self.heading} of {self.contractor}"
