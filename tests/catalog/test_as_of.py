"""Pages of the catalogue as of another day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Contract, Service
from catalog.search.index import reindex
from stmm.agencies.models import Appointment
from tests.catalog.factories import (
    FAR,
    LONG_AGO,
    MANDATORY,
    NON_MANDATORY,
    make_contract,
    make_designation,
    make_offer,
    make_service,
    make_term,
)
from tests.factories import SINCE, make_agency, make_appointment, make_user, signed_in

pytestmark = pytest.mark.django_db
BEFORE = date(2021, 6, 1)


@pytest.fixture
def reader() -> Client:
    return signed_in(make_user())


def get(client: Client, shown: Service | Contract, on: str) -> Any:
    name = "catalog:service" if isinstance(shown, Service) else "catalog:contract"
    return client.get(reverse(name, args=[shown.pk]), {"on": on})


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def service() -> Service:
    """$10 and mandatory at first; $12 and non-mandatory since LONG_AGO."""
    service = make_service(mrc=Decimal(10))
    make_designation(MANDATORY, service)
    make_offer(service, effective_from=LONG_AGO, mrc=Decimal(12))
    make_designation(NON_MANDATORY, service, effective_from=LONG_AGO)
    return service


def test_a_service_shows_the_price_and_the_flag_of_that_day(
    reader: Client, service: Service
) -> None:
    page = get(reader, service, BEFORE.isoformat())
    assert page.context["offer"].mrc == 10
    assert page.context["flag"].designation.value == MANDATORY
    assert "Charges on June 1, 2021" in text(page)
    assert "In effect then" in text(page)


def test_without_a_day_or_with_an_empty_one_it_is_today(reader: Client, service: Service) -> None:
    for page in (
        get(reader, service, ""),
        reader.get(reverse("catalog:service", args=[service.pk])),
    ):
        assert page.context["offer"].mrc == 12
        assert page.context["as_of"].is_today
        assert "not of today" not in text(page)


@pytest.mark.parametrize("on", ["yesterday", "2021-02-30", "1066-10-14", "9999-12-31"])
def test_what_is_no_day_is_told_at_the_field_and_shows_today(
    reader: Client, service: Service, on: str
) -> None:
    page = get(reader, service, on)
    assert page.context["as_of"].is_today
    assert page.context["as_of"].form.errors["on"]
    assert 'aria-invalid="true"' in text(page)
    assert "<title>Problem: " in text(page)


def test_the_decision_is_of_that_day_and_nothing_is_ordered_then(service: Service) -> None:
    agency = make_agency(name="Patrol")
    orderer = signed_in(make_appointment(Appointment.Role.ATR, agency).user)
    then = text(get(orderer, service, BEFORE.isoformat()))
    assert "May Patrol buy this elsewhere on June 1, 2021?" in then
    assert "Mandatory from CALNET." in then
    assert "Add to order" not in then
    assert "Add to order" in text(get(orderer, service, ""))


def test_before_the_first_edition_of_the_manual_there_is_no_decision() -> None:
    contract = make_contract(starts_on=date(2010, 1, 1))
    service = make_service(contract=contract, effective_from=date(2010, 1, 1))
    orderer = signed_in(make_appointment(Appointment.Role.ATR).user)
    assert "buy this elsewhere" not in text(get(orderer, service, "2012-01-01"))


def test_a_contract_that_has_ended_was_in_term_then(reader: Client) -> None:
    contract = make_contract(until=LONG_AGO)
    assert "In term" in text(get(reader, contract, BEFORE.isoformat()))
    assert "In term" not in text(get(reader, contract, ""))


def test_a_contract_counts_the_services_of_that_day(reader: Client) -> None:
    contract = make_contract()
    make_offer(make_service(contract=contract), effective_from=LONG_AGO, withdrawn=True)
    assert get(reader, contract, BEFORE.isoformat()).context["services"] == 1
    assert get(reader, contract, "").context["services"] == 0


def test_the_term_of_that_day_is_marked(reader: Client) -> None:
    contract = make_contract(until=LONG_AGO)
    make_term(contract, LONG_AGO, FAR, kind="extension")
    page = text(get(reader, contract, BEFORE.isoformat()))
    assert '<strong>Base term</strong> <span class="now">That day</span>' in page


def test_the_list_of_contracts_is_of_that_day_and_keeps_it(reader: Client) -> None:
    contract = make_contract(until=LONG_AGO)
    page = text(reader.get(reverse("catalog:contracts"), {"on": SINCE.isoformat()}))
    assert "In term" in page
    assert f'href="/catalog/contracts/{contract.pk}/?on=2020-01-01"' in page


def test_the_chart_has_the_numbers_of_the_table(reader: Client, service: Service) -> None:
    page = get(reader, service, "")
    chart = page.context["charts"][0]
    assert [step.amount for step in chart.steps] == [10, 12]
    assert "From January 1, 2020: $10.00. From January 1, 2022: $12.00." in text(page)
    assert 'role="img"' in text(page)
    assert "style=" not in text(page)


def test_a_corrected_price_is_drawn_once(reader: Client) -> None:
    service = make_service(mrc=Decimal(10))
    make_offer(service, mrc=Decimal(11))
    chart = get(reader, service, "").context["charts"][0]
    assert [step.amount for step in chart.steps] == [11]


def test_the_search_answers_as_of_that_day(reader: Client, service: Service) -> None:
    page = reader.get("/catalog/", {"q": service.product_id, "on": BEFORE.isoformat()})
    (result,) = page.context["results"]
    assert (result.offer.mrc, result.designation) == (10, MANDATORY)
    assert "those of <strong>June 1, 2021</strong>" in text(page)
    assert f"{reverse('catalog:service', args=[service.pk])}?on=2021-06-01" in text(page)


def test_a_search_of_another_day_offers_nothing_to_order(service: Service) -> None:
    atr = signed_in(make_appointment(Appointment.Role.ATR).user)
    today = text(atr.get("/catalog/", {"q": service.product_id}))
    then = text(atr.get("/catalog/", {"q": service.product_id, "on": BEFORE.isoformat()}))
    assert "Add to order" in today
    assert "Add to order" not in then
    assert "buy this elsewhere on June 1, 2021?" in then


def test_a_search_before_the_first_edition_of_the_manual_gives_no_answer() -> None:
    contract = make_contract(starts_on=date(2010, 1, 1))
    early = make_service(contract=contract, effective_from=date(2010, 1, 1))
    reindex(contract=contract)
    atr = signed_in(make_appointment(Appointment.Role.ATR).user)
    page = atr.get("/catalog/", {"q": early.product_id, "on": "2011-01-01"})
    assert [result.decision for result in page.context["results"]] == [None]


def test_a_search_of_no_day_shows_today_and_says_so(reader: Client, service: Service) -> None:
    page = reader.get("/catalog/", {"q": service.product_id, "on": "yesterday"})
    assert "This is not a day." in text(page)
    assert page.context["as_of"].is_today


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_download_is_as_of_that_day_and_named_so(
    reader: Client, service: Service, kind: str
) -> None:
    answer = reader.get(f"/catalog/search.{kind}", {"on": BEFORE.isoformat()})
    assert f"catalog-2021-06-01.{kind}" in answer.headers["Content-Disposition"]
    if kind == "csv":
        assert "10.0000" in answer.getvalue().decode()
