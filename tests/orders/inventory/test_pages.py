"""Our services: the list with its filters, its downloads, one service."""

import csv
import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from orders.files.inventory import COLUMNS
from orders.models import OpenService, Order
from orders.services.inventory.open_services import confirm_in_use
from stmm.exports import BYTE_ORDER_MARK, TRIGGERS
from tests.catalog.factories import make_category, make_service
from tests.factories import AT, Role, make_appointment, signed_in
from tests.orders.factories import World, access
from tests.orders.open_services import (
    CHANGE,
    DISCONNECT,
    make_open_service,
    make_open_services,
    order_and_complete,
)
from tests.orders.pages import page, post, text
from tests.orders.test_query_counts import MANY, counted

CSV, XLSX = reverse("orders:services-csv"), reverse("orders:services-xlsx")


def found(world: World, who: str = "atr", **query: Any) -> list[OpenService]:
    answer = page(getattr(world, who), "orders:services", **query)
    assert answer.status_code == 200
    return list(answer.context["page"])


def get(client: Client, url: str, **query: Any) -> bytes:
    answer: Any = client.get(f"{url}?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def csv_rows(client: Client, **query: Any) -> list[dict[str, str]]:
    content = get(client, CSV, **query).decode().removeprefix(BYTE_ORDER_MARK)
    return list(csv.DictReader(StringIO(content, newline="")))


def xlsx_rows(client: Client, **query: Any) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(get(client, XLSX, **query)))
    return book.get_sheet_by_name("Services").to_python(skip_empty_area=False)


def test_an_agency_sees_its_services_with_what_each_costs_and_where_it_is(world: World) -> None:
    service = make_open_service(
        world,
        12,
        told={"circuit_numbers": "HCGS.1", "sr_number": "SR-9"},
        requested_address="2 New Road\nFresno",
    )
    theirs = make_open_service(world, by=world.purchaser)

    answer = page(world.atr, "orders:services")

    assert list(answer.context["page"]) == [service]
    shown = text(answer)
    for words in ("Our services", "$1,152.00", "Fresno", "Account 555", "SR-9", "HCGS.1"):
        assert words in shown
    assert isinstance(service.last_ordered_by, Order)
    assert service.last_ordered_by.agency_request_number in shown
    assert "Not yet" in shown
    assert 'data-label="Agency"' not in answer.content.decode()
    assert found(world, "purchaser") == [theirs]


def test_oversight_sees_those_of_every_agency_and_whose_each_is(world: World) -> None:
    make_open_service(world)
    make_open_service(world, by=world.purchaser)

    answer = page(world.auditor, "orders:services")

    assert len(answer.context["page"]) == 2
    assert "City of Lodi" in text(answer)


def test_the_list_is_empty_before_an_order_is_completed(world: World) -> None:
    assert "No services yet" in text(page(world.atr, "orders:services"))
    assert "No service matches" in text(page(world.atr, "orders:services", q="none"))


def test_each_filter_narrows_the_list(world: World) -> None:
    voip = make_open_service(world, told={"sr_number": "SR-1"}, requested_address="Fresno")
    toll = make_open_service(
        world, service=world.optional, account="777", on=date(2020, 1, 1), budget_code="0044"
    )
    category = make_category("2.1", "Network based web conferencing")
    other = make_service("Conferencing", world.contract, category=category)
    meet = make_open_service(world, service=other, account="9")
    contractor = world.contract.contractor_id

    assert found(world) == [meet, voip, toll]
    for query, services in (
        ({"q": "toll"}, [toll]),
        ({"q": "sr-1"}, [voip]),
        ({"q": "777"}, [toll]),
        ({"q": "0044"}, [toll]),
        ({"q": str(toll.last_ordered_by)}, [toll]),
        ({"site": "fresno"}, [voip]),
        ({"category": category.pk}, [meet]),
        ({"contractor": contractor, "site": "fresno"}, [voip]),
        ({"q": "nothing"}, []),
    ):
        assert found(world, **query) == services, query
    assert found(world, "auditor", agency=world.agency.pk, q="toll") == [toll]


def test_what_has_ended_is_shown_when_it_is_asked_for(world: World) -> None:
    service = make_open_service(world)
    order_and_complete(world, DISCONNECT, 1)

    assert found(world) == []
    assert found(world, ended="on") == [service]
    assert "Ended" in text(page(world.atr, "orders:services", ended="on"))


def test_the_list_is_sorted_as_asked(world: World) -> None:
    old = make_open_service(world, 1, on=date(2020, 1, 1), requested_address="B")
    dear = make_open_service(world, 5, account="2", requested_address="C")
    plain = make_open_service(world, 1, account="3", requested_address="A", on=date(2021, 1, 1))
    confirm_in_use(services=[old], access=access(world.atr), at=AT)

    assert found(world) == [old, dear, plain]
    assert found(world, sort="cost") == [dear, old, plain]
    assert found(world, sort="age") == [old, plain, dear]
    assert found(world, sort="site") == [plain, old, dear]
    assert found(world, sort="confirmed") == [plain, dear, old]
    assert found(world, "auditor", sort="agency") == [old, dear, plain]


def test_only_those_not_confirmed_for_90_days(world: World) -> None:
    today = timezone.localdate()
    long = make_open_service(world, on=today - timedelta(days=90))
    make_open_service(world, account="2", on=today - timedelta(days=89))

    assert found(world, unconfirmed="on") == [long]


def test_the_total_is_of_all_that_is_filtered(world: World) -> None:
    make_open_services(world, MANY, quantity=2)
    make_open_service(world, service=world.optional)

    answer = page(world.atr, "orders:services", q="voip")

    assert answer.context["total"] == MANY * 2 * 96
    assert len(answer.context["page"]) == 50
    assert len(found(world, q="voip", page="2")) == 10


@pytest.mark.parametrize("query", [{"contractor": "x"}, {"sort": "luck"}, {"agency": "0"}])
def test_a_filter_that_can_not_be_read_is_said_and_leads_downloads_back(
    world: World, query: dict[str, str]
) -> None:
    client = signed_in(world.auditor)
    answer = page(world.auditor, "orders:services", **query)

    assert answer.context["form"].errors
    assert not answer.context["page"]
    for url in (CSV, XLSX):
        away = client.get(url, query)
        assert away["Location"] == f"{reverse('orders:services')}?{urlencode(query)}"


def test_downloads_hold_exactly_what_is_filtered(world: World) -> None:
    service = make_open_service(world, 12, told={"sr_number": "SR-9"}, on=date(2026, 1, 5))
    make_open_service(world, service=world.optional)
    confirm_in_use(services=[service], access=access(world.atr), at=AT)
    client = signed_in(world.atr)

    (row,) = csv_rows(client, q="voip")
    assert tuple(row) == COLUMNS
    assert (row["Agency"], row["Service"], row["Quantity"]) == (
        "Highway Patrol",
        "Hosted VoIP",
        "12",
    )
    assert Decimal(row["Monthly cost, US dollars"]) == 1152
    assert (row["Since"], row["In use confirmed"], row["Ended"]) == ("2026-01-05", "2026-03-02", "")
    header, line = xlsx_rows(client, q="voip")
    shown = dict(zip(header, line, strict=True))
    assert (shown["Quantity"], shown["Monthly cost, US dollars"]) == (12, 1152)
    assert (shown["Since"], shown["SR Number"]) == (date(2026, 1, 5), "SR-9")
    assert len(csv_rows(client)) == 2


@pytest.mark.parametrize("trigger", TRIGGERS[:4])
def test_no_text_becomes_a_formula(world: World, trigger: str) -> None:
    make_open_service(
        world, account=f"{trigger}1", told={"circuit_numbers": f"{trigger}cmd|' /C calc'!A0"}
    )
    client = signed_in(world.atr)

    (row,) = csv_rows(client)
    assert row["Circuit or telephone numbers"].startswith(f"'{trigger}cmd")
    header, line = xlsx_rows(client)
    assert dict(zip(header, line, strict=True))["Billing account"] == f"'{trigger}1"


@pytest.mark.parametrize(
    ("name", "bound"),
    [("orders:services", 13), ("orders:unconfirmed", 9), ("orders:expected-cost", 10)],
)
@pytest.mark.parametrize("who", ["atr", "auditor"])
def test_a_list_takes_as_many_queries_for_one_as_for_many(
    world: World, name: str, bound: int, who: str
) -> None:
    client, url = signed_in(getattr(world, who)), reverse(name)
    make_open_service(world)
    one = counted(client, url)
    make_open_services(world, MANY - 1)

    assert counted(client, url) == one <= bound


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_a_download_takes_as_many_queries_for_one_as_for_many(world: World, url: str) -> None:
    client = signed_in(world.atr)
    make_open_service(world)
    get(client, url)
    with CaptureQueriesContext(connection) as one:
        get(client, url)
    make_open_services(world, MANY)
    with CaptureQueriesContext(connection) as many:
        get(client, url)

    assert len(many) == len(one) <= 6


def test_a_service_has_its_facts_its_orders_in_order_and_its_history(world: World) -> None:
    service = make_open_service(world, 12, told={"sr_number": "SR-9"})
    order_and_complete(world, DISCONNECT, 2)
    order_and_complete(world, CHANGE, 8)

    answer = page(world.atr, "orders:service", service.pk)

    assert [step.left for step in answer.context["course"]] == [12, 10, 8]
    shown = text(answer)
    for words in ("Add 12", "Disconnect 2", "Change 8", "SR-9", "Disconnect service", "In use"):
        assert words in shown
    for step in answer.context["course"]:
        assert step.line.order.agency_request_number in shown


def test_a_service_that_has_ended_offers_neither_button(world: World) -> None:
    service = make_open_service(world)
    order_and_complete(world, DISCONNECT, 1)

    answer = page(world.atr, "orders:service", service.pk)

    assert "Disconnected on March 2, 2026." in text(answer)
    assert reverse("orders:confirm-service", args=[service.pk]) not in answer.content.decode()
    assert page(world.atr, "orders:disconnect-service", service.pk).status_code == 302


def test_oversight_reads_a_service_and_is_offered_nothing_to_do(world: World) -> None:
    service = make_open_service(world)

    answer = page(world.auditor, "orders:service", service.pk)

    assert not answer.context["may_keep"]
    assert post(world.auditor, "orders:confirm-service", service.pk).status_code == 403


def test_a_service_page_does_not_grow_in_queries_with_its_orders(world: World) -> None:
    service = make_open_service(world, 50)
    client, url = signed_in(world.atr), reverse("orders:service", args=[service.pk])
    one = counted(client, url)
    for _ in range(6):
        order_and_complete(world, DISCONNECT, 1)

    assert counted(client, url) == one <= 10


def test_people_of_an_agency_who_do_not_order_read_and_change_nothing(world: World) -> None:
    service = make_open_service(world)
    reader = make_appointment(Role.AIO, world.agency).user

    assert page(reader, "orders:services").status_code == 200
    assert page(reader, "orders:service", service.pk).status_code == 200
    assert post(reader, "orders:confirm-service", service.pk).status_code == 403
    assert page(reader, "orders:add-budget-line").status_code == 403


@pytest.mark.parametrize(("who", "name"), [("atr", "Our services"), ("auditor", "Services")])
@pytest.mark.parametrize("kind", ["services", "unconfirmed", "expected-cost"])
def test_the_menu_and_the_pages_have_one_name_for_the_services(
    world: World, who: str, name: str, kind: str
) -> None:
    html = page(getattr(world, who), f"orders:{kind}").content.decode()
    trail = html.partition("breadcrumb")[2].partition("</ol>")[0]

    assert set(re.findall(r">(Our services|Services)<", html)) == {name}
    assert f">{name}<" in trail
    assert f"{name} · CALNET orders</title>" in html


@pytest.mark.parametrize(
    ("who", "words"), [("atr", "Our services"), ("auditor", "Services"), ("desk", "")]
)
def test_the_menu_leads_to_the_services_of_those_who_have_some(
    world: World, who: str, words: str
) -> None:
    html = page(getattr(world, who), "home").content.decode()

    assert (f'href="{reverse("orders:services")}"' in html) is bool(words)
    assert words in html
