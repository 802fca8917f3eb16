"""The record of a local purchasing document: archival, accessible, made once, mailed once."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.utils import timezone

from orders.documents.local_record import Record, as_json, printed_record, record_pdf
from orders.jobs import OVERDUE, local_orders_left_behind, send_local_order
from orders.models import LocalOrder, LocalState
from orders.services.local import sending
from stmm.audit.models import Entry
from stmm.documents.models import StoredDocument
from stmm.outbox.models import Notice, OutgoingMail
from tests.catalog.factories import make_free, make_service
from tests.documents.printed import complaints, words
from tests.factories import AT
from tests.orders.factories import World
from tests.orders.local_orders import RECORD, again, make_draft, make_recorded, state
from tests.orders.test_races import AT_ONCE, at_once
from tests.triggers import without_triggers
from tests.worker import run_worker


def make_record(world: World) -> Record:
    by_use = make_service("Calls", world.contract, mrc=None, nrc=None, usage_rate="$0.02")
    order = make_recorded(world, world.mandatory, by_use, number="PO-77")
    return sending.record_of(order)


def test_the_record_says_what_is_ordered_at_which_charges_and_why_it_may_be(world: World) -> None:
    shown = words(record_pdf(make_record(world)))

    for said in (
        "LOCALLY AUTHORIZED PURCHASING DOCUMENT",
        "PO-77, February 27, 2026",
        "City of Lodi",
        "purchase order.pdf",
        "Hosted VoIP",
        "$192.00",
        "$0.02",
        "Allowed: listed on your ATO",
        "July 1, 2025 to June 30, 2027",
        "can also use any locally authorized purchasing document",
        "Recorded by Luis Ortega",
    ):
        assert said in shown, said


def test_under_a_contract_that_binds_nobody_the_record_names_no_two_years(world: World) -> None:
    make_free(world.contract)
    assert [line.window for line in make_record(world).lines] == ["", ""]


def test_the_record_is_archival_and_accessible(world: World, tmp_path: Path) -> None:
    record = make_record(world)
    assert complaints(record_pdf(record), tmp_path) == []

    many = replace(record, lines=record.lines * 60, sample_notice="")
    assert complaints(record_pdf(many), tmp_path) == []


def test_the_same_record_gives_the_same_bytes_with_its_data_inside(world: World) -> None:
    record = make_record(world)

    made = record_pdf(record)

    assert made == record_pdf(record)
    with pikepdf.open(BytesIO(made)) as opened:
        data = json.loads(opened.attachments["local-order.json"].get_file().read_bytes())
    assert data == as_json(record)
    assert [line["mrc"] for line in data["lines"]] == ["96.0000", None]
    assert data["audit_entry_sha256"] == Entry.objects.get(action="record_local_order").hash


def test_prices_that_are_no_samples_carry_no_notice(world: World) -> None:
    official = make_service("Official", world.contract, price_basis="official")
    order = make_recorded(world, official)

    assert sending.record_of(order).sample_notice == ""


def test_there_is_no_record_of_a_draft(world: World) -> None:
    with pytest.raises(ValueError, match="is not recorded"):
        printed_record(make_draft(world), audit_entry_hash="")


def test_it_is_made_once_and_mailed_once_with_the_document(world: World) -> None:
    order = make_recorded(world)

    for _ in range(2):
        sending.send(order=order, at=AT)

    order = again(order)
    assert (order.state, order.sent_at) == (LocalState.SENT, AT)
    mail = OutgoingMail.objects.about(order).get()
    assert list(mail.documents.order_by("pk")) == [order.file, order.record]
    assert mail.recipients == ["desk@contractor.example"]
    assert f"Document number: {order.document_number}" in mail.text
    assert Entry.objects.about(order).filter(action="send_local_order").count() == 1
    assert Notice.objects.filter(user=world.desk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_made_by_many_workers_at_once_it_is_kept_and_mailed_once(committed_world: World) -> None:
    order = make_recorded(committed_world)

    at_once(*[lambda: sending._send(order, RECORD, AT)] * AT_ONCE)

    assert StoredDocument.objects.filter(kind="local_record").count() == 1
    assert OutgoingMail.objects.about(order).count() == 1
    assert Entry.objects.filter(action="send_local_order").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_what_was_asked_for_and_what_a_crash_left_behind(
    committed_world: World,
) -> None:
    orders = [make_recorded(committed_world) for _ in range(2)]
    with without_triggers():
        LocalOrder.objects.filter(pk=orders[0].pk).update(recorded_at=timezone.now() - OVERDUE)
        LocalOrder.objects.filter(pk=orders[1].pk).update(recorded_at=timezone.now())
    assert local_orders_left_behind(timezone.now()) == [orders[0].pk]

    run_worker()

    assert {state(order) for order in orders} == {LocalState.SENT}
    assert local_orders_left_behind(timezone.now()) == []
    send_local_order.call(orders[0].pk)
    assert OutgoingMail.objects.about(orders[0]).count() == 1
