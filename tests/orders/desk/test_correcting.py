"""Numbers of completed lines, put right by the contractor's desk: on record, and where they go."""

from datetime import timedelta
from typing import Any

import pytest

from orders.models import OpenService, Order, OrderLine, State
from orders.services.telling.turns import follow
from stmm.audit.models import Entry
from stmm.outbox.models import Notice
from stmm.refusals import ChangedMeanwhile, WrongState
from tests.orders.desk_orders import (
    SENT_AT,
    again,
    complete,
    correct,
    everything,
    make_committed,
    progress,
)
from tests.orders.factories import World
from tests.orders.open_services import complete as complete_line
from tests.orders.open_services import make_sent_lines
from tests.orders.pages import errors, goes_to, messages, page, post, text

NUMBERS: dict[str, Any] = {
    "circuit_numbers": "HCGS.1",
    "billing_account": "9391",
    "sr_number": "SR-1",
}
RIGHT = NUMBERS | {"sr_number": "SR-10"}
LATER = SENT_AT + timedelta(days=3000)


@pytest.fixture
def done(world: World) -> Order:
    """Of two lines, the first one completed."""
    order = make_committed(world, 2)
    complete(world, order, 1, **NUMBERS)
    return again(order)


def service_of(order: Order, position: int = 1) -> OpenService:
    return OpenService.objects.get(added_by__order=order, added_by__position=position)


def test_a_number_is_corrected_and_the_former_one_stays_on_record(
    world: World, done: Order
) -> None:
    assert correct(world, done, 1, **RIGHT) is True

    row = progress(done)
    assert (row.sr_number, row.circuit_numbers, row.state) == ("SR-10", "HCGS.1", "completed")
    entry = Entry.objects.about(done).get(action="correct")
    assert (entry.actor, entry.reason) == (world.desk, "Mistyped")
    assert entry.changes == [("Request #1: SR Number", "SR-1", "SR-10")]


def test_what_works_at_the_agency_follows(world: World, done: Order) -> None:
    correct(world, done, 1, **RIGHT)

    service = service_of(done)
    assert (service.sr_number, service.billing_account) == ("SR-10", "9391")
    entry = Entry.objects.about(service).get(action="correct_numbers")
    assert entry.changes == [("SR Number", "SR-1", "SR-10")]
    assert entry.reason == f"Request #1 of {done}. Mistyped"


def test_the_agencys_people_and_followers_are_told_what_was_and_what_is(
    world: World, done: Order
) -> None:
    follow(order=done, user=world.catr)
    before = set(Notice.objects.values_list("pk", flat=True))

    correct(world, done, 1, **RIGHT)

    told = {notice.user: notice for notice in Notice.objects.exclude(pk__in=before)}
    assert set(told) == {world.atr, world.catr}
    assert told[world.atr].subject.endswith("has corrected numbers")
    assert "Request #1: SR Number: SR-10, was SR-1." in told[world.atr].text
    assert "Mistyped" in told[world.atr].text


def test_the_same_numbers_again_do_nothing_whatever_the_page_showed(
    world: World, done: Order
) -> None:
    shown = done.version
    correct(world, done, 1, version=shown, **RIGHT)
    before = everything(done)

    assert correct(world, done, 1, version=shown, **RIGHT) is False

    assert everything(done) == before


def test_a_page_gone_old_corrects_nothing(world: World, done: Order) -> None:
    shown = done.version
    correct(world, done, 1, **RIGHT)
    before = everything(done)

    with pytest.raises(ChangedMeanwhile, match="Look at its numbers as they are now"):
        correct(world, done, 1, version=shown, **NUMBERS)

    assert everything(done) == before


def test_a_line_that_is_not_completed_has_nothing_to_correct(world: World, done: Order) -> None:
    with pytest.raises(WrongState, match="Request #2 can’t be corrected: it is “date committed”"):
        correct(world, done, 2, sr_number="SR-2")


def test_numbers_of_a_completed_order_are_corrected_too(world: World, done: Order) -> None:
    complete(world, done, 2)
    assert again(done).state == State.COMPLETED

    assert correct(world, done, 2, sr_number="SR-2") is True

    assert service_of(done, 2).sr_number == "SR-2"
    assert again(done).state == State.COMPLETED


def test_an_account_taken_back_is_the_one_that_the_line_names(world: World) -> None:
    line = make_sent_lines(world, {"billing_account": "555"}).lines.get()
    complete_line(line, billing_account="556")

    correct(world, line.order, at=LATER)

    assert OpenService.objects.get().billing_account == "555"


def test_what_a_later_line_told_of_the_service_stays(world: World, done: Order) -> None:
    service = service_of(done)
    OpenService.objects.filter(pk=service.pk).update(
        sr_number="SR-77", last_line=done.lines.get(position=2)
    )

    correct(world, done, 1, **RIGHT | {"circuit_numbers": "HCGS.2"})

    corrected = service_of(done)
    assert (corrected.sr_number, corrected.circuit_numbers) == ("SR-77", "HCGS.2")


def test_where_a_later_line_told_all_that_is_corrected_the_service_stays(
    world: World, done: Order
) -> None:
    OpenService.objects.update(sr_number="SR-77", last_line=done.lines.get(position=2))

    assert correct(world, done, 1, **RIGHT) is True

    assert service_of(done).sr_number == "SR-77"
    assert not Entry.objects.filter(action="correct_numbers").exists()


def test_by_the_numbers_of_a_disconnection_no_service_goes(world: World, done: Order) -> None:
    service = service_of(done)
    line = make_sent_lines(
        world, {"order_type": OrderLine.Type.DISCONNECT, "acts_on": service}
    ).lines.get()
    complete_line(line, sr_number="X-1")

    correct(world, line.order, at=LATER, sr_number="X-2")

    assert service_of(done).sr_number == "SR-1"


@pytest.mark.parametrize("order_type", [OrderLine.Type.DISCONNECT, OrderLine.Type.CHANGE])
def test_a_line_that_acted_on_nothing_known_changes_no_service(
    world: World, order_type: str
) -> None:
    line = make_sent_lines(world, {"order_type": order_type}).lines.get()
    complete_line(line)

    assert correct(world, line.order, at=LATER, sr_number="S") is True

    assert not Entry.objects.filter(action="correct_numbers").exists()


def test_by_its_page_the_desk_corrects_what_differs(world: World, done: Order) -> None:
    key = done.lines.get(position=1).pk
    shown = text(page(world.desk, "orders:correct", done.pk))
    assert "VoIP 0, completed on March 2, 2020" in shown
    assert "VoIP 1" not in shown
    data = {f"{key}-{name}": value for name, value in RIGHT.items()}
    sent = data | {"version": str(done.version), "reason": "Mistyped"}

    answer = post(world.desk, "orders:correct", done.pk, **sent)

    assert goes_to(answer, "orders:detail", done.pk)
    assert messages(answer) == ["The numbers are corrected. The agency is told."]
    assert progress(done).sr_number == "SR-10"
    stale = post(world.desk, "orders:correct", done.pk, **sent | {f"{key}-sr_number": "SR-3"})
    assert "changed while you had it open" in errors(stale)["__all__"][0]
    assert progress(done).sr_number == "SR-10"


def test_without_a_reason_nothing_is_corrected_and_what_was_typed_stays(
    world: World, done: Order
) -> None:
    key = done.lines.get(position=1).pk

    answer = post(
        world.desk, "orders:correct", done.pk, version=done.version, **{f"{key}-sr_number": "SR-3"}
    )

    assert "reason" in errors(answer)
    assert "SR-3" in answer.content.decode()


def test_the_way_there_is_on_the_order_for_the_desk_once_a_line_is_done(
    world: World, done: Order
) -> None:
    link = "Correct numbers of completed lines"
    assert link in text(page(world.desk, "orders:detail", done.pk))
    assert link not in text(page(world.atr, "orders:detail", done.pk))
    assert link not in text(page(world.desk, "orders:detail", make_committed(world).pk))


def test_an_order_without_a_completed_line_says_so(world: World) -> None:
    order = make_committed(world)

    assert "No line is completed" in text(page(world.desk, "orders:correct", order.pk))
