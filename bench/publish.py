"""Import, comparison and publication of a large matrix, each against its floor (P5: at most 3 x).

The floor of all reading is python-calamine; of all writing one bulk insert of the same rows, those
of the search among them. What is measured runs in a process of its own, whose largest memory is
told. It makes its own SQLite database in a temporary folder.

Run from the project's folder: python -m bench.publish [lines]
"""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

FOLDER = tempfile.TemporaryDirectory(prefix="stmm-bench-")
os.environ.setdefault("STMM_DATA_DIR", FOLDER.name)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402  after the folder is named

django.setup()

from django.core.management import call_command  # noqa: E402  after the settings
from django.db import transaction  # noqa: E402  the same
from django.db.models import QuerySet  # noqa: E402  the same
from django.utils import timezone  # noqa: E402  the same
from python_calamine import CalamineWorkbook  # noqa: E402  the same

from catalog.difference import catalogue_on  # noqa: E402  the same
from catalog.models import (  # noqa: E402  the same
    Contract,
    Designation,
    Listing,
    MatrixUpload,
    Offer,
    Service,
)
from catalog.services.publishing import publish  # noqa: E402  the same
from catalog.services.reading import read  # noqa: E402  the same
from catalog.services.uploading import upload  # noqa: E402  the same
from stmm.accounts.models import User  # noqa: E402  the same
from stmm.agencies.access import access_of  # noqa: E402  the same
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


def bare_insert(*rows: QuerySet[Any]) -> float:
    """One bulk insert of copies of these rows, taken back."""
    copies = {each.model: list(each) for each in rows}
    for model, made in copies.items():
        for copy in made:
            copy.pk = None
            if model is Service:
                copy.product_id = f"X{copy.product_id}"
            if model is Listing:
                copy.starts_on = date(1900, 1, 1)

    def insert() -> None:
        for model, made in copies.items():
            model.objects.bulk_create(made, batch_size=2000)

    with transaction.atomic():
        taken = seconds(insert)
        transaction.set_rollback(True)
    return taken


def measured(step: str, upload: int) -> dict[str, float]:
    """Seconds and MiB of one step of an upload, in a process of its own."""
    command = [sys.executable, "-m", "bench.publish", step, str(upload)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def largest_memory() -> int:
    """MiB of this process; ru_maxrss would count what its parent had."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+)", status)[1]) // 1024


def do(step: str, upload_id: int) -> None:
    sent = MatrixUpload.objects.get(pk=upload_id)
    second = access_of(
        User.objects.exclude(pk=sent.uploaded_by_id).latest("pk"), on=timezone.localdate()
    )
    steps: dict[str, Callable[[], object]] = {
        "read": lambda: read(upload_id=sent.pk, clock=timezone.now),
        "publish": lambda: publish(upload=sent, shown=sent.round, access=second, at=timezone.now()),
    }
    taken = seconds(steps[step])
    print(json.dumps({"seconds": taken, "mib": largest_memory()}))


def tell(what: str, ours: dict[str, float], floor: float) -> None:
    taken = ours["seconds"]
    print(
        f"{what:<34} {taken:>8.2f} {floor:>8.2f} {taken / floor:>6.2f} {ours['mib']:>6.0f}",
        flush=True,
    )


def send(contract: Contract, content: bytes, day: date, uploader: User) -> MatrixUpload:
    return upload(
        contract=contract,
        file_name="m.xlsx",
        content=content,
        effective_from=day,
        key=uuid4(),
        access=access_of(uploader, on=timezone.localdate()),
        at=timezone.now(),
    )


def edition(contract: Contract, content: bytes, day: date, what: str, uploader: User) -> None:
    sent = send(contract, content, day, uploader)
    reading = seconds(lambda: bare_read(content))
    compared = measured("read", sent.pk)
    known = seconds(lambda: catalogue_on(contract, on=day))
    differing = bare_insert(sent.differences.all())
    tell(f"{what}: read and compare", compared, reading + known + differing)
    sent.refresh_from_db()
    published = measured("publish", sent.pk)
    written = (
        Offer.objects.filter(edition__upload=sent),
        Designation.objects.filter(edition__upload=sent),
        Listing.objects.filter(starts_on=day),
        Service.objects.all() if sent.added else Service.objects.none(),
    )
    tell(f"{what}: publish", published, known + bare_insert(*written))


def main(lines: int) -> None:
    call_command("migrate", verbosity=0)
    contract, uploader, _ = make_contract(), make_stnd(), make_stnd()
    print(f"{lines:,} lines{'':<22} {'ours, s':>12} {'floor, s':>8} {'ratio':>6} {'MiB':>6}")
    for price, day, what in (
        ("10.00", date(2024, 1, 1), "all added"),
        ("12.00", date(2025, 1, 1), "all changed"),
        ("12.00", date(2026, 1, 1), "nothing changed"),
    ):
        edition(contract, matrix(lines, price), day, what, uploader)
    print(f"offers in all: {Offer.objects.count():,}")


if __name__ == "__main__":
    if sys.argv[1:2] in (["read"], ["publish"]):
        do(sys.argv[1], int(sys.argv[2]))
    else:
        main(int([*sys.argv[1:], "100000"][0]))
