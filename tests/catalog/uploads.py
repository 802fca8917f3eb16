"""Uploads for tests, made through the services as the site makes them, at AT."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from catalog.models import Contract, MatrixUpload
from catalog.services import publishing, uploading
from catalog.services.reading import read
from stmm.accounts.models import User
from stmm.agencies.access import access_of
from tests.catalog.matrix_files import HEADINGS, csv_file
from tests.factories import AT, SINCE, TODAY, Role, make_appointment

Lines = Sequence[list[object]]


def make_stnd() -> User:
    return make_appointment(Role.STND).user


def send(
    contract: Contract,
    lines: Lines = (),
    *,
    content: bytes = b"",
    file_name: str = "matrix.csv",
    effective_from: date = SINCE,
    by: User | None = None,
) -> MatrixUpload:
    """A file that waits to be read, uploaded by an STND analyst."""
    return uploading.upload(
        contract=contract,
        file_name=file_name,
        content=content or csv_file([HEADINGS, *lines]),
        effective_from=effective_from,
        key=uuid4(),
        access=access_of(by or make_stnd(), on=TODAY),
        at=AT,
    )


def reread(upload: MatrixUpload) -> MatrixUpload:
    """The upload once the job has read it."""
    read(upload_id=upload.pk, clock=lambda: AT)
    return MatrixUpload.objects.get(pk=upload.pk)


def make_upload(
    contract: Contract,
    lines: Lines = (),
    *,
    content: bytes = b"",
    file_name: str = "matrix.csv",
    effective_from: date = SINCE,
    by: User | None = None,
) -> MatrixUpload:
    """A file that has been read and compared."""
    return reread(
        send(
            contract,
            lines,
            content=content,
            file_name=file_name,
            effective_from=effective_from,
            by=by,
        )
    )


def publish(upload: MatrixUpload, *, by: User | None = None, at: datetime = AT) -> MatrixUpload:
    """Published by a second STND analyst, as it was compared."""
    return publishing.publish(
        upload=upload,
        shown=upload.round,
        access=access_of(by or make_stnd(), on=TODAY),
        at=at,
    )
