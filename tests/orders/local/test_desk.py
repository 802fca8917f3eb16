"""What becomes of a local purchasing document at the contractor, and with the agency's services."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from orders.models import LocalCompletion, LocalDecision, LocalState, OpenService
from orders.services.desk.steps import Numbers
from orders.services.inventory.open_services import confirm_in_use
from orders.services.local import desk as local_desk
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.outbox.models import Notice
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.catalog.factories import make_free
from tests.factories import AT, TODAY
from tests.orders.factories import World, access
from tests.orders.leavings import make_given
from tests.orders.local_orders import (
    SAID,
    Doing,
    actions,
    complete,
    make_acknowledged,
    make_draft,
    make_sent,
    state,
)
from tests.orders.open_services import DISCONNECT, make_sent_lines
from tests.orders.open_services import complete as complete_std20

TOMORROW = TODAY + timedelta(days=1)


def test_the_desk_acknowledges_once(world: World) -> None:
    order = make_sent(world)
    desk = access(world.desk)

    assert local_desk.acknowledge(order=order, access=desk, at=AT)
    assert not local_desk.acknowledge(order=order, access=desk, at=AT)
    assert state(order) == LocalState.ACKNOWLEDGED
    assert Notice.objects.filter(user=world.purchaser, subject__endswith="acknowledged").exists()
    for user in (world.purchaser, world.stnd):
        with pytest.raises(NotAllowed, match="Only the order desk"):
            local_desk.acknowledge(order=order, access=access(user), at=AT)


def test_completed_lines_become_open_services_and_the_last_one_closes_the_order(
    world: World,
) -> None:
    order = make_acknowledged(world, world.mandatory, world.optional)

    assert complete(world, order, 1, sr_number="SR-1", billing_account="555") == 1
    assert state(order) == LocalState.ACKNOWLEDGED
    service = OpenService.objects.get()
    assert (service.agency, service.service, service.quantity) == (world.city, world.mandatory, 2)
    assert (service.mrc, service.since, service.site) == (
        Decimal(96),
        TODAY,
        SAID["service_address"],
    )
    assert (service.sr_number, service.billing_account) == ("SR-1", "555")
    assert service.last_ordered_by == order
    assert (service.added_by, service.last_line) == (None, None)
    assert Entry.objects.about(service).get().action == "add_service"

    assert complete(world, order, 2) == 1
    assert state(order) == LocalState.COMPLETED
    assert complete(world, order) == 0
    assert OpenService.objects.count() == 2
    assert str(LocalCompletion.objects.earliest("pk")) == "Line 1, completed on March 2, 2026"
    assert verify().faults == ()


def test_a_service_ordered_locally_is_confirmed_and_disconnected_like_any_other(
    world: World,
) -> None:
    complete(world, make_acknowledged(world), billing_account="555")
    service = OpenService.objects.get()
    assert confirm_in_use(services=[service], access=access(world.purchaser), at=AT) == [service]
    make_free(world.contract)
    ends_on = make_given(world, service, on=TODAY).ends_on
    order = make_sent_lines(
        world,
        {"order_type": DISCONNECT, "quantity": 2, "acts_on": service, "requested_date": ends_on},
        by=world.purchaser,
    )

    complete_std20(order.lines.get())

    service.refresh_from_db()
    assert (service.quantity, service.ended_on) == (0, TODAY)
    assert service.last_ordered_by == order


def test_the_desk_completes_lines_of_the_order_for_a_day_that_can_be(world: World) -> None:
    order = make_acknowledged(world)
    desk = access(world.desk)
    for wrong in (TODAY - timedelta(days=1), TOMORROW):
        with pytest.raises(Incomplete, match="Give a day from March 2, 2026"):
            complete(world, order, on=wrong)
    with pytest.raises(Incomplete, match="Choose at least one line"):
        local_desk.complete(
            order=order, lines={0: Numbers()}, completed_on=TODAY, access=desk, at=AT
        )
    with pytest.raises(WrongState, match="it is “sent to contractor” now"):
        complete(world, make_sent(world))


def test_a_rejected_order_goes_back_with_its_reason_once(world: World) -> None:
    order = make_sent(world)
    doing = Doing(world, order)

    assert doing.reject().state == doing.reject().state == LocalState.REJECTED
    assert actions(order).count("reject") == 1
    assert Notice.objects.filter(user=world.purchaser, subject__contains="Not our area").exists()


def test_an_order_of_which_something_works_is_not_rejected(world: World) -> None:
    order = make_acknowledged(world, world.mandatory, world.optional)
    complete(world, order, 1)

    with pytest.raises(WrongState, match="Line 1 is completed"):
        Doing(world, order).reject()


def test_the_agency_cancels_what_is_with_the_contractor_once(world: World) -> None:
    order = make_sent(world)
    doing = Doing(world, order)

    assert doing.cancel().state == doing.cancel().state == LocalState.CANCELLED
    assert actions(order).count("cancel") == 1
    with pytest.raises(WrongState, match="it is “cancelled” now"):
        complete(world, order)
    with pytest.raises(WrongState, match="can’t be cancelled"):
        Doing(world, make_draft(world)).cancel()


def test_a_draft_is_abandoned_once(world: World) -> None:
    order = make_draft(world)
    doing = Doing(world, order)

    assert doing.abandon().state == doing.abandon().state == LocalState.ABANDONED
    assert actions(order).count("abandon_local_order") == 1


def test_words_of_the_contractor_and_decisions_are_never_changed(world: World) -> None:
    complete(world, make_acknowledged(world))
    changes: tuple[Callable[[], object], ...] = (
        lambda: LocalCompletion.objects.update(sr_number="x"),
        lambda: LocalCompletion.objects.all().delete(),
        lambda: LocalDecision.objects.update(outcome="x"),
    )
    for change in changes:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


def test_a_service_is_added_by_one_line_says_the_database(world: World) -> None:
    complete(world, make_acknowledged(world))

    with pytest.raises(IntegrityError), transaction.atomic():
        OpenService.objects.update(added_locally_by=None)
