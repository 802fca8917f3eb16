"""What the job makes of a file: read, compared, refused in plain words, never loaded in part."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from catalog.jobs import uploads_left_behind
from catalog.matrix import rows
from catalog.matrix.columns import COLUMNS
from catalog.models import (
    ColumnMapping,
    MatrixUpload,
    Service,
    UploadedLine,
)
from catalog.services import uploading
from catalog.services.reading import GIVEN_UP, LEASE, MOST_ATTEMPTS, read
from stmm.agencies.access import access_of
from tests.catalog.factories import MANDATORY, make_contract, make_designation
from tests.catalog.matrix_files import HEADINGS, csv_file, line, xlsx_file
from tests.catalog.uploads import make_stnd, make_upload, publish, reread, send
from tests.factories import AT, SINCE, TODAY
from tests.worker import run_worker

pytestmark = pytest.mark.django_db
NEXT = date(2024, 7, 1)
State = MatrixUpload.State
Kind = UploadedLine.Kind


def told(upload: MatrixUpload) -> str:
    """Everything a person is told of why the file can't be loaded."""
    errors = [f"{e.row} {e.column} {e.value} {e.expected}" for e in upload.errors.all()]
    return "\n".join([upload.refusal, *errors])


def test_the_worker_reads_what_was_uploaded() -> None:
    upload = send(make_contract(), [line()])
    run_worker()
    upload.refresh_from_db()
    assert (upload.state, upload.added, upload.lines_read) == (State.CHECKED, 1, 1)


def test_each_change_is_kept_with_its_old_and_new_value() -> None:
    contract = make_contract()
    publish(make_upload(contract, [line(mrc="10.00", designation="Mandatory")]))
    changed = line(mrc="12.50", designation="Non-Mandatory", name="SIP", unit="each")
    upload = make_upload(contract, [changed], effective_from=NEXT)
    (difference,) = upload.differences.all()
    assert difference.changes == [
        ["name", "SIP Trunking", "SIP"],
        ["unit", "month", "each"],
        ["mrc", "10.0000", "12.5000"],
        ["designation", "Mandatory (Required)", "Non-mandatory (Discretionary)"],
    ]
    assert difference.move == Decimal("25.00")
    assert (difference.flag_before, difference.flag_after) == ("mandatory", "non_mandatory")
    assert (upload.repriced, upload.flagged) == (1, 1)


def test_a_flag_of_the_whole_contract_is_what_a_line_changes() -> None:
    contract = make_contract()
    publish(make_upload(contract, [line(designation="Mandatory")]))
    make_designation(MANDATORY, contract, effective_from=SINCE)
    same = make_upload(contract, [line(), line(product_id="B")], effective_from=NEXT)
    assert (same.flagged, same.added) == (0, 1)


MALFORMED: dict[str, tuple[Sequence[Sequence[object]], str]] = {
    "a column that is missing": ([HEADINGS[:8], line()[:8]], "1 Monthly Recurring Charge"),
    "a title above the headings": (
        [["Price and services matrix"], [*HEADINGS], line()],
        "the headings, which stand in row 2; delete the rows above",
    ),
    "a merged cell over two headings": (
        [[*HEADINGS[:7], "Charges", "", *HEADINGS[9:]], line()],
        "column 9 has no heading: a merged cell heads only its first column",
    ),
    "an amount in words": ([HEADINGS, line(mrc="ten")], "2 Monthly Recurring Charge ten"),
    "a negative price": ([HEADINGS, line(mrc="-5.00")], "-5.00 an amount such as 1234.50"),
    "a price in another currency": ([HEADINGS, line(mrc="€5.00")], "€5.00 an amount such as"),
    "one identifier for two contents": (
        [HEADINGS, line(), line(mrc="1.00")],
        "3 Contractor's Product Identifier S5B02766 one content for one identifier",
    ),
    "no line": ([HEADINGS], "no line below its headings"),
    "a section of no category": ([HEADINGS, line(section="99.1")], "2 Section Number 99.1"),
}


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_file_is_refused_in_plain_words_and_nothing_of_it_is_loaded(
    case: str, make: Any
) -> None:
    rows, message = MALFORMED[case]
    name = "m.csv" if make is csv_file else "m.xlsx"
    upload = make_upload(make_contract(), content=make(rows), file_name=name)
    assert upload.state == State.REFUSED
    assert message in told(upload)
    assert not Service.objects.exists()


def test_numbers_kept_as_text_are_read_as_numbers() -> None:
    rows: list[Sequence[object]] = [HEADINGS, line(mrc="1,234.50", nrc="$80")]
    upload = make_upload(make_contract(), content=xlsx_file(rows), file_name="m.xlsx")
    assert upload.differences.get().stated["mrc"] == "1234.50"


def test_identifiers_that_lost_their_leading_zeros_are_found_by_the_catalogue() -> None:
    contract = make_contract()
    publish(make_upload(contract, [line(product_id="0085191")]))
    content = xlsx_file([HEADINGS, line(product_id=85191)])
    upload = make_upload(contract, content=content, file_name="m.xlsx", effective_from=NEXT)
    assert upload.state == State.REFUSED
    assert "“0085191”, as the catalogue has it" in told(upload)


def test_lines_that_can_be_read_are_compared_beside_those_in_error() -> None:
    contract = make_contract()
    publish(make_upload(contract, [line(), line(product_id="B")]))
    rows = [line(mrc="1.00"), line(product_id="C", mrc="x")]
    upload = make_upload(contract, rows, effective_from=NEXT)
    assert (upload.state, upload.in_error, upload.changed) == (State.REFUSED, 1, 1)
    assert upload.withdrawn == 0


def test_a_column_that_a_person_named_is_remembered_for_the_contractor() -> None:
    contract, stnd = make_contract(), make_stnd()
    headings = ["Preis" if name == "Monthly Recurring Charge" else name for name in HEADINGS]
    content = csv_file([headings, line()])
    upload = make_upload(contract, content=content)
    assert "Monthly Recurring Charge" in told(upload)
    assert upload.columns[8] == ["Preis", "", ["300.75"]]
    chosen = {head: column.attribute for head, column in zip(headings, COLUMNS, strict=True)}
    access = access_of(stnd, on=TODAY)
    uploading.choose_columns(upload=upload, chosen=chosen, access=access, at=AT)
    assert reread(upload).state == State.CHECKED
    assert ColumnMapping.objects.get().heading == "preis"
    assert make_upload(contract, content=content).state == State.CHECKED
    other = make_contract(contractor="Verizon")
    assert make_upload(other, content=content).state == State.REFUSED


def test_a_choice_that_the_rule_makes_anyway_is_not_remembered() -> None:
    upload = make_upload(make_contract(), [line()])
    chosen = {column.heading: column.attribute for column in COLUMNS}
    access = access_of(make_stnd(), on=TODAY)
    uploading.choose_columns(
        upload=upload, chosen=chosen | {"Usage Rate": ""}, access=access, at=AT
    )
    assert reread(upload).ignored_columns == ["Usage Rate"]
    uploading.choose_columns(upload=upload, chosen=chosen, access=access, at=AT)
    assert not ColumnMapping.objects.exists()
    assert reread(upload).ignored_columns == []


def test_a_reading_whose_worker_died_is_found_and_begun_again() -> None:
    upload = send(make_contract(), [line()])
    MatrixUpload.objects.update(state=State.READING, attempts=1)
    assert uploads_left_behind(AT + LEASE / 2) == []
    later = AT + LEASE
    assert uploads_left_behind(later) == [upload.pk]
    read(upload_id=upload.pk, clock=lambda: later)
    assert MatrixUpload.objects.get().state == State.CHECKED


def test_a_file_that_kills_its_worker_again_and_again_is_given_up() -> None:
    upload = send(make_contract(), [line()])
    MatrixUpload.objects.update(state=State.READING, attempts=MOST_ATTEMPTS)
    read(upload_id=upload.pk, clock=lambda: AT + LEASE)
    upload.refresh_from_db()
    assert (upload.state, upload.refusal) == (State.REFUSED, GIVEN_UP)


def test_what_another_worker_reads_is_left_to_it() -> None:
    upload = send(make_contract(), [line()])
    MatrixUpload.objects.update(state=State.READING, attempts=1)
    read(upload_id=upload.pk, clock=lambda: AT)
    assert MatrixUpload.objects.get().state == State.READING


@pytest.mark.parametrize("content", [csv_file([HEADINGS, line()]), b"\0"])
def test_a_reading_that_was_taken_over_keeps_nothing(content: bytes) -> None:
    upload = send(make_contract(), content=content)
    moments = iter([AT])

    def clock() -> datetime:
        """As the first reading ends, another has begun."""
        moment = next(moments, None)
        if moment is None:
            MatrixUpload.objects.update(attempts=2)
        return moment or AT + timedelta(minutes=4)

    read(upload_id=upload.pk, clock=clock)
    assert MatrixUpload.objects.get().state == State.READING
    assert not UploadedLine.objects.exists()


def test_progress_is_kept_while_a_long_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "PROGRESS_EVERY", 2)
    upload = send(make_contract(), [line(product_id=f"S{number}") for number in range(5)])
    moments = (AT + timedelta(seconds=second) for second in range(9))
    seen = []

    def clock() -> datetime:
        seen.append(MatrixUpload.objects.get().lines_read)
        return next(moments)

    read(upload_id=upload.pk, clock=clock)
    assert seen == [0, 0, 2, 4]
