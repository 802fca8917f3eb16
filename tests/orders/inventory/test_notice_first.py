"""A body outside State government gives notice before a service of the inventory ends (PO-4.2)."""

from datetime import date
from uuid import uuid4

import pytest

from orders.models import Leaving, LeavingState, OpenService, Order, State
from orders.services.inventory.disconnecting import begin_disconnecting
from orders.services.leaving.from_inventory import begin_notices
from stmm.refusals import NotAllowed
from tests.catalog.factories import make_contract, make_free, make_service
from tests.factories import AT, Role, make_appointment
from tests.orders.factories import KNOWN, World, access
from tests.orders.leavings import make_city_service, make_given
from tests.orders.open_services import make_open_service
from tests.orders.pages import goes_to, messages, page, post, text


@pytest.fixture
def free(world: World) -> World:
    """The contract does not bind, so that notice may be given on whatever day it is."""
    make_free(world.contract)
    return world


def test_inside_the_two_years_it_is_refused_with_the_sentence_and_the_day(world: World) -> None:
    service = make_city_service(world)

    answer = page(world.purchaser, "orders:disconnect-service", service.pk)

    shown = text(answer)
    assert "Notice comes first" in shown
    assert "exclusive to CALNET through June 30, 2027; from July 1, 2027 the choice is" in shown
    assert "July 31, 2027" in shown
    assert "local agencies can migrate, transfer or terminate their CALNET services" in shown
    assert "Begin the notice" not in shown
    said = {"service": service.pk, "manner": "terminate", "key": uuid4()}
    assert post(world.purchaser, "orders:disconnect-services", **said).status_code == 404
    assert not Order.objects.filter(state=State.DRAFT).exists()
    assert not Leaving.objects.exists()


def test_after_the_two_years_its_notice_is_begun_and_gone_on_with(free: World) -> None:
    service = make_city_service(free)
    assert "Begin the notice" in text(page(free.purchaser, "orders:disconnect-service", service.pk))

    answer = post(
        free.purchaser,
        "orders:disconnect-services",
        service=service.pk,
        manner="terminate",
        key=uuid4(),
    )

    leaving = Leaving.objects.get()
    assert goes_to(answer, "orders:leaving-details", leaving.pk)
    assert leaving.state == LeavingState.DRAFTED
    assert leaving.manner == Leaving.Manner.TERMINATE
    assert [part.open_service for part in leaving.parts.all()] == [service]
    assert not Order.objects.filter(state=State.DRAFT).exists()


def test_the_same_page_sent_again_begins_nothing_more(free: World) -> None:
    services, key = [make_city_service(free), make_city_service(free, account="2")], uuid4()
    by = access(free.purchaser)

    def begin() -> list[Leaving]:
        return begin_notices(services=services, manner="migrate", key=key, access=by, at=AT)

    assert begin() == begin() == [Leaving.objects.get()]
    assert Leaving.objects.get().parts.count() == 2


def test_one_notice_goes_to_each_contract(free: World) -> None:
    other = make_contract("C4-OTHER")
    make_free(other)
    fax = make_service("Fax line", other, recorded_at=KNOWN)
    services = [make_city_service(free), make_city_service(free, account="2")]
    OpenService.objects.filter(pk=services[1].pk).update(service=fax)

    answer = post(
        free.purchaser,
        "orders:disconnect-services",
        service=[each.pk for each in services],
        manner="terminate",
        key=uuid4(),
    )

    assert goes_to(answer, "orders:leavings")
    assert {leaving.contract for leaving in Leaving.objects.all()} == {free.contract, other}
    assert messages(answer)[0].startswith("Begun: LEAVE-")


def test_a_notice_that_runs_is_shown_and_no_second_one_begun(free: World) -> None:
    service = make_city_service(free)
    leaving = make_given(free, service, on=date(2026, 3, 2))

    shown = text(page(free.purchaser, "orders:disconnect-service", service.pk))

    assert f"Given: {leaving.number}" in shown
    assert "Begin the notice" not in shown


def test_no_order_is_begun_past_the_notice(free: World) -> None:
    service = make_city_service(free)
    with pytest.raises(NotAllowed, match="gives 30 calendar days’ notice first"):
        begin_disconnecting(
            services=[service], numbers={}, key=uuid4(), access=access(free.purchaser), at=AT
        )


def test_services_of_both_kinds_of_agencies_are_chosen_apart(free: World) -> None:
    city, state = make_city_service(free), make_open_service(free)
    make_appointment(Role.PURCHASER, free.city, free.atr)

    answer = post(free.atr, "orders:disconnect-services", service=[city.pk, state.pk])

    assert goes_to(answer, "orders:unconfirmed")
    assert messages(answer) == ["Check services of State agencies alone, or of other bodies alone."]
