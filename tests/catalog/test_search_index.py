"""The search follows the catalogue's rows, day by day, and is read through its indexes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.facets import Known
from catalog.models import ContractAlias, Listing, SearchWord, Service
from catalog.results import find
from catalog.search.index import mended, reindex, reindex_all
from tests.catalog.factories import (
    MANDATORY,
    NON_MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_offer,
    make_service,
)
from tests.factories import SINCE, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CHANGE = date(2026, 7, 1)


def names(text: str, on: date = TODAY) -> list[str]:
    return [listing.service.name for listing in Listing.objects.on(on).matching(text)]


def test_a_price_to_come_is_found_from_its_day_on_without_anything_being_done() -> None:
    service = make_service(mrc="96", description="analog")
    make_offer(service, effective_from=CHANGE, mrc="1200", description="digital")
    on_the_eve, then = (Listing.objects.on(day).get() for day in (CHANGE - DAY, CHANGE))
    assert (on_the_eve.band, then.band) == (3, 6)
    assert names("analog", CHANGE - DAY) == names("digital", CHANGE) == [service.name]
    assert names("digital", CHANGE - DAY) == names("analog", CHANGE) == []


def test_a_service_is_listed_on_the_days_it_is_offered() -> None:
    service = make_service()
    make_offer(service, effective_from=CHANGE, withdrawn=True)
    make_offer(service, effective_from=CHANGE + 2 * DAY)
    days = (SINCE - DAY, SINCE, CHANGE - DAY, CHANGE, CHANGE + 2 * DAY)
    assert [len(names("", day)) for day in days] == [0, 1, 1, 0, 1]


def test_listings_agree_with_the_rows_on_every_day_of_change() -> None:
    contract, category = make_contract(), make_category()
    for number in range(4):
        service = make_service(f"Service {number}", contract, effective_from=SINCE + number * DAY)
        make_offer(service, effective_from=CHANGE + number * DAY, withdrawn=number == 2)
    make_designation(NON_MANDATORY, contract, effective_from=SINCE + DAY)
    make_designation(MANDATORY, contract, category=category, effective_from=CHANGE)
    make_designation(NON_MANDATORY, service, effective_from=CHANGE + 2 * DAY)
    for day in [start + number * DAY for start in (SINCE, CHANGE) for number in range(-1, 6)]:
        rows = Service.objects.offered(day).with_designation(day)
        stated = {(row.pk, row.offer_id, row.designation) for row in rows}
        listed = Listing.objects.on(day).values_list("service", "offer", "designation")
        assert set(listed) == stated, day


@pytest.mark.parametrize("text", ["IFB 12-001-A", "12-001", "Verizon", "7.1", "lines", "C3-B-9"])
def test_what_a_contract_is_called_finds_its_services(text: str) -> None:
    contract = make_contract("C3-B-9", "Verizon")
    ContractAlias.objects.create(contract=contract, number="IFB 12-001-A")
    category = make_category("7.1", "Leased lines")
    make_service("Wanted", contract, category=category, section="7.1.4")
    make_service("Other", make_contract("C4-X", "NWN"), section="1.2.3")
    reindex(contract=contract)
    assert names(text) == ["Wanted"]


def test_a_section_is_found_by_its_number_and_by_the_sections_above_it() -> None:
    make_service("Agent console", section="6.1.2.2 (additional)")
    for text in ("6.1.2.2", "6.1.2", "6.1"):
        assert names(text) == ["Agent console"], text
    assert names("1.2.2") == names("6.1.2.2.1") == []


def test_what_agrees_already_is_not_written_again() -> None:
    contract = make_contract()
    services = [make_service(f"Service {number}", contract) for number in range(3)]
    Service.objects.filter(pk=services[1].pk).update(name="Renamed")
    assert reindex(contract=contract, services=[services[0].pk]) == 0
    assert reindex(contract=contract) == 1
    assert reindex(contract=contract) == 0
    assert names("renamed") == ["Renamed"]
    assert names("service") == ["Service 0", "Service 2"]


def test_the_command_makes_the_search_anew(capsys: pytest.CaptureFixture[str]) -> None:
    make_service("Converged VoIP")
    Listing.objects.all().delete()
    SearchWord.objects.create(word="forgotten")
    assert names("voip") == []
    call_command("reindex_catalog")
    assert "1 listings are in the search." in capsys.readouterr().out
    assert names("voip") == ["Converged VoIP"]
    assert not SearchWord.objects.filter(word="forgotten").exists()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("voipp", "voip"),
        ("Viop converged", "voip converged"),
        ("S77D01F3 conveged VoIP", "s77d01f3 converged voip"),
    ],
)
def test_a_misspelt_word_is_mended_to_the_nearest_of_the_catalogue(typed: str, meant: str) -> None:
    make_service("Converged VoIP")
    make_service("Void cabling")
    assert mended(typed) == meant


@pytest.mark.parametrize("typed", ["zebra", "S77D01F4", "", "converged voip"])
def test_what_is_near_nothing_or_right_is_not_mended(typed: str) -> None:
    make_service("Converged VoIP", product_id="S77D01F3")
    assert mended(typed) is None


def test_misspellings_are_mended_where_the_extension_is_missing_too() -> None:
    make_service("Converged VoIP")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    assert mended("voipp") == "voip"


def plans(**wanted: Any) -> list[str]:
    """How the database goes about each query of a search."""
    known = Known.read()
    with CaptureQueriesContext(connection) as queries:
        list(find(wanted, known=known, on=TODAY).listings[:20])
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    found = []
    for query in queries:
        with connection.cursor() as cursor:
            cursor.execute(explain + query["sql"].replace("%", "%%"), [])
            found.append("\n".join(str(row) for row in cursor.fetchall()))
    return found


@pytest.fixture
def many() -> None:
    contract, category = make_contract(), make_category()
    Service.objects.bulk_create(
        Service(
            contract=contract,
            category=category,
            section="1.2.3",
            product_id=f"P{number:06d}",
            name=f"Service {number % 50} of kind {number}",
        )
        for number in range(3000)
    )
    for service in contract.services.all()[:1]:
        make_offer(service)
    rows = contract.services.filter(offers=None)
    model = service.offers.model
    first = service.offers.get()
    model.objects.bulk_create(
        model(service=row, effective_from=SINCE, recorded_at=first.recorded_at, reason="Many")
        for row in rows
    )
    reindex_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("text", ["kind 777", "P000123", "service 42"])
def test_a_search_for_words_never_reads_the_whole_catalogue(text: str) -> None:
    for plan in plans(q=text):
        assert "Seq Scan on catalog_" not in plan
        assert "SCAN catalog_listing'" not in plan
        assert "SCAN catalog_service" not in plan
        assert "catalog_listing" in plan


def test_listings_and_words_are_called_by_what_they_hold() -> None:
    reindex(contract=make_service("SIP Trunking").contract)
    assert str(Listing.objects.get()) == f"sip trunking from {SINCE}"
    assert "trunking" in map(str, SearchWord.objects.all())
