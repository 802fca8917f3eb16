"""Filing an order of 10 lines beside a bare floor and django-oscar's checkout; an order's page.

Ours, in the service: who the person is today is read, pasted lines are read, and the order is
checked, decided, signed and recorded in one transaction, as the one-page order does. Its floor
(`bench.orders_floor`) is the same rows and hash chain in plain SQL, without any check. Clients are
processes of their own, each with a connection that stays open; the machine is theirs and the
database's together.

Ours, over the test client: the page, its check, and the request that signs, through every
middleware; the password with the quick hash of the tests, and said apart what the real one takes.
django-oscar's ten lines go the same way, from the empty basket to the thank-you page.

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
from time import perf_counter, process_time
from uuid import uuid4

FOLDER = tempfile.TemporaryDirectory(prefix="stmm-bench-")
os.environ.setdefault("STMM_DATA_DIR", FOLDER.name)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402  after the folder is named

django.setup()

from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402  after the settings
from django.db import connection  # noqa: E402  the same
from django.test import Client  # noqa: E402  the same
from django.test.utils import setup_test_environment  # noqa: E402  the same
from django.urls import reverse  # noqa: E402  the same
from django.utils import timezone  # noqa: E402  the same

from bench.orders_floor import Floor  # noqa: E402  the same
from bench.oscar import check_out  # noqa: E402  the same
from catalog.models import Contract, Service  # noqa: E402  the same
from orders.files.many_lines import read_pasted  # noqa: E402  the same
from orders.models import Order  # noqa: E402  the same
from orders.services.making import filing  # noqa: E402  the same
from stmm.accounts.models import User  # noqa: E402  the same
from stmm.agencies.access import access_of  # noqa: E402  the same
from stmm.agencies.models import Agency  # noqa: E402  the same
from tests.catalog.factories import make_service  # noqa: E402  the same
from tests.factories import signed_in  # noqa: E402  the same
from tests.orders.express import TYPED, page_of  # noqa: E402  the same
from tests.orders.factories import World, make_world  # noqa: E402  the same

AGENCY = "Highway Patrol"
LINES = 10
ROUNDS = 15


def pasted(contract: Contract, lines: int) -> str:
    services = Service.objects.filter(contract=contract).order_by("pk")
    return "\n".join(services.values_list("product_id", flat=True)[:lines])


def filer(lines: int = LINES) -> Callable[[str], Order]:
    """What files one order of so many lines, under the number given."""
    contract, agency = Contract.objects.get(number="C4-DNCS-19"), Agency.objects.get(name=AGENCY)
    user, text = User.objects.get(name="Marcus Webb"), pasted(contract, lines)

    def asked(number: str) -> filing.Asked:
        fields = TYPED | {"agency_request_number": number}
        rows = read_pasted(text, on=timezone.localdate())
        return filing.Asked(agency, contract.pk, fields, rows, uuid4())

    now = timezone.now()
    member = access_of(user, on=timezone.localdate(now))
    seen = filing.draw_up(asked("0"), access=member, at=now).digest

    def file(number: str) -> Order:
        at = timezone.now()
        access = access_of(user, on=timezone.localdate(at))
        return filing.file(asked(number), seen=seen, access=access, at=at)

    return file


def busy(kind: str, seconds: float, database: str) -> tuple[int, float]:
    """How many one client files in this time, and its own seconds of work for them."""
    logging.disable()
    connection.settings_dict["NAME"] = database
    work: Callable[[str], object] = filer()
    if kind == "floor":
        work = Floor(filer()(f"F-{uuid4().hex[:12]}"))
    work(f"W-{uuid4().hex[:12]}")  # what is read once for a process
    done, until, began = 0, perf_counter() + seconds, process_time()
    while perf_counter() < until:
        work(f"{kind}-{uuid4().hex[:12]}-{done}")
        done += 1
    return done, process_time() - began


def throughput(kind: str, clients: int, seconds: float) -> tuple[float, float]:
    """Orders a second of all clients together; milliseconds of work a client has for one."""
    database = str(connection.settings_dict["NAME"])
    with ProcessPoolExecutor(clients, get_context("spawn")) as pool:
        tasks = [pool.submit(busy, kind, seconds, database) for client in range(clients)]
        done = [task.result() for task in tasks]
    orders = sum(count for count, _ in done)
    return orders / seconds, sum(work for _, work in done) / orders * 1000


def page_seconds(browser: Client, order: Order, rounds: int = 15) -> float:
    taken = []
    for _ in range(rounds):
        began = perf_counter()
        assert browser.get(order.get_absolute_url()).status_code == 200
        taken.append(perf_counter() - began)
    return sorted(taken)[rounds // 2]


def in_use(orders: int = 500) -> None:
    """Rows, and what the database knows of them: small tables it reads from end to end."""
    file = filer()
    for number in range(orders):
        file(f"U-{number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages(world: World) -> None:
    browser = signed_in(world.catr)
    one = page_seconds(browser, filer(1)("P-1"))
    many = page_seconds(browser, filer(200)("P-200"))
    print(
        f"order page: 1 line {one * 1000:.0f} ms, 200 lines {many * 1000:.0f} ms,"
        f" ratio {many / one:.1f}"
    )


def requests(world: World) -> None:
    """The one-page order and django-oscar's checkout, each through its test client."""
    browser, text = signed_in(world.catr), pasted(world.contract, LINES)
    whole, last = zip(*(one_page(browser, world, text, n) for n in range(ROUNDS)), strict=True)
    ours, sign = (sorted(times)[ROUNDS // 2] for times in (whole, last))
    print(
        f"one page, 3 requests: {ours[0] * 1000:.0f} ms ({ours[1] * 1000:.0f} ms of work);"
        f" the request that signs: {sign[0] * 1000:.0f} ms ({sign[1] * 1000:.0f})"
    )
    began = perf_counter()
    PBKDF2PasswordHasher().encode("a password", "salt")
    print(f"  the real hash of a password takes {(perf_counter() - began) * 1000:.0f} ms besides")
    if oscar := check_out(ROUNDS):
        print(
            f"django-oscar, {oscar.requests} requests: {oscar.seconds * 1000:.0f} ms"
            f" ({oscar.cpu * 1000:.0f} ms of work); ours to it: {ours[0] / oscar.seconds:.2f}"
            f" ({ours[1] / oscar.cpu:.2f} of the work)"
        )


Taken = tuple[float, float]


def one_page(browser: Client, world: World, text: str, number: int) -> tuple[Taken, Taken]:
    """Seconds on the clock and of work: of page, check and signature; of the signature alone."""
    url, typed = reverse("orders:express"), page_of(world, text=text, key=uuid4())
    typed["agency_request_number"] = f"H-{number}"
    began = perf_counter(), process_time()
    assert browser.get(url).status_code == 200
    checked = browser.post(url, typed).content.decode()
    seen = checked.partition('name="seen" value="')[2][:64]
    between = perf_counter(), process_time()
    assert browser.post(url, typed | {"do": "sign", "seen": seen}).status_code == 302
    ended = perf_counter(), process_time()
    return (
        (ended[0] - began[0], ended[1] - began[1]),
        (ended[0] - between[0], ended[1] - between[1]),
    )


def main(clients: int, seconds: float) -> None:
    logging.disable()
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    world = make_world()
    for number in range(200):
        make_service(f"Hosted VoIP {number}", world.contract)
    in_use()
    pages(world)
    requests(world)
    for count in (1, clients):
        (ours, work), (floor, least) = (throughput(k, count, seconds) for k in ("ours", "floor"))
        print(
            f"{connection.vendor}, {count} clients: {ours:.1f} orders/s of {LINES} lines"
            f" ({work:.1f} ms of work each), floor {floor:.1f} ({least:.1f}),"
            f" ratio {floor / ours:.2f} ({work / least:.2f} of the work)"
        )
    connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main(int([*sys.argv[1:], "8"][0]), float([*sys.argv[2:], "10"][0]))
