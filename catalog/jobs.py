"""The job that reads uploads, and the sweep that finds those whose worker died."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from catalog.models import MatrixUpload
from catalog.services.reading import LEASE, read

State = MatrixUpload.State


@task()
def read_upload(upload_id: int) -> None:
    """Read an uploaded matrix and compare it with the catalogue."""
    read(upload_id=upload_id, clock=timezone.now)


def uploads_left_behind(at: datetime) -> list[int]:
    """Uploads that a job should have read, or be reading, and nothing was heard of it."""
    waiting = MatrixUpload.objects.filter(
        state__in=(State.UPLOADED, State.READING), progress_at__lte=at - LEASE
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True))
