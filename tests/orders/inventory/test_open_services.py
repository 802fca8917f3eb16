"""Open services: what a completed line makes of them, once, whatever comes in which order."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.models import LineProgress, OpenService, OrderLine, TakenUp
from orders.services.desk import acts as desk
from orders.services.desk.steps import Numbers
from orders.services.inventory.open_services import take_up
from stmm.audit.models import Entry
from tests.catalog.factories import LONG_AGO, make_offer
from tests.factories import AT, TODAY
from tests.orders.factories import FILLED, World, access
from tests.orders.open_services import (
    ACCOUNT,
    ADD,
    CHANGE,
    DISCONNECT,
    MOVE,
    complete,
    make_open_service,
    make_sent_lines,
    order_and_complete,
)

LATER = TODAY + timedelta(days=3)


def again(service: OpenService) -> OpenService:
    return OpenService.objects.get(pk=service.pk)


def last_entry(subject: OpenService) -> Entry:
    entry = Entry.objects.about(subject).first()
    assert entry is not None
    return entry


def test_an_add_opens_a_service_with_what_line_order_and_contractor_say(world: World) -> None:
    order = make_sent_lines(world, {"quantity": 12, "billing_account": ""}, budget_code="0044-IT")
    line = order.lines.get()

    complete(line, on=LATER, billing_account="777", circuit_numbers="HCGS.1", sr_number="SR-9")

    service = OpenService.objects.get()
    assert (service.agency, service.service, service.quantity) == (
        world.agency,
        world.mandatory,
        12,
    )
    assert (service.mrc, service.monthly_cost) == (Decimal(96), Decimal(1152))
    assert service.site == FILLED["requested_address"]
    assert (service.billing_account, service.circuit_numbers) == ("777", "HCGS.1")
    assert (service.sr_number, service.budget_code) == ("SR-9", "0044-IT")
    assert (service.since, service.ended_on, service.confirmed_at) == (LATER, None, None)
    assert service.added_by == service.last_line == line
    entry = last_entry(service)
    assert (entry.action, entry.actor) == ("add_service", None)
    assert entry.reason == f"Request #1 of {order}, completed."


def test_without_the_contractors_word_the_account_is_the_lines(world: World) -> None:
    assert make_open_service(world, account="321").billing_account == "321"


def test_a_disconnect_takes_from_what_there_is_and_ends_it_at_none(world: World) -> None:
    service = make_open_service(world, 12)

    order_and_complete(world, DISCONNECT, 5, on=LATER)
    assert (again(service).quantity, again(service).ended_on) == (7, None)
    assert last_entry(service).changes == [("quantity", "12", "7")]

    order_and_complete(world, DISCONNECT, 7, on=LATER)
    assert (again(service).quantity, again(service).ended_on) == (0, LATER)
    assert last_entry(service).action == "disconnect_service"


def test_more_disconnected_than_there_is_takes_what_is_there_and_is_told(world: World) -> None:
    service = make_open_service(world, 2)

    order_and_complete(world, DISCONNECT, 5)

    assert again(service).quantity == 0
    assert last_entry(service).reason.endswith("5 were to be disconnected, 2 were there.")


def test_a_change_follows_charge_quantity_and_numbers_of_the_line(world: World) -> None:
    service = make_open_service(world, 2, told={"circuit_numbers": "OLD", "sr_number": "SR-1"})
    make_offer(world.mandatory, effective_from=LONG_AGO, mrc=Decimal(80))
    order = make_sent_lines(world, {"order_type": CHANGE, "quantity": 9})

    complete(order.lines.get(), circuit_numbers="NEW")

    changed = again(service)
    assert (changed.quantity, changed.mrc) == (9, Decimal(80))
    assert (changed.circuit_numbers, changed.sr_number) == ("NEW", "SR-1")
    assert changed.billing_account == ACCOUNT
    assert changed.last_line == order.lines.get()
    assert last_entry(service).action == "change_service"


def test_a_change_to_another_service_of_the_contract_makes_it_that_one(world: World) -> None:
    service = make_open_service(world, 2)

    order_and_complete(world, CHANGE, 2, service=world.optional, acts_on=service)

    assert again(service).service == world.optional
    assert ("service", str(world.mandatory), str(world.optional)) in last_entry(service).changes


def test_a_move_brings_all_of_a_service_to_the_requested_address(world: World) -> None:
    service = make_open_service(world, 2)
    order = make_sent_lines(
        world, {"order_type": MOVE, "quantity": 2}, requested_address="2 New Road"
    )

    complete(order.lines.get(), circuit_numbers="HCGS.2")

    assert (again(service).site, again(service).circuit_numbers) == ("2 New Road", "HCGS.2")
    assert OpenService.objects.count() == 1


def test_a_part_that_moves_becomes_a_service_of_its_own_as_old_as_the_rest(world: World) -> None:
    service = make_open_service(world, 12, told={"sr_number": "SR-1"}, on=date(2026, 1, 5))
    order = make_sent_lines(
        world, {"order_type": MOVE, "quantity": 5}, requested_address="2 New Road"
    )

    moved = complete(order.lines.get())

    assert moved is not None
    assert (again(service).quantity, again(service).site) == (7, FILLED["requested_address"])
    assert (moved.quantity, moved.site, moved.since) == (5, "2 New Road", date(2026, 1, 5))
    assert (moved.sr_number, moved.billing_account, moved.mrc) == ("SR-1", ACCOUNT, Decimal(96))
    assert complete(order.lines.get()) == moved
    assert OpenService.objects.aggregate(all=Sum("quantity"))["all"] == 12


def test_more_moved_than_there_is_moves_what_is_there_and_is_told(world: World) -> None:
    service = make_open_service(world, 2)

    order_and_complete(world, MOVE, 3)

    assert again(service).quantity == 2
    assert last_entry(service).reason.endswith("3 were to be moved, 2 were there.")


@pytest.mark.parametrize("order_type", [DISCONNECT, CHANGE, MOVE])
def test_what_has_ended_stays_ended_and_is_told(world: World, order_type: str) -> None:
    service = make_open_service(world, 2)
    order_and_complete(world, DISCONNECT, 2, on=TODAY)

    order_and_complete(world, order_type, 1, on=LATER, acts_on=service)

    assert (again(service).quantity, again(service).ended_on) == (0, TODAY)
    reason = last_entry(service).reason
    assert "0 were there." in reason or "stays ended" in reason


@pytest.mark.parametrize("order_type", [DISCONNECT, CHANGE, MOVE])
def test_what_this_system_does_not_know_is_told_of_the_order_and_changes_nothing(
    world: World, order_type: str
) -> None:
    make_open_service(world, account="another")
    order = make_sent_lines(world, {"order_type": order_type})
    before = list(OpenService.objects.values())

    assert complete(order.lines.get()) is None
    assert complete(order.lines.get()) is None

    assert list(OpenService.objects.values()) == before
    entries = Entry.objects.about(order).filter(action=f"{order_type}_service")
    assert "This system knows no such service of the agency" in entries.get().reason


def test_of_two_that_could_be_meant_neither_is_touched(world: World) -> None:
    for _ in range(2):
        make_open_service(world, 3)
    order = make_sent_lines(world, {"order_type": DISCONNECT})

    assert complete(order.lines.get()) is None
    assert OpenService.objects.working().aggregate(all=Sum("quantity"))["all"] == 6
    entry = Entry.objects.about(order).filter(action="disconnect_service").get()
    assert "several such services" in entry.reason


def test_the_one_that_is_named_is_meant_whatever_its_account(world: World) -> None:
    first, second = make_open_service(world, 3), make_open_service(world, 3, account="x")

    order_and_complete(world, DISCONNECT, 1, acts_on=second)

    assert (again(first).quantity, again(second).quantity) == (3, 2)


def test_services_of_another_agency_are_never_meant(world: World) -> None:
    theirs = make_open_service(world, 3, by=world.purchaser, service=world.mandatory)

    assert order_and_complete(world, DISCONNECT, 1) is None
    assert again(theirs).quantity == 3


@pytest.mark.parametrize("order_type", [ADD, DISCONNECT, CHANGE, MOVE])
def test_the_same_line_twice_does_nothing_the_second_time(world: World, order_type: str) -> None:
    make_open_service(world, 5)
    line = make_sent_lines(world, {"order_type": order_type, "quantity": 2}).lines.get()
    first = complete(line)
    order_and_complete(world, DISCONNECT, 1, acts_on=first)
    before, entries = list(OpenService.objects.values()), Entry.objects.count()

    assert complete(line) == first

    assert list(OpenService.objects.values()) == before
    assert Entry.objects.count() == entries


def test_the_database_takes_a_line_up_once_and_keeps_it(world: World) -> None:
    service = make_open_service(world)
    taken = TakenUp.objects.get()

    assert str(taken) == "Request #1 taken up"
    for act in (
        lambda: TakenUp.objects.create(line=taken.line, service=service, left=1, on=TODAY),
        lambda: TakenUp.objects.update(left=9),
        lambda: TakenUp.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_line_that_is_not_completed_is_refused(world: World) -> None:
    line = make_sent_lines(world, {}).lines.get()

    with pytest.raises(ValueError, match="Request #1 is not completed"), transaction.atomic():
        take_up(progress=LineProgress.objects.get(line=line), at=AT)

    assert not OpenService.objects.exists()


def test_the_order_desk_completes_lines_and_the_services_follow_once(world: World) -> None:
    there = make_open_service(world, 5)
    order = make_sent_lines(
        world, {"quantity": 3}, {"order_type": DISCONNECT, "quantity": 2, "acts_on": there}
    )
    at_desk = access(world.desk)
    keys = list(order.lines.values_list("pk", flat=True))
    desk.commit(order=order, lines=keys, committed_on=TODAY, access=at_desk, at=AT)
    told = {key: Numbers(sr_number=f"SR-{key}") for key in keys}
    for done in (True, False):
        assert done is desk.complete(
            order=order, lines=told, completed_on=TODAY, access=at_desk, at=AT
        )

    added, _ = keys
    assert OpenService.objects.get(added_by=added).sr_number == f"SR-{added}"
    assert again(there).quantity == 3
    assert OpenService.objects.count() == 2


LINES = st.lists(
    st.tuples(st.sampled_from([ADD, DISCONNECT]), st.integers(1, 9), st.sampled_from(["A", "B"])),
    min_size=1,
    max_size=12,
)


def sent(world: World, said: list[tuple[OrderLine.Type, int, str]]) -> list[OrderLine]:
    order = make_sent_lines(
        world,
        *({"order_type": kind, "quantity": n, "billing_account": acc} for kind, n, acc in said),
    )
    return list(order.lines.order_by("position"))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=LINES, twice=st.booleans())
def test_adds_less_disconnects_are_what_one_counts_by_hand(
    world: World, said: list[tuple[OrderLine.Type, int, str]], twice: bool
) -> None:
    OpenService.objects.working().update(quantity=0, ended_on=TODAY)
    # By account: how many each open service counts
    counted: dict[str, list[int]] = {"A": [], "B": []}
    for line, (kind, quantity, account) in zip(sent(world, said), said, strict=True):
        complete(line)
        if twice:
            complete(line)
        there = counted[account]
        if kind == ADD:
            there.append(quantity)
        elif len(there) == 1:
            left = there.pop() - quantity
            there.extend([left] if left > 0 else [])

    working = OpenService.objects.working()
    assert {
        account: list(
            working.filter(billing_account=account)
            .order_by("pk")
            .values_list("quantity", flat=True)
        )
        for account in counted
    } == counted
