"""The list of contracts, and one contract's page."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Contract, ContractAlias
from catalog.services.loading import load_catalog
from tests.catalog.factories import (
    FAR,
    LONG_AGO,
    make_category,
    make_contract,
    make_offer,
    make_service,
    make_term,
)
from tests.catalog.matrix_files import HEADINGS, csv_file, line
from tests.factories import AT, SINCE, make_user, signed_in

pytestmark = pytest.mark.django_db
LIST = reverse("catalog:contracts")


@pytest.fixture
def reader() -> Client:
    return signed_in(make_user())


def get(client: Client, contract: Contract) -> Any:
    return client.get(reverse("catalog:contract", args=[contract.pk]))


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_list_shows_every_contract_with_its_aliases_and_term(reader: Client) -> None:
    contract = make_contract("C3-A-7")
    ContractAlias.objects.create(contract=contract, number="IFB 12-001-A")
    make_contract("C3-B-1", "Verizon", until=LONG_AGO)
    page = text(reader.get(LIST))
    assert "2 contracts, by contractor" in page
    assert "also IFB 12-001-A" in page
    assert "January 1, 2020 through December 31, 2099" in page
    assert page.count("In term") == 1
    assert page.count("Not orderable") == 1


def test_the_list_counts_the_services_offered_today(reader: Client) -> None:
    contract = make_contract()
    make_service(contract=contract)
    make_offer(make_service(contract=contract), effective_from=LONG_AGO, withdrawn=True)
    empty = make_contract(contractor="Verizon")
    listed = reader.get(LIST).context["contracts"]
    assert [(row, count) for row, _, count in listed] == [(contract, 1), (empty, 0)]


def test_a_list_without_contracts_says_so(reader: Client) -> None:
    assert "No contract has been entered yet." in text(reader.get(LIST))


def test_a_contracts_page_shows_each_term_with_its_last_day(reader: Client) -> None:
    contract = make_contract(until=LONG_AGO)
    make_term(contract, LONG_AGO, FAR, kind="extension")
    page = text(get(reader, contract))
    assert "January 1, 2020 through December 31, 2021" in page
    assert "January 1, 2022 through December 31, 2099" in page
    assert page.count('<span class="now">Today</span>') == 1
    assert "In term" in page


def test_an_ended_contract_says_so_and_still_leads_to_its_services(reader: Client) -> None:
    contract = make_contract(until=LONG_AGO)
    make_service(contract=contract)
    page = text(get(reader, contract))
    assert "This contract ended December 31, 2021." in page
    assert f'href="/catalog/?contract={contract.pk}&amp;ended=on">See its 1 service</a>' in page


def test_a_contracts_page_shows_number_categories_and_what_was_loaded(reader: Client) -> None:
    contract = make_contract("C3-A-7")
    ContractAlias.objects.create(contract=contract, number="IFB 12-001-A")
    loaded = load_catalog(
        contract=contract,
        file_name="matrix.csv",
        content=csv_file([HEADINGS, line()]),
        effective_from=SINCE,
        actor=None,
        at=AT,
    )
    page = text(get(reader, contract))
    for words in (
        "<h1>Contract C3-A-7</h1>",
        "IFB 12-001-A",
        str(make_category()),
        "matrix.csv",
        loaded.edition.sha256,
        "Load catalog",
        f'href="/catalog/?contract={contract.pk}">See its 1 service</a>',
    ):
        assert words in page


def test_a_contract_with_nothing_under_it_says_so(reader: Client) -> None:
    made = make_contract()
    bare = Contract.objects.create(number="C9", vehicle="CALNET 3", contractor=made.contractor)
    page = text(get(reader, bare))
    assert "This contract has no term on record." in page
    assert "No matrix has been loaded yet." in page
    assert "See its" not in page


@pytest.mark.parametrize("pk", [0, 4711, 10**30])
def test_a_contract_that_is_not_there_is_not_found(reader: Client, pk: int) -> None:
    assert reader.get(reverse("catalog:contract", args=[pk])).status_code == 404


def test_both_pages_are_only_read(reader: Client) -> None:
    url = reverse("catalog:contract", args=[make_contract().pk])
    assert [reader.post(address).status_code for address in (LIST, url)] == [405, 405]


def test_forty_contracts_take_the_queries_of_one(reader: Client) -> None:
    make_service()
    with CaptureQueriesContext(connection) as one:
        reader.get(LIST)
    for number in range(39):
        make_service(contract=make_contract(f"C-{number}", f"Contractor {number}"))
    with CaptureQueriesContext(connection) as forty:
        assert len(reader.get(LIST).context["contracts"]) == 40
    assert len(forty) == len(one)
    assert len(one) <= 11


def test_the_list_says_for_which_day_it_is(reader: Client) -> None:
    today = timezone.localdate()
    assert f"{today:%B} {today.day}, {today.year}" in text(reader.get(LIST))
