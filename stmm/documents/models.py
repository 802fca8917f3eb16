from typing import ClassVar

from django.db import models


class StoredDocument(models.Model):
    """A file as it was made, with its hash. Rows are never changed or removed.

    The bytes live in the database: the document, the record of it and the change that
    made it are one transaction and one backup.
    """

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_from_kind = models.CharField(max_length=60)
    made_from_key = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes = (models.Index(fields=["made_from_kind", "made_from_key", "kind"]),)
        constraints = (
            models.CheckConstraint(condition=models.Q(size__gt=0), name="document_is_not_empty"),
            # One form an order, one letter a decision: made once
            models.UniqueConstraint(
                fields=["kind", "made_from_kind", "made_from_key"],
                condition=models.Q(kind__in=["std20"]),
                name="document_is_made_once",
            ),
        )

    def __str__(self) -> str:
        return self.title
