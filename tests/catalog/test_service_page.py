"""One service's page: what it is, costs and costed, and what was said of it when."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Service
from stmm.agencies.models import Appointment
from tests.catalog.factories import (
    LONG_AGO,
    MANDATORY,
    NON_MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_offer,
    make_service,
)
from tests.factories import AT, SINCE, make_agency, make_appointment, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Client:
    return signed_in(make_user())


def get(client: Client, service: Service) -> Any:
    return client.get(reverse("catalog:service", args=[service.pk]))


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def orderer() -> Client:
    return signed_in(make_appointment(Appointment.Role.ATR, make_agency(name="Patrol")).user)


def test_the_page_shows_what_the_service_is_and_costs(reader: Client) -> None:
    service = make_service(
        "SIP Trunking",
        make_contract("C3-A-7"),
        product_id="0085191",
        mrc=Decimal("0.0110"),
        description="Calls",
        restrictions="Not in Alpine County",
    )
    page = text(get(reader, service))
    assert "<h1>SIP Trunking</h1>" in page
    for words in ("C3-A-7", "0085191", "$0.011<", "Calls", "Not in Alpine County", "1.2.3"):
        assert words in page
    assert "January 1, 2020 through December 31, 2099" in page
    assert '<span class="sample">sample</span>' in page


def test_every_price_is_shown_and_the_one_in_effect_marked(reader: Client) -> None:
    service = make_service(mrc=Decimal(10))
    now = make_offer(service, effective_from=LONG_AGO, mrc=Decimal(12))
    make_offer(service, effective_from=timezone.localdate() + timedelta(days=9), mrc=Decimal(15))
    prices = get(reader, service).context["prices"]
    assert [price.offer.mrc for price in prices] == [15, 12, 10]
    assert [price.offer for price in prices if price.is_in_effect] == [now]


def test_the_flags_history_says_who_spoke_of_what_and_which_word_holds(reader: Client) -> None:
    service = make_service()
    make_designation(MANDATORY, service)
    make_designation(NON_MANDATORY, service.contract, effective_from=LONG_AGO)
    make_designation(NON_MANDATORY, service.contract, category=make_category())
    page = get(reader, service)
    flags = [(flag.subject, flag.is_in_effect) for flag in page.context["flags"]]
    assert flags == [
        ("The whole contract", False),
        ("Category 1.2 MPLS, VPN and Converged VoIP", False),
        ("This service", True),
    ]
    assert "The Department’s word" in text(page)
    assert "by the operator of this site" in text(page)


def test_a_word_of_tomorrow_is_listed_and_does_not_hold_yet(reader: Client) -> None:
    service = make_service()
    tomorrow = timezone.localdate() + timedelta(days=2)
    make_designation(MANDATORY, service, effective_from=tomorrow)
    page = get(reader, service)
    assert [flag.is_in_effect for flag in page.context["flags"]] == [False]
    assert page.context["flag"] is None
    assert "Nothing has been said of this service." in text(page)


def test_the_page_names_the_word_that_the_search_shows(reader: Client) -> None:
    """Two ways to the same answer: rows read for the page, a query for the search."""
    service = make_service()
    for value, subject in ((MANDATORY, service.contract), (NON_MANDATORY, service)):
        make_designation(value, subject)
        flag = get(reader, service).context["flag"].designation.value
        searched = Service.objects.with_designation(timezone.localdate()).get(pk=service.pk)
        assert flag == searched.designation == value


def test_an_orderer_sees_the_decision_for_the_agency_and_can_add() -> None:
    service = make_service()
    make_designation(MANDATORY, service)
    page = text(get(orderer(), service))
    assert "May Patrol buy this elsewhere today?" in page
    assert "<strong>Mandatory from CALNET.</strong>" in page
    assert f'href="{reverse("orders:add", args=[service.pk])}"' in page


def test_who_orders_for_nobody_sees_neither_decision_nor_button(reader: Client) -> None:
    page = text(get(reader, make_service()))
    assert "elsewhere today?" not in page
    assert "Add to order" not in page


def not_orderable(service: Service) -> str:
    page = text(get(orderer(), service))
    assert "Add to order" not in page
    assert "elsewhere today?" not in page
    return page.partition("<strong>Not orderable.</strong>")[2].partition("</p>")[0].strip()


def test_a_service_of_an_ended_contract_is_not_orderable() -> None:
    service = make_service(contract=make_contract(until=LONG_AGO))
    assert not_orderable(service) == "This contract ended December 31, 2021."


def test_a_service_of_a_contract_to_come_is_not_orderable() -> None:
    start = timezone.localdate().replace(year=2098, month=1, day=2)
    service = make_service(contract=make_contract(starts_on=start))
    assert not_orderable(service) == "This contract begins January 2, 2098."


def test_a_service_of_a_contract_without_a_term_is_not_orderable() -> None:
    contract = make_contract(starts_on=SINCE, until=LONG_AGO)
    bare = type(contract).objects.create(
        number="C9", vehicle="CALNET 3", contractor=contract.contractor
    )
    assert not_orderable(make_service(contract=bare)) == "This contract has no term on record."


def test_a_withdrawn_service_is_not_orderable() -> None:
    service = make_service()
    make_offer(service, effective_from=LONG_AGO, withdrawn=True)
    assert not_orderable(service) == "The contractor withdrew this service on January 1, 2022."


def test_a_service_to_come_is_not_orderable() -> None:
    service = make_service(effective_from=timezone.localdate() + timedelta(days=9))
    assert not_orderable(service) == "The contractor does not offer this service yet."


def test_a_service_without_an_offer_today_has_no_charges(reader: Client) -> None:
    service = make_service()
    make_offer(service, effective_from=LONG_AGO, withdrawn=True)
    assert "No charges are in effect today." in text(get(reader, service))


def test_the_history_tells_of_the_service_and_its_contract(reader: Client) -> None:
    service = make_service()
    make_designation(MANDATORY, service.contract)
    make_designation(NON_MANDATORY, service)
    make_designation(MANDATORY, make_contract())
    entries = get(reader, service).context["entries"]
    assert [entry.subject_kind for entry in entries] == ["catalog.service", "catalog.contract"]


@pytest.mark.parametrize("pk", [0, 4711, 10**30])
def test_a_service_that_is_not_there_is_not_found(reader: Client, pk: int) -> None:
    assert reader.get(reverse("catalog:service", args=[pk])).status_code == 404


def test_the_page_is_only_read(reader: Client) -> None:
    url = reverse("catalog:service", args=[make_service().pk])
    assert reader.post(url).status_code == 405


def test_a_long_history_takes_the_queries_of_a_short_one() -> None:
    service = make_service()
    client = orderer()
    with CaptureQueriesContext(connection) as short:
        get(client, service)
    for days in range(1, 30):
        day = SINCE + timedelta(days=days)
        make_offer(service, effective_from=day)
        make_designation(MANDATORY, service, effective_from=day, at=AT)
    with CaptureQueriesContext(connection) as long:
        get(client, service)
    assert len(long) == len(short)
    assert len(short) <= 14
