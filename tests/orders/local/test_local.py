"""Orders on local purchasing documents: checked like a STD. 20, sent once, completed simply."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from orders.models import (
    LocalDecision,
    LocalLine,
    LocalOrder,
    LocalState,
)
from orders.services.local import recording as service_of
from stmm.audit.services import verify
from stmm.documents.models import StoredDocument
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.catalog.factories import make_category, make_contract, make_offer, make_service
from tests.factories import AT, TODAY
from tests.orders.factories import World, access, make_ato
from tests.orders.local_orders import (
    DOCUMENT,
    SAID,
    Doing,
    actions,
    add,
    again,
    make_draft,
    make_recorded,
    record,
    start,
    state,
)

TOMORROW = TODAY + timedelta(days=1)


def test_a_document_begins_with_its_file_and_a_number(world: World) -> None:
    order = start(world, "PO-7")

    assert str(order) == f"LOCAL-2026-{order.pk:06d}"
    assert (order.state, order.agency, order.document_number) == ("draft", world.city, "PO-7")
    assert bytes(order.file.content) == DOCUMENT
    assert order.file.file_name == "purchase order.pdf"
    assert actions(order) == ["start_local_order"]


def test_the_same_first_page_sent_again_begins_no_second_one(world: World) -> None:
    key = uuid4()

    def begin() -> int:
        return service_of.start(
            agency=world.city,
            contract=world.contract,
            key=key,
            fields={"document_number": "PO-1", **SAID},
            file_name="po.pdf",
            content=DOCUMENT,
            access=access(world.purchaser),
            at=AT,
        ).pk

    assert begin() == begin()
    assert StoredDocument.objects.filter(kind="local_document").count() == 1


@pytest.mark.parametrize(("who", "whose"), [("atr", "agency"), ("atr", "city"), ("stnd", "city")])
def test_only_an_authorized_purchaser_of_a_body_outside_state_government_records_one(
    world: World, who: str, whose: str
) -> None:
    with pytest.raises(NotAllowed, match=r"outside State government|authorized purchaser"):
        service_of.start(
            agency=getattr(world, whose),
            contract=world.contract,
            key=uuid4(),
            fields={"document_number": "PO-1", **SAID},
            file_name="po.pdf",
            content=DOCUMENT,
            access=access(getattr(world, who)),
            at=AT,
        )


def test_a_number_is_recorded_once_under_a_contract_until_it_is_given_up(world: World) -> None:
    first = start(world, "PO-1")

    with pytest.raises(Incomplete, match=f"PO-1 is recorded as {first} already"):
        start(world, "PO-1")
    Doing(world, first).abandon()
    second = start(world, "PO-1")
    assert second != first
    other = start(world, "PO-2")
    with pytest.raises(Incomplete, match=f"recorded as {second}"):
        Doing(world, other).change(document_number="PO-1")


def test_what_is_not_a_pdf_is_refused(world: World) -> None:
    with pytest.raises(Incomplete, match="not a PDF"):
        start(world, content=b"MZ a program")
    order = start(world)
    with pytest.raises(Incomplete, match="not a PDF"):
        service_of.change(
            order=order,
            fields={},
            version=order.version,
            file_name="x.pdf",
            content=b"MZ",
            access=access(world.purchaser),
            at=AT,
        )


def test_a_contract_out_of_term_or_for_listed_buyers_is_refused(world: World) -> None:
    with pytest.raises(Incomplete, match="not in term today"):
        start(world, contract=make_contract(until=TODAY))
    world.contract.buyers = "listed"
    world.contract.save()
    with pytest.raises(Incomplete, match="only for the agencies on its list"):
        start(world)


def test_fields_and_file_are_changed_on_record(world: World) -> None:
    order = start(world)
    doing = Doing(world, order)

    doing.change(contact_name="Mia Chen")
    doing.change(contact_name="Mia Chen")
    changed = service_of.change(
        order=order,
        fields={},
        version=again(order).version,
        file_name="signed.pdf",
        content=DOCUMENT + b"signed",
        access=access(world.purchaser),
        at=AT,
    )

    assert (changed.contact_name, changed.file.file_name) == ("Mia Chen", "signed.pdf")
    assert actions(order).count("change_local_order") == 2
    with pytest.raises(ChangedMeanwhile):
        service_of.change(
            order=order,
            fields={"contact_name": "X"},
            version=order.version - 1,
            access=access(world.purchaser),
            at=AT,
        )


def test_lines_are_added_once_and_taken_off_and_the_others_move_up(world: World) -> None:
    order, key = start(world), uuid4()
    for _ in range(2):
        service_of.add_line(
            order=order,
            service=world.mandatory,
            quantity=3,
            key=key,
            access=access(world.purchaser),
            at=AT,
        )
    second = add(world, order, world.undesignated)
    add(world, order, world.optional, 2)

    for _ in range(2):
        service_of.remove_line(line=second, access=access(world.purchaser), at=AT)

    assert [(line.position, line.quantity) for line in order.lines.all()] == [(1, 3), (2, 2)]
    assert actions(order).count("remove_line") == 1


def test_a_service_of_another_contract_or_a_line_too_many_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = start(world)
    with pytest.raises(NotAllowed, match="is not under"):
        add(world, order, make_service("Fax", make_contract()))
    monkeypatch.setattr(service_of, "MOST_LINES", 1)
    add(world, order, world.mandatory)
    with pytest.raises(Incomplete, match="as many as it may"):
        add(world, order, world.optional)


def test_recording_keeps_the_decisions_and_the_charges_of_the_day(world: World) -> None:
    order = make_recorded(world, world.mandatory, world.undesignated)

    line = order.lines.earliest("position")
    assert (line.mrc, line.nrc, line.price_basis) == (Decimal(96), Decimal(45), "sample")
    assert (line.mrc_total, line.nrc_total) == (Decimal(192), Decimal(90))
    decisions = LocalDecision.objects.filter(line__order=order)
    assert {each.headline for each in decisions} == {"Allowed: listed on your ATO"}
    assert [cited.id for cited in decisions[0].citations] == ["PO-4.1", "PO-4.3"]
    assert decisions[0].window == (date(2025, 7, 1), date(2027, 7, 1))
    assert (order.state, order.recorded_by) == (LocalState.RECORDED, world.purchaser)
    assert verify().faults == ()
    make_offer(world.mandatory, effective_from=TODAY, mrc=Decimal(1))
    assert LocalLine.objects.get(pk=line.pk).mrc == Decimal(96)


def test_a_line_without_a_charge_has_no_total(world: World) -> None:
    by_use = make_service("Calls", world.contract, mrc=None, nrc=None, usage_rate="$0.02 a minute")
    line = make_recorded(world, by_use).lines.get()

    assert (line.mrc_total, line.nrc_total, line.usage_rate) == (None, None, "$0.02 a minute")


def test_a_second_click_records_nothing_twice(world: World) -> None:
    order = make_recorded(world)

    assert record(world, order).version == order.version
    assert actions(order).count("record_local_order") == 1
    assert LocalDecision.objects.count() == 1


def take_the_lines_off(order: LocalOrder) -> None:
    order.lines.all().delete()


def withdraw_the_service(order: LocalOrder) -> None:
    make_offer(order.lines.get().service, effective_from=TODAY, withdrawn=True)


def date_it_tomorrow(order: LocalOrder) -> None:
    LocalOrder.objects.filter(pk=order.pk).update(document_date=TOMORROW)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (take_the_lines_off, "Add at least one service"),
        (withdraw_the_service, "withdrew this service"),
        (date_it_tomorrow, "dated March 3, 2026"),
    ],
)
def test_what_a_std_20_could_not_order_a_document_can_not_either(
    world: World, spoil: Callable[[LocalOrder], None], why: str
) -> None:
    order = make_draft(world)
    spoil(order)

    with pytest.raises(Incomplete, match=why):
        record(world, order)
    assert state(order) == LocalState.DRAFT


def test_under_a_contract_that_ended_meanwhile_nothing_is_ordered(world: World) -> None:
    ending = make_contract("C4-END", world.contract.contractor.name, until=TOMORROW)
    make_ato(world.city, ending)
    order = start(world, contract=ending)
    add(world, order, make_service("Hosted VoIP", ending))

    with pytest.raises(Incomplete, match="not in term today"):
        record(world, order, at=AT + timedelta(days=1))


def test_what_no_ato_lists_can_not_be_ordered(world: World) -> None:
    other = make_contract("C4-OTHER", world.contract.contractor.name)
    make_ato(world.city, other, categories=[make_category("9", "Radio")])
    order = start(world, contract=other)
    add(world, order, make_service("Hosted VoIP", other))

    with pytest.raises(Incomplete, match=r"Hosted VoIP is not on the ATO.*\(PO-4\.1\)"):
        record(world, order)


def test_what_could_not_be_printed_is_refused_by_name(world: World) -> None:
    order = make_draft(world)
    type(world.mandatory).objects.filter(pk=world.mandatory.pk).update(name="VoIP \U0001f600")

    with pytest.raises(Incomplete, match="can’t be printed in the record"):
        record(world, order)


def test_a_recorded_document_is_not_edited(world: World) -> None:
    order = make_recorded(world)

    with pytest.raises(WrongState, match="it is “recorded, being sent” now"):
        add(world, order, world.optional)
