"""The catalogue's search at 1,000, 10,000 and 100,000 lines, beside the bare SQL of the same.

Run from anywhere: ``python bench/search.py [lines ...]``; with DATABASE_URL it measures that
PostgreSQL server, else SQLite in a temporary file. Each size is a database of its own, thrown
away afterwards. Times are milliseconds of one process: of the page the 95th percentile (from the
request to the last byte, without the network), of all else the median.
"""

import os
import random
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
FOLDER = tempfile.TemporaryDirectory(prefix="stmm-bench-")
os.environ["STMM_DATA_DIR"] = FOLDER.name
os.environ.setdefault("STMM_DEMONSTRATION", "1")
os.environ.setdefault("STMM_SECRET_KEY", "a key for measurements only")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stmm.settings")
django.setup()

from django.db import connection  # noqa: E402  after the settings
from django.test import Client  # noqa: E402  the same

from catalog.facets import Known  # noqa: E402  the same
from catalog.models import (  # noqa: E402  the same
    Category,
    Contract,
    Contractor,
    Listing,
    Offer,
    Service,
    Term,
)
from catalog.results import find  # noqa: E402  the same
from catalog.search.index import mended, reindex  # noqa: E402  the same
from tests.factories import Role, make_appointment, signed_in  # noqa: E402  the same

SIZES = [1_000, 10_000, 100_000]
ROUNDS = 21
TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
SINCE = date(2020, 1, 1)
KINDS = (
    "VoIP",
    "MPLS",
    "SIP Trunking",
    "Broadband",
    "Satellite",
    "Audio Conferencing",
    "Toll Free",
)
FORMS = ("Access", "Port", "Feature", "License", "Equipment", "Support", "Installation", "Upgrade")
PLACES = [
    f"{first}{last}"
    for first in ("San", "Santa", "Los", "El", "Monte", "Rio", "Vista", "Oak")
    for last in ("ta", "mar", "dale", "view", "ville", "field", "wood", "crest", "port", "ford")
]
CONTRACTS = 20
QUESTIONS = (
    ("an identifier", "p0000777"),
    ("words of one line", "voip line 42"),
    ("a place and a kind", "sandale voip"),
    ("a common word", "voip"),
    ("everything", ""),
)


def generate(lines: int) -> None:
    chance = random.Random(lines)
    contracts = [_contract(number) for number in range(CONTRACTS)]
    services = _services(lines, contracts, chance)
    Offer.objects.bulk_create(
        [_offer(service, number, chance) for number, service in enumerate(services)],
        batch_size=2000,
    )
    begun = perf_counter()
    written = sum(reindex(contract=contract) for contract in contracts)
    indexed = perf_counter() - begun
    begun = perf_counter()
    sum(reindex(contract=contract) for contract in contracts)
    again = perf_counter() - begun
    print(f"  indexed {written:,} lines in {indexed:.1f} s; again, nothing changed, {again:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _services(lines: int, contracts: list[Contract], chance: random.Random) -> list[Service]:
    categories = [
        Category.objects.create(program="CALNET", code=f"{number}.1", name=f"Category {number}")
        for number in range(1, 16)
    ]
    # A contract is of few categories
    offered = [chance.sample(categories, chance.randrange(1, 5)) for _ in contracts]
    return Service.objects.bulk_create(
        [
            Service(
                contract=contracts[number % CONTRACTS],
                category=(category := chance.choice(offered[number % CONTRACTS])),
                section=f"{category.code}.{chance.randrange(1, 9)}",
                product_id=f"P{number:07d}",
                name=f"{chance.choice(KINDS)} {chance.choice(FORMS)} {chance.choice(PLACES)} "
                f"{chance.choice((10, 50, 100, 500))} Mbps",
                unit=chance.choice(("month", "each", "minute")),
            )
            for number in range(lines)
        ],
        batch_size=2000,
    )


def _offer(service: Service, number: int, chance: random.Random) -> Offer:
    return Offer(
        service=service,
        effective_from=SINCE,
        recorded_at=AT,
        reason="Generated",
        description=f"{chance.choice(KINDS)} with {chance.choice(FORMS)}, of line {number}",
        mrc=Decimal(chance.randrange(0, 200_000)) / 100,
        nrc=Decimal(chance.randrange(0, 50_000)) / 100,
        price_basis="sample",
    )


def _contract(number: int) -> Contract:
    contractor, _ = Contractor.objects.get_or_create(name=f"Contractor {number % 8}")
    contract = Contract.objects.create(
        number=f"C9-{number:02d}",
        vehicle=f"CALNET {number % 3}",
        contractor=contractor,
        order_desk_email="desk@contractor.example",
    )
    Term.objects.create(
        contract=contract,
        kind=Term.Kind.BASE,
        starts_on=SINCE,
        until=date(2100, 1, 1),
        recorded_at=AT,
        basis="generated",
    )
    return contract


def page_of(reader: Client, asked: str) -> None:
    """The page as an agency's representative gets it, with the decision on each service."""
    answer = reader.get("/catalog/", {"q": asked}, SERVER_NAME="localhost")
    assert answer.status_code == 200


def ours(known: Known, **wanted: Any) -> int:
    """The search itself: counts and facets, and the first 20 with their charges."""
    found = find(wanted, known=known, on=TODAY)
    keys = list(found.listings.values_list("pk", flat=True)[:20])
    Listing.objects.select_related("service", "offer").defer("name_words", "words").in_bulk(keys)
    return found.count


def bare(asked: str, *, facets: bool) -> int:
    """The same by hand: the count (with facets the counts), then a page of 20 with its charges."""
    words, question, named, name_question = _by_hand(asked)
    during = f"FROM catalog_listing listing WHERE starts_on <= %s AND until > %s AND {words}"
    dates = [TODAY, TODAY]
    with connection.cursor() as cursor:
        columns = "contract_id, category_id, designation, band, unit"
        if facets:
            cursor.execute(
                f"SELECT {columns}, count(*) {during} GROUP BY {columns}", [*dates, *question]
            )
            count = sum(row[-1] for row in cursor.fetchall())
        else:
            cursor.execute(f"SELECT count(*) {during}", [*dates, *question])
            (count,) = cursor.fetchone()
        order = f"{named} DESC, sort_name, service_id" if asked else "sort_name, service_id"
        cursor.execute(
            "SELECT service.*, offer.* FROM (SELECT listing.id, listing.service_id,"
            f" listing.offer_id {during} ORDER BY {order} LIMIT 20) page"
            " JOIN catalog_service service ON service.id = page.service_id"
            " JOIN catalog_offer offer ON offer.id = page.offer_id",
            [*dates, *question, *name_question],
        )
        cursor.fetchall()
    return int(count)


def _by_hand(asked: str) -> tuple[str, list[str], str, list[str]]:
    """The condition on all words and the one on names, each with its parameters."""
    if not asked:
        return "1 = 1", [], "1 = 1", []
    if connection.vendor == "postgresql":
        question = [asked.replace(" ", " & ") + ":*"]
        return "words @@ %s::tsquery", question, "name_words @@ %s::tsquery", question
    matched = (
        "listing.id IN (SELECT rowid FROM catalog_listing_words"
        " WHERE catalog_listing_words MATCH %s)"
    )
    terms = " AND ".join(f'"{word}"' for word in asked.split()) + "*"
    return matched, [f"words : ({terms})"], matched, [f"name_words : ({terms})"]


def milliseconds(work: Callable[[], Any], share: float = 0.5) -> float:
    """So long take this share of the runs at most: the median, unless told otherwise."""
    taken = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        work()
        taken.append(perf_counter() - begun)
    return sorted(taken)[min(int(share * ROUNDS), ROUNDS - 1)] * 1000


def measure(lines: int) -> None:
    print(f"{lines:,} lines, {connection.vendor}")
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        generate(lines)
        print(
            "  search                found    page   search  bare+facets  ratio  bare+count  ratio"
        )
        reader = signed_in(make_appointment(Role.ATR).user)
        for name, asked in QUESTIONS:
            _compare(name, asked, reader)
        print(f"  mending «brodband»: {milliseconds(lambda: mended('brodband')):.1f} ms")
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def _compare(name: str, asked: str, reader: Client) -> None:
    known = Known.read()
    count = ours(known, q=asked)
    assert count == bare(asked, facets=True) == bare(asked, facets=False)
    page = milliseconds(lambda: page_of(reader, asked), share=0.95)
    mine = milliseconds(lambda: ours(known, q=asked))
    faceted = milliseconds(lambda: bare(asked, facets=True))
    counted = milliseconds(lambda: bare(asked, facets=False))
    print(
        f"  {name:<18} {count:>8,} {page:>8.1f} {mine:>8.1f} {faceted:>12.1f}"
        f" {mine / faceted:>6.2f} {counted:>11.1f} {mine / counted:>6.2f}"
    )


if __name__ == "__main__":
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(Path(FOLDER.name) / "bench.sqlite3")
    for size in [int(argument) for argument in sys.argv[1:]] or SIZES:
        measure(size)
