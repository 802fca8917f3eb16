"""What the job does with an upload: read it, compare it, keep what was found."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from catalog.difference import Kind, Known, Line, catalogue_on, compare, fingerprint
from catalog.matrix.columns import HEADINGS
from catalog.matrix.problem import Problem
from catalog.matrix.refusal import MatrixRefused
from catalog.matrix.rows import Matrix, read_matrix
from catalog.models import (
    Category,
    ColumnMapping,
    MatrixUpload,
    UploadedLine,
    UploadError,
)
from catalog.services.loading import problems_of
from catalog.stated import stated_of
from catalog.upload_workflow import Action, may_step, step
from stmm.audit.services import record
from stmm.documents.services import content_of

State = MatrixUpload.State
# A reading that nothing was heard of for so long has lost its worker
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 3
GIVEN_UP = (
    f"Reading the file was broken off {MOST_ATTEMPTS} times. Save it anew as a plain .xlsx or"
    " .csv, and upload that file."
)
BATCH = 2_000
# The counts that one reading finds
COUNTS = (
    "lines",
    "added",
    "changed",
    "withdrawn",
    "unchanged",
    "repeated",
    "flagged",
    "repriced",
    "in_error",
)


def read(*, upload_id: int, clock: Callable[[], datetime]) -> None:
    """Read an upload that waits for it, outside any transaction, and keep the comparison.

    `clock` tells the moment, now and again. Whoever else read it meanwhile has precedence.
    """
    upload = _begin(upload_id, at=clock())
    if upload is None:
        return

    def progress(lines: int) -> None:
        _this_reading(upload).update(lines_read=lines, progress_at=clock())

    contract = upload.contract
    categories = {category.code: category for category in contract.categories.all()}
    try:
        matrix = read_matrix(
            name=upload.file_name,
            content=content_of(upload.file),
            chosen=chosen_for(upload),
            progress=progress,
        )
    except MatrixRefused as refusal:
        _refuse(upload, str(refusal), at=clock())
        return
    known = catalogue_on(contract, on=upload.effective_from)
    problems = [*problems_of(matrix, categories)]
    problems += _lost_zeros(matrix, known) if not problems else []
    lines = list(_comparable(matrix, problems, known, categories))
    _keep(upload, matrix, lines, problems, fingerprint(known, categories), at=clock())


def chosen_for(upload: MatrixUpload) -> dict[str, str]:
    """What persons said of headings in matrices of the upload's contractor."""
    said = ColumnMapping.objects.filter(contractor=upload.contract.contractor_id)
    return dict(said.values_list("heading", "attribute"))


def _this_reading(upload: MatrixUpload) -> QuerySet[MatrixUpload]:
    """The row, as long as no later reading has taken it over."""
    return MatrixUpload.objects.filter(
        pk=upload.pk, state=State.READING, round=upload.round, attempts=upload.attempts
    )


@transaction.atomic
def _begin(upload_id: int, *, at: datetime) -> MatrixUpload | None:
    """Take the upload on; None where it needs no reading, or another worker reads it."""
    upload = (
        MatrixUpload.objects.select_for_update(of=("self",))
        .select_related("contract__contractor", "file")
        .get(pk=upload_id)
    )
    is_alive = upload.state == State.READING and upload.progress_at > at - LEASE
    if is_alive or not may_step(Action.READ, upload):
        return None
    step(Action.READ, upload)
    upload.attempts += 1
    upload.lines_read, upload.progress_at = 0, at
    if upload.attempts > MOST_ATTEMPTS:
        _refused(upload, GIVEN_UP, at)
        return None
    upload.save()
    return upload


@transaction.atomic
def _refuse(upload: MatrixUpload, why: str, *, at: datetime) -> None:
    locked = _this_reading(upload).select_for_update(of=("self",)).first()
    if locked is not None:
        _refused(locked, why, at)


def _refused(upload: MatrixUpload, why: str, at: datetime) -> None:
    step(Action.REFUSE, upload)
    _forget(upload)
    upload.refusal, upload.progress_at = why, at
    upload.save()
    record(at=at, actor=None, action="refuse_upload", subject=upload, reason=why)


def _forget(upload: MatrixUpload) -> None:
    """What an earlier reading found."""
    upload.differences.all().delete()
    upload.errors.all().delete()
    for name in COUNTS:
        setattr(upload, name, 0)
    upload.refusal, upload.fingerprint = "", ""
    upload.columns, upload.ignored_columns = [], []


def _lost_zeros(matrix: Matrix, known: Mapping[str, object]) -> list[Problem]:
    """New identifiers that are known ones without their leading zeros, where those are missing."""
    in_file = {row.product_id for row in matrix.rows}
    missing = {
        name.lstrip("0"): name for name in known if name.startswith("0") and name not in in_file
    }
    return [
        Problem(
            row.row,
            HEADINGS["product_id"],
            row.product_id,
            f"“{missing[row.product_id]}”, as the catalogue has it; a cell that is a number loses"
            " its leading zeros, so format the column as text",
        )
        for row in matrix.rows
        if row.product_id not in known and row.product_id in missing
    ]


def _comparable(
    matrix: Matrix,
    problems: list[Problem],
    known: Mapping[str, Known],
    categories: Mapping[str, Category],
) -> Iterator[Line]:
    """The comparison of the rows that could be read."""
    wrong = {problem.row for problem in problems}
    rows = [row for row in matrix.rows if row.row not in wrong] if wrong else matrix.rows
    return compare(rows, known, categories, complete=not problems)


@transaction.atomic
def _keep(
    upload: MatrixUpload,
    matrix: Matrix,
    lines: list[Line],
    problems: list[Problem],
    catalogue: str,
    *,
    at: datetime,
) -> None:
    locked = _this_reading(upload).select_for_update(of=("self",)).first()
    if locked is None:
        return
    step(Action.REFUSE if problems else Action.COMPARE, locked)
    _forget(locked)
    locked.columns = [[c.heading, c.attribute, list(c.samples)] for c in matrix.columns]
    locked.ignored_columns = list(matrix.ignored_columns)
    _count(locked, matrix, lines, problems)
    locked.fingerprint, locked.progress_at = catalogue, at
    locked.save()
    _write(_differences(locked, matrix, lines))
    UploadError.objects.bulk_create(
        [
            UploadError(
                upload=locked, row=p.row, column=p.column, value=p.value[:100], expected=p.expected
            )
            for p in problems
        ],
        batch_size=BATCH,
    )
    found = {name.replace("_", " "): getattr(locked, name) for name in COUNTS}
    counts = {name: (None, count) for name, count in found.items() if count}
    action = "refuse_upload" if problems else "compare_upload"
    record(at=at, actor=None, action=action, subject=locked, changes=counts)


def _count(
    upload: MatrixUpload, matrix: Matrix, lines: list[Line], problems: list[Problem]
) -> None:
    kinds = [line.kind for line in lines]
    upload.lines = upload.lines_read = len(matrix.rows)
    upload.added, upload.changed = kinds.count(Kind.ADDED), kinds.count(Kind.CHANGED)
    upload.withdrawn, upload.repeated = kinds.count(Kind.WITHDRAWN), len(matrix.repeats)
    upload.unchanged = 0 if problems else len(matrix.rows) - upload.added - upload.changed
    upload.flagged = sum(line.flag_changes for line in lines)
    upload.repriced = sum(line.move is not None for line in lines)
    upload.in_error = len(problems) + matrix.more_problems


def _differences(
    upload: MatrixUpload, matrix: Matrix, lines: Iterable[Line]
) -> Iterator[UploadedLine]:
    for line in lines:
        yield _difference(upload, line)
    names = {row.product_id: row.name for row in matrix.rows} if matrix.repeats else {}
    for repeat in matrix.repeats:
        yield UploadedLine(
            upload=upload,
            kind=Kind.REPEATED,
            row=repeat.row,
            first_row=repeat.first_row,
            product_id=repeat.product_id,
            name=names[repeat.product_id],
        )


def _difference(upload: MatrixUpload, line: Line) -> UploadedLine:
    row, known = line.row, line.known
    product_id, name = line.called
    return UploadedLine(
        upload=upload,
        kind=line.kind,
        row=row.row if row else None,
        service_id=known.service if known else None,
        product_id=product_id,
        name=name,
        stated=stated_of(row, line.category) if row else {},
        changes=line.changes,
        writes_service=line.writes_service,
        writes_offer=line.writes_offer,
        writes_flag=line.writes_flag,
        flag_before=known.flag if known and line.flag_changes else "",
        flag_after=row.designation if row and line.flag_changes else "",
        move=line.move,
    )


def _write(lines: Iterator[UploadedLine]) -> None:
    while batch := list(islice(lines, BATCH)):
        UploadedLine.objects.bulk_create(batch)
