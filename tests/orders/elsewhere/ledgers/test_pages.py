"""The pages of purchase ledgers."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import Ledger
from tests.factories import signed_in
from tests.orders.elsewhere_records import (
    ledger_csv,
    ledger_line,
    make_ledger,
    reread,
    send_ledger,
)
from tests.orders.factories import World
from tests.orders.pages import Answer, errors, goes_to, messages, page, post, text

pytestmark = pytest.mark.django_db


def send(user: Any, world: World, content: bytes, name: str = "ledger.csv") -> Answer:
    file = SimpleUploadedFile(name, content, "text/csv")
    return post(user, "orders:upload-ledger", agency=world.agency.pk, file=file, key=uuid4())


def test_a_ledger_is_sent_waited_for_and_looked_at(world: World) -> None:
    client = signed_in(world.atr)
    answer = send(client, world, ledger_csv([ledger_line(Description="Hosted VoIP")]))
    ledger = Ledger.objects.get()
    assert goes_to(answer, "orders:ledger", ledger.pk)
    waiting = page(world.atr, "orders:ledger", ledger.pk)
    assert "0 lines read, 0 looked up" in text(waiting)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    reread(ledger)
    told = client.get(ledger.get_absolute_url(), headers={"HX-Request": "true"})
    assert told["HX-Refresh"] == "true"
    seen = text(page(world.auditor, "orders:ledger", ledger.pk))
    assert "Recorded" in seen
    assert "1; 1 to be settled" in seen
    assert "Withdraw the ledger" not in seen
    listed = text(page(world.catr, "orders:ledgers"))
    assert "ledger.csv" in listed
    same = send(client, world, ledger_csv([ledger_line(Description="Hosted VoIP")]))
    assert messages(same)[-1] == "This very file was uploaded before: here it is."
    withdrawn = post(client, "orders:withdraw-ledger", ledger.pk, reason="Last year’s")
    assert goes_to(withdrawn, "orders:ledger", ledger.pk)
    assert "Withdrawn" in text(page(world.atr, "orders:ledger", ledger.pk))


def test_wrong_cells_are_listed_by_row_and_column(world: World) -> None:
    ledger = make_ledger(world, [ledger_line(Amount="<b>lots</b>")])
    answer = page(world.atr, "orders:ledger", ledger.pk)

    assert "Nothing was recorded. 1 cell is to be mended." in text(answer)
    assert "&lt;b&gt;lots" in answer.content.decode()
    back = signed_in(world.atr)
    refused = post(back, "orders:withdraw-ledger", ledger.pk, reason="x")
    assert goes_to(refused, "orders:ledger", ledger.pk)
    assert "nothing of it is recorded" in messages(refused)[-1]


def test_what_is_no_ledger_is_refused_before_it_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content, problem in (
        ("ledger.pdf", b"%PDF", "Choose a file named"),
        ("ledger.csv", b"", "The file is empty."),
    ):
        assert problem in errors(send(world.atr, world, content, name))["file"][0]
    monkeypatch.setattr("orders.forms.elsewhere.outside.MAX_FILE_BYTES", 3)
    assert "larger than" in errors(send(world.atr, world, b"a,b,c"))["file"][0]
    assert not Ledger.objects.exists()


def test_the_file_is_given_back_as_it_came(world: World) -> None:
    content = ledger_csv([ledger_line()])
    ledger = send_ledger(world, content=content)

    assert page(world.auditor, "orders:ledger-file", ledger.pk).content == content
    template = b"".join(page(world.atr, "orders:ledger-template").streaming_content)
    assert template.decode("utf-8-sig").startswith("Vendor,Description,Product ID")


def test_the_list_of_ledgers_takes_the_same_queries_for_one_and_many(world: World) -> None:
    client = signed_in(world.auditor)
    name = "orders:ledgers"
    address = reverse(name)
    assert "No ledger has been uploaded yet" in text(page(world.auditor, name))
    send_ledger(world, [ledger_line()])
    client.get(address)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    few = queries()
    for number in range(4):
        send_ledger(world, [ledger_line(Vendor=f"Vendor {number}")])

    assert queries() == few <= 10


def test_who_only_looks_on_sends_and_withdraws_nothing(world: World) -> None:
    ledger = make_ledger(world, [ledger_line()])
    assert page(world.auditor, "orders:upload-ledger").status_code == 403
    assert page(world.auditor, "orders:withdraw-ledger", ledger.pk).status_code == 403
    form = page(world.atr, "orders:withdraw-ledger", ledger.pk)
    assert "with your reason" in text(form)
