"""Import, comparison and publication of a large matrix, each against its floor (P5: at most 3 x).

The floor of all reading is python-calamine, of all writing one bulk insert of the same rows. It
makes its own SQLite database in a temporary folder.

Run from the project's folder: python -m bench.publish [lines]
"""

import io
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from time import perf_counter
from uuid import uuid4

os.environ["STMM_DATA_DIR"] = tempfile.mkdtemp(prefix="stmm-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after the settings
from django.db import transaction  # noqa: E402  the same
from django.utils import timezone  # noqa: E402  the same
from python_calamine import CalamineWorkbook  # noqa: E402  the same

from catalog.difference import catalogue_on  # noqa: E402  the same
from catalog.models import Contract, Designation, MatrixUpload, Offer, Service, UploadedLine  # noqa: E402  the same
from catalog.services.publishing import publish  # noqa: E402  the same
from catalog.services.reading import read  # noqa: E402  the same
from catalog.services.uploading import upload  # noqa: E402  the same
from stmm.agencies.access import Access, access_of  # noqa: E402  the same
from tests.catalog.factories import make_contract  # noqa: E402  the same
from tests.catalog.matrix_files import HEADINGS, line, xlsx_file  # noqa: E402  the same
from tests.catalog.uploads import make_stnd  # noqa: E402  the same


def matrix(lines: int, price: str) -> bytes:
    return xlsx_file(
        [HEADINGS, *(line(product_id=f"S{number:06d}", mrc=price) for number in range(lines))]
    )


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def bare_read(content: bytes) -> None:
    CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def bare_insert(*models: type) -> float:
    """One bulk insert of copies of all rows there are, taken back."""
    rows = {model: list(model.objects.all()) for model in models}
    for model, copies in rows.items():
        for copy in copies:
            copy.pk = None
            if model is Service:
                copy.product_id = f"X{copy.product_id}"

    def insert() -> None:
        for model, copies in rows.items():
            model.objects.bulk_create(copies, batch_size=2000)

    with transaction.atomic():
        taken = seconds(insert)
        transaction.set_rollback(True)
    return taken


def tell(what: str, ours: float, floor: float) -> None:
    print(f"{what:<34} {ours:>8.2f} {floor:>8.2f} {ours / floor:>6.2f}", flush=True)


def send(contract: Contract, content: bytes, day: date, access: Access) -> MatrixUpload:
    return upload(
        contract=contract,
        file_name="m.xlsx",
        content=content,
        effective_from=day,
        key=uuid4(),
        access=access,
        at=timezone.now(),
    )


def edition(contract: Contract, content: bytes, day: date, what: str) -> None:
    access, second = (access_of(make_stnd(), on=timezone.localdate()) for _ in range(2))
    sent = send(contract, content, day, access)
    reading = seconds(lambda: bare_read(content))
    compared = seconds(lambda: read(upload_id=sent.pk, clock=timezone.now))
    known = seconds(lambda: catalogue_on(contract, on=day))
    tell(f"{what}: read and compare", compared, reading + known + bare_insert(UploadedLine))
    shown = MatrixUpload.objects.get(pk=sent.pk)
    before = Offer.objects.count()
    published = seconds(
        lambda: publish(upload=shown, shown=shown.round, access=second, at=timezone.now())
    )
    written = (Offer,) if before else (Service, Offer, Designation)
    tell(f"{what}: publish", published, known + bare_insert(*written))


def main(lines: int) -> None:
    call_command("migrate", verbosity=0)
    contract = make_contract()
    print(f"{lines:,} lines{'':<22} {'ours, s':>12} {'floor, s':>8} {'ratio':>6}")
    edition(contract, matrix(lines, "10.00"), date(2024, 1, 1), "all added")
    UploadedLine.objects.all().delete()
    edition(contract, matrix(lines, "12.00"), date(2025, 1, 1), "all changed")
    print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main(int([*sys.argv[1:], "100000"][0]))
