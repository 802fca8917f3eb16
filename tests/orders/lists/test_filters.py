"""The list of orders, narrowed by its address: filters, what waits for me, kept filters, files."""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from orders.models import Order, Question, SavedFilter
from orders.services.lists import MOST
from orders.views import lists
from stmm.audit.models import Entry
from tests.catalog.factories import make_category, make_contract, make_service
from tests.factories import AT, signed_in
from tests.orders.factories import (
    World,
    fill,
    make_draft,
    make_mailed_order,
    make_ready_order,
    make_sent_order,
    make_signed_order,
)
from tests.orders.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def atr(world: World) -> Client:
    return signed_in(world.atr)


def get(
    browser: Client,
    address: str = "",
    asked: Mapping[str, object] | None = None,
    *,
    follow: bool = False,
) -> Any:
    """An answer of the list, or of what is below it."""
    query = {key: str(value) for key, value in (asked or {}).items()}
    return browser.get(f"/orders/{address}", query, follow=follow)


def listed(browser: Client, **asked: object) -> list[Order]:
    return list(get(browser, asked=asked).context["page"])


def test_orders_not_done_with_are_one_choice(world: World, atr: Client) -> None:
    sent, draft = make_sent_order(world), make_draft(world)
    abandoned = make_draft(world)
    Order.objects.filter(pk=abandoned.pk).update(state="abandoned")
    assert set(listed(atr, state="unfinished")) == {sent, draft}
    assert listed(atr, state="routed") == [sent]


def test_by_contractor_category_and_service_address(world: World, atr: Client) -> None:
    fresno, lodi = make_ready_order(world), make_ready_order(world)
    fill(fresno, by=world.atr, requested_address="1382 W Olive Ave\nFresno, CA 93728")
    other = make_contract(contractor="Verizon")
    category = make_category("22", "Cloud Hosted VoIP")
    of_verizon = make_service("Satellite", other, category=category)
    contractor = world.contract.contractor_id
    assert set(listed(atr, contractor=contractor)) == {fresno, lodi}
    assert listed(atr, contractor=other.contractor_id) == []
    assert set(listed(atr, category=world.mandatory.category_id)) == {fresno, lodi}
    assert listed(atr, category=of_verizon.category_id) == []
    assert listed(atr, site="fresno") == [fresno]


def test_by_monthly_total_as_signed(world: World, atr: Client) -> None:
    one = make_signed_order(world)
    two = make_signed_order(world, world.mandatory, world.optional)
    make_draft(world, world.mandatory)
    assert listed(atr, monthly_from="100") == [two]
    assert listed(atr, monthly_to="96") == [one]
    assert listed(atr, sort="monthly")[:2] == [two, one]
    assert "$192.00" in text(get(atr))


def test_by_order_date(world: World, atr: Client) -> None:
    order = make_draft(world)
    day, after = order.order_date, order.order_date + timedelta(days=1)
    assert listed(atr, since=day, until=day) == [order]
    assert listed(atr, since=after) == []
    assert listed(atr, until=day - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"monthly_from": "5", "monthly_to": "2"}, "less than the total it starts from"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "before the first one"),
        ({"since": "soon"}, "Enter a valid date"),
        ({"state": "lost"}, "Select a valid choice"),
        ({"contractor": "x"}, "Select a valid choice"),
    ],
)
def test_a_filter_that_can_not_be_read_is_told_and_filters_nothing(
    world: World, atr: Client, asked: dict[str, str], said: str
) -> None:
    make_draft(world)
    page = get(atr, asked=asked)
    assert said in text(page)
    assert "Problem: Orders" in text(page)
    for name in ("orders.csv", "orders.xlsx", "std20s.zip"):
        assert get(atr, name, asked).status_code == 302


def test_what_waits_for_me(world: World) -> None:
    mine, of_catr = make_draft(world), make_draft(world, by=world.catr)
    asked, quiet = make_sent_order(world), make_sent_order(world)
    Question.objects.create(order=asked, text="Which floor?", asked_by=world.desk, asked_at=AT)
    acknowledged = make_sent_order(world)
    Order.objects.filter(pk=acknowledged.pk).update(state="acknowledged", acknowledged_at=AT)
    assert set(listed(signed_in(world.atr), turn="on")) == {mine, asked}
    assert set(listed(signed_in(world.catr), turn="on")) == {of_catr, asked}
    assert set(listed(signed_in(world.desk), turn="on")) == {asked, quiet, acknowledged}
    acknowledged.lines.get().progress.delete()
    assert set(listed(signed_in(world.desk), turn="on")) == {asked, quiet}
    assert listed(signed_in(world.auditor), turn="on") == []


def test_a_filter_is_kept_used_and_forgotten(world: World, atr: Client) -> None:
    for _ in range(2):
        answer = atr.post("/orders/filters/", {"name": "Fresno", "query": "site=fresno"})
        assert answer.headers["Location"] == "/orders/?site=fresno"
    kept = SavedFilter.objects.get()
    assert "/orders/?site=fresno" in atr.get("/orders/").text
    assert "Fresno" not in text(get(signed_in(world.catr)))
    signed_in(world.catr).post(f"/orders/filters/{kept.pk}/forget/")
    assert SavedFilter.objects.exists()
    atr.post(f"/orders/filters/{kept.pk}/forget/")
    assert not SavedFilter.objects.exists()


def keep(browser: Client, **typed: str) -> Any:
    return browser.post("/orders/filters/", typed)


def test_a_filter_needs_a_name_and_only_so_many_are_kept(world: World, atr: Client) -> None:
    assert "Fill this in" in text(keep(atr, name="", query="q=x"))
    for number in range(MOST):
        atr.post("/orders/filters/", {"name": f"F{number}", "query": ""})
    assert "remove one first" in text(keep(atr, name="One more", query=""))
    atr.post("/orders/filters/", {"name": "F1", "query": "state=draft"})
    assert SavedFilter.objects.count() == MOST
    assert SavedFilter.objects.get(name="F1").query == "state=draft"


def test_the_files_hold_what_the_list_shows(world: World, atr: Client) -> None:
    signed, draft = make_signed_order(world), make_draft(world, number="=1+1")
    answer = atr.get("/orders/orders.csv", {"state": "unfinished"})
    table = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row[0] for row in table[1:]] == [draft.number, signed.number]
    assert table[1][1] == "'=1+1"
    assert table[2][5] == "Signed, being prepared"
    assert table[2][7] == "2026-03-02"
    assert table[2][12] == "96.0000"
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(atr.get("/orders/orders.xlsx", {"state": "unfinished"}).getvalue())
    )
    sheet = book.get_sheet_by_name("Orders").to_python()
    assert [row[0] for row in sheet[1:]] == [draft.number, signed.number]
    assert sheet[2][12] == 96


def test_the_forms_of_what_the_list_shows_come_in_one_archive_each_recorded(
    world: World, atr: Client
) -> None:
    orders = [make_mailed_order(world) for _ in range(2)]
    make_draft(world)
    answer = atr.get("/orders/std20s.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == sorted(f"{order.number}.pdf" for order in orders)
        assert archive.read(archive.namelist()[0]).startswith(b"%PDF")
    assert Entry.objects.filter(action="download").count() == 2


def test_an_archive_of_nothing_or_of_too_much_is_refused_with_a_reason(
    world: World, atr: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_draft(world)
    assert "None of these orders" in text(get(atr, "std20s.zip", follow=True))
    monkeypatch.setattr(lists, "MOST_FORMS", 1)
    for _ in range(2):
        make_mailed_order(world)
    assert "narrow the list down" in text(get(atr, "std20s.zip", follow=True))


def test_the_list_and_its_file_take_the_same_queries_for_any_length(
    world: World, atr: Client
) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer: Any = atr.get(address)
            list(answer.streaming_content if answer.streaming else [])
        return len(captured)

    make_signed_order(world)
    few = [queries("/orders/?turn=on"), queries("/orders/"), queries("/orders/orders.csv")]
    for _ in range(6):
        make_signed_order(world)
    many = [queries("/orders/?turn=on"), queries("/orders/"), queries("/orders/orders.csv")]
    assert many == few
    assert max(few) <= 13
