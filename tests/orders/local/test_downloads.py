"""Notices of leaving and local documents as files: what the list shows, line by line."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from stmm.accounts.models import User
from stmm.exports import BYTE_ORDER_MARK
from tests.catalog.factories import make_free
from tests.factories import TODAY, signed_in
from tests.orders import leavings, local_orders
from tests.orders.factories import World


def body(user: User, name: str, **wanted: str) -> bytes:
    answer: Any = signed_in(user).get(reverse(name), wanted)
    return b"".join(answer.streaming_content)


def lines(user: User, name: str, **wanted: str) -> list[list[str]]:
    """The rows of a CSV file below its head."""
    text = body(user, name, **wanted).decode().removeprefix(BYTE_ORDER_MARK)
    return list(csv.reader(StringIO(text)))[1:]


def test_each_line_of_a_document_is_a_row(world: World) -> None:
    sent = local_orders.make_sent(world, world.mandatory, world.optional, number="PO-7")
    local_orders.make_draft(world, number="=PO-8")

    rows = lines(world.purchaser, "orders:locals-csv")

    assert [(row[0], row[7], row[8]) for row in rows] == [
        ("'=PO-8", "1", "Hosted VoIP"),
        ("PO-7", "1", "Hosted VoIP"),
        ("PO-7", "2", "Toll-free line"),
    ]
    assert rows[0][11:] == [""] * 5
    assert rows[1][1:7] == [
        sent.number, "City of Lodi", "AT&T", "C4-DNCS-19", "Sent to contractor", "2026-02-27",
    ]  # fmt: skip
    still_open = lines(world.purchaser, "orders:locals-csv", show="open")
    assert still_open == lines(world.desk, "orders:locals-csv") == rows[1:]
    assert lines(world.atr, "orders:locals-csv") == []


def test_what_the_contractor_completed_is_in_its_row(world: World) -> None:
    order = local_orders.make_acknowledged(world)
    local_orders.complete(world, order, billing_account="555")
    [row] = lines(world.stnd, "orders:locals-csv")
    assert row[13:15] == [str(TODAY), "555"]


def test_each_thing_that_leaves_is_a_row(world: World) -> None:
    make_free(world.contract)
    given = leavings.make_given(world, on=TODAY)
    drafted = leavings.make_draft(world, services=[world.optional], on=TODAY)

    rows = lines(world.purchaser, "orders:leavings-csv")

    assert [row[0] for row in rows] == [drafted.number, given.number]
    assert [row[5] for row in rows] == ["Drafted", "Notice given"]
    assert rows[1][7:] == ["555", "2026-03-02", "2026-04-01", "", ""]
    running = lines(world.purchaser, "orders:leavings-csv", show="running")
    assert running == lines(world.desk, "orders:leavings-csv") == rows[1:]
    # Its day has passed by when the page is read
    assert lines(world.stnd, "orders:leavings-csv", show="late") == rows[1:]


@pytest.mark.parametrize("name", ["orders:leavings-xlsx", "orders:locals-xlsx"])
def test_the_workbook_holds_the_same(world: World, name: str) -> None:
    local_orders.make_draft(world, number="PO-1")
    leavings.make_draft(world, services=[world.optional])
    book = CalamineWorkbook.from_filelike(BytesIO(body(world.purchaser, name)))
    assert "City of Lodi" in book.get_sheet_by_index(0).to_python()[1]
