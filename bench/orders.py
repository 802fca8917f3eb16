"""Filing an order of 10 lines beside a bare floor of the same rows; an order's page by its length.

Filing is what the services do from the first click to the signature: begin, paste ten
lines, the fields, sign. Its floor is the same rows in one transaction by bulk inserts, without any
check.
Clients are processes of their own. The page is measured through the whole site, without network.

Run from the project's folder: python -m bench.orders [clients] [seconds]; with DATABASE_URL it
measures that PostgreSQL server, else SQLite in a temporary folder.
"""

import logging
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from time import perf_counter
from uuid import uuid4

FOLDER = tempfile.TemporaryDirectory(prefix="stmm-bench-")
os.environ.setdefault("STMM_DATA_DIR", FOLDER.name)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402  after the folder is named

django.setup()

from django.db import connection, transaction  # noqa: E402  after the settings
from django.test import Client  # noqa: E402  the same
from django.test.utils import setup_test_environment  # noqa: E402  the same
from django.utils import timezone  # noqa: E402  the same

from catalog.models import Contract, Service  # noqa: E402  the same
from orders.files.many_lines import read_pasted  # noqa: E402  the same
from orders.models import Determination, Order, OrderLine, Signature  # noqa: E402  the same
from orders.services import drafting, signing  # noqa: E402  the same
from orders.services.many_lines import add_lines  # noqa: E402  the same
from stmm.accounts.models import User  # noqa: E402  the same
from stmm.agencies.access import access_of  # noqa: E402  the same
from stmm.agencies.models import Agency  # noqa: E402  the same
from tests.catalog.factories import make_service  # noqa: E402  the same
from tests.factories import signed_in  # noqa: E402  the same
from tests.orders.factories import FILLED, World, make_world  # noqa: E402  the same

LINES = 10


def file_order(number: str, lines: int = LINES) -> Order:
    """One order, from the first click to the signature."""
    at = timezone.now()
    user = User.objects.get(name="Marcus Webb")
    access = access_of(user, on=timezone.localdate(at))
    contract = Contract.objects.get(number="C4-DNCS-19")
    order = drafting.start(
        agency=Agency.objects.get(name="Highway Patrol"),
        contract=contract,
        agency_request_number=number,
        key=uuid4(),
        access=access,
        at=at,
    )
    services = Service.objects.filter(contract=contract).order_by("pk")
    pasted = "\n".join(services.values_list("product_id", flat=True)[:lines])
    rows = read_pasted(pasted, on=timezone.localdate(at))
    add_lines(order=order, rows=rows, key=uuid4(), access=access, at=at)
    order.refresh_from_db()
    drafting.change(order=order, fields=FILLED, version=order.version, access=access, at=at)
    order.refresh_from_db()
    return signing.sign(order=order, version=order.version, access=access, at=at)


def floor_of(order: Order) -> Callable[[str], None]:
    """The rows of a signed order again, under another number, without any question."""
    lines = list(order.lines.all())
    signature = Signature.objects.get(order=order)
    decided = list(Determination.objects.filter(line__order=order).order_by("line__position"))

    def again(number: str) -> None:
        with transaction.atomic():
            order.pk, order.number, order.state = None, number, "draft"
            order.agency_request_number, order.creation_key = number, uuid4()
            order.signed_at = None
            order.save(force_insert=True)
            for line in lines:
                line.pk, line.order, line.creation_key = None, order, uuid4()
            OrderLine.objects.bulk_create(lines)
            for row, line in zip(decided, lines, strict=True):
                row.pk, row.line = None, line
            Determination.objects.bulk_create(decided)
            signature.pk, signature.order = None, order
            signature.save(force_insert=True)

    return again


def busy(kind: str, client: int, seconds: float, database: str) -> int:
    """How many one client files in this time."""
    logging.disable()
    connection.settings_dict["NAME"] = database
    work: Callable[[str], object] = file_order
    if kind == "floor":
        work = floor_of(file_order(f"F-{uuid4().hex[:12]}"))
    done, until = 0, perf_counter() + seconds
    while perf_counter() < until:
        work(f"{kind}-{uuid4().hex[:12]}-{done}")
        done += 1
    return done


def throughput(kind: str, clients: int, seconds: float) -> float:
    database = str(connection.settings_dict["NAME"])
    with ProcessPoolExecutor(clients, get_context("spawn")) as pool:
        tasks = [pool.submit(busy, kind, client, seconds, database) for client in range(clients)]
        return sum(task.result() for task in tasks) / seconds


def page_seconds(browser: Client, order: Order, rounds: int = 15) -> float:
    taken = []
    for _ in range(rounds):
        began = perf_counter()
        assert browser.get(order.get_absolute_url()).status_code == 200
        taken.append(perf_counter() - began)
    return sorted(taken)[rounds // 2]


def pages(world: World) -> None:
    browser = signed_in(world.catr)
    one = page_seconds(browser, file_order("P-1", 1))
    many = page_seconds(browser, file_order("P-200", 200))
    print(
        f"order page: 1 line {one * 1000:.0f} ms, 200 lines {many * 1000:.0f} ms,"
        f" ratio {many / one:.1f}"
    )


def main(clients: int, seconds: float) -> None:
    logging.disable()
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    world = make_world()
    for number in range(200):
        make_service(f"Hosted VoIP {number}", world.contract)
    pages(world)
    for count in (1, clients):
        ours, floor = (throughput(kind, count, seconds) for kind in ("ours", "floor"))
        print(
            f"{connection.vendor}, {count} clients: {ours:.1f} orders/s of {LINES} lines,"
            f" floor {floor:.1f}, ratio {floor / ours:.2f}"
        )
    connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main(int([*sys.argv[1:], "8"][0]), float([*sys.argv[2:], "10"][0]))
