"""A purchase ledger read, matched and recorded, against its floor.

The floor is the least that gives the same rows: the file read with csv, each description's words
cut once, and one bulk insert of purchases and decisions. The catalogue is the demonstration's,
with as many further lines as are asked for; the lines of the ledger are those of the labelled
sample, over and over, each with a number of its own, so that no two are alike. It makes its own
SQLite database in a temporary folder.

Run from the project's folder: python -m bench.ledger [lines] [services]
"""

import csv
import io
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

FOLDER = tempfile.TemporaryDirectory(prefix="stmm-bench-")
os.environ.setdefault("STMM_DATA_DIR", FOLDER.name)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402  after the folder is named

django.setup()

from django.core.management import call_command  # noqa: E402  after the settings
from django.db import transaction  # noqa: E402  the same
from django.utils import timezone  # noqa: E402  the same

from catalog.demonstration import load_contracts, load_matrices  # noqa: E402  the same
from catalog.models import Contract, Service  # noqa: E402  the same
from catalog.search.words import words_in  # noqa: E402  the same
from orders.models import Ledger, OutsideDecision, OutsidePurchase  # noqa: E402  the same
from orders.services.elsewhere.ledger_reading import read_ledger  # noqa: E402  the same
from tests.orders.elsewhere_records import ledger_csv, ledger_line, send_ledger  # noqa: E402  the same
from tests.orders.factories import World, make_world  # noqa: E402  the same

SAMPLE = Path("tests/orders/elsewhere/ledgers/ledger_sample.csv")
FIRST = date(2024, 1, 1)
DAYS = 700
PURCHASES: list[OutsidePurchase] = []
DECISIONS: list[OutsideDecision] = []
WORDS = (
    "secure", "managed", "wireless", "ethernet", "gateway", "premium", "basic", "hosted", "fiber",
    "router", "voice", "video", "conference", "metro", "satellite", "analog", "trunk", "session",
)  # fmt: skip


def main(lines: int, services: int) -> None:
    call_command("migrate", verbosity=0)
    load_contracts(at=timezone.now())
    load_matrices(at=timezone.now())
    world = make_world()
    add_services(services)
    content = ledger(lines)
    reading = seconds(lambda: read(world, content))
    made = Ledger.objects.latest("pk")
    copy_rows()
    floor = seconds(lambda: least(content))
    print(f"{lines:,} lines, {Service.objects.count():,} services: {made.state}")
    print(f"  matches proposed {made.proposed:,}, possible leakage {made.findings:,}")
    print(f"  read, matched, decided, recorded {reading:7.2f} s {lines / reading:10,.0f} lines/s")
    print(f"  floor                            {floor:7.2f} s {lines / floor:10,.0f} lines/s")
    print(f"  ratio                            {reading / floor:7.2f}")


def add_services(count: int) -> None:
    """Names of four words, many of which are in many of them, as in real matrices."""
    contract = Contract.objects.latest("pk")
    category = contract.categories.all()[0]
    Service.objects.bulk_create(
        Service(
            contract=contract,
            category=category,
            section="",
            product_id=f"BENCH-{number:06d}",
            name=" ".join(WORDS[number // 18**place % 18] for place in range(4)),
            unit="month",
        )
        for number in range(count)
    )


def ledger(lines: int) -> bytes:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        sample = list(csv.DictReader(file))
    return ledger_csv(
        ledger_line(
            Description=f"{row['description']} no. {number}",
            Product_ID=row["identifier"],
            Purchase_document=f"PO-{number}",
            Bought_on=(FIRST + timedelta(days=number % DAYS)).isoformat(),
        )
        for number, row in enumerate(islice(cycle(sample), lines))
    )


def read(world: World, content: bytes) -> None:
    sent = send_ledger(world, content=content)
    read_ledger(ledger_id=sent.pk, clock=timezone.now)


def least(content: bytes) -> None:
    """The text read, its words cut, the same rows written once more and taken back."""
    for row in csv.DictReader(io.StringIO(content.decode())):
        words_in(row["Description"])
    with transaction.atomic():
        OutsidePurchase.objects.bulk_create(PURCHASES, batch_size=1_000)
        OutsideDecision.objects.bulk_create(DECISIONS, batch_size=1_000)
        transaction.set_rollback(True)


def copy_rows() -> None:
    """What the floor writes, read before it is timed."""
    for number, purchase in enumerate(OutsidePurchase.objects.all()):
        purchase.pk, purchase.row = None, 1_000_000 + number
        PURCHASES.append(purchase)
    for decision in OutsideDecision.objects.all():
        decision.pk = None
        DECISIONS.append(decision)


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    asked = [int(each) for each in sys.argv[1:]]
    main(*(asked + [10_000, 5_000][len(asked) :]))
