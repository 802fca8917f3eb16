"""Not confirmed in use for 90 days: said to be in use, or begun to be disconnected."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import OpenService, Order, OrderLine, State
from orders.reading.by_contract import grouped
from orders.services.inventory.disconnecting import NumberRefused, begin_disconnecting
from orders.services.inventory.open_services import confirm_in_use
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.catalog.factories import MANDATORY, make_contract, make_designation, make_service
from tests.factories import AT, TODAY, Role, make_appointment, make_user, signed_in
from tests.orders.factories import KNOWN, World, access, make_draft
from tests.orders.open_services import (
    DISCONNECT,
    make_open_service,
    make_sent_lines,
    order_and_complete,
)
from tests.orders.pages import errors, goes_to, messages, page, post, text

PACIFIC = ZoneInfo("America/Los_Angeles")
LONG_AGO = date(2025, 1, 1)


def again(service: OpenService) -> OpenService:
    return OpenService.objects.get(pk=service.pk)


def confirm(world: World, *services: OpenService, at: datetime = AT) -> list[OpenService]:
    return confirm_in_use(services=services, access=access(world.atr), at=at)


def number_of(service: OpenService) -> str:
    return f"number_{service.agency_id}_{service.service.contract_id}"


@pytest.mark.parametrize(("days", "is_due"), [(89, False), (90, True), (91, True)])
def test_90_days_after_it_was_completed_a_service_is_looked_at(
    world: World, days: int, is_due: bool
) -> None:
    make_open_service(world, on=TODAY - timedelta(days=days))

    assert OpenService.objects.unconfirmed(TODAY).exists() is is_due


@pytest.mark.parametrize(
    ("confirmed", "is_due"),
    [
        # March 1, 11:30 PM in California, which is March 2 in Greenwich
        (datetime(2026, 3, 1, 23, 30, tzinfo=PACIFIC), True),
        (datetime(2026, 3, 2, 0, 30, tzinfo=PACIFIC), False),
    ],
)
def test_the_days_since_it_was_confirmed_are_pacific_days(
    world: World, confirmed: datetime, is_due: bool
) -> None:
    service = make_open_service(world, on=LONG_AGO)
    confirm(world, service, at=confirmed)

    # 90 days after March 1
    assert OpenService.objects.unconfirmed(date(2026, 5, 30)).exists() is is_due
    assert OpenService.objects.unconfirmed(date(2026, 5, 31)).exists()


def test_confirming_is_recorded_and_once_a_day(world: World) -> None:
    service = make_open_service(world, on=LONG_AGO)

    assert confirm(world, service) == [service]
    assert confirm(world, service, at=AT + timedelta(hours=2)) == []

    assert (again(service).confirmed_at, again(service).confirmed_by) == (AT, world.atr)
    entry = Entry.objects.about(service).filter(action="confirm_in_use").get()
    assert entry.changes == [("in use", "", "March 2, 2026")]
    later = AT + timedelta(days=40)
    assert confirm(world, service, at=later) == [service]
    assert again(service).confirmed_at == later


def test_only_people_who_order_for_the_agency_confirm_and_all_or_nothing(world: World) -> None:
    ours, theirs = make_open_service(world), make_open_service(world, by=world.purchaser)

    with pytest.raises(NotAllowed, match="keep its services and budget"):
        confirm(world, ours, theirs)

    assert again(ours).confirmed_at is None


def test_the_list_shows_the_longest_waiting_first_and_takes_clicks(world: World) -> None:
    second = make_open_service(world, on=date(2025, 2, 1))
    first = make_open_service(world, account="2", on=LONG_AGO)
    third = make_open_service(world, account="3", on=date(2025, 3, 1))
    client = signed_in(world.atr)
    answer = page(world.atr, "orders:unconfirmed")
    assert list(answer.context["page"]) == [first, second, third]
    assert "January 1, 2025" in text(answer)

    # Ticked beside it is another one: the button of a row is of that row alone
    answer = post(client, "orders:confirm-services", service=third.pk, only=first.pk)
    assert goes_to(answer, "orders:unconfirmed")
    assert again(third).confirmed_at is None
    assert again(first).confirmed_by == world.atr

    post(client, "orders:confirm-services", service=[second.pk, third.pk])
    assert "No service has waited that long" in text(page(world.atr, "orders:unconfirmed"))


def test_a_second_click_says_that_it_was_done(world: World) -> None:
    service = make_open_service(world, on=LONG_AGO)
    for said in ("In use: 1 Hosted VoIP", "In use: confirmed today already."):
        answer = post(world.atr, "orders:confirm-services", only=service.pk)
        assert said in messages(answer)[0]
    answer = post(world.atr, "orders:confirm-service", service.pk)
    assert goes_to(answer, "orders:service", service.pk)


@pytest.mark.parametrize("name", ["orders:confirm-services", "orders:disconnect-services"])
def test_without_a_choice_the_list_says_so_and_stays_where_it_was(world: World, name: str) -> None:
    answer = signed_in(world.atr).post(f"{reverse(name)}?page=2")

    assert answer["Location"] == f"{reverse('orders:unconfirmed')}?page=2"
    assert messages(answer) == ["Check the box of at least one service first."]


@pytest.mark.parametrize("name", ["orders:confirm-services", "orders:disconnect-services"])
def test_what_is_not_theirs_is_not_there(world: World, name: str) -> None:
    theirs = make_open_service(world, by=world.purchaser)

    assert post(world.atr, name, service=theirs.pk).status_code == 404
    assert post(world.atr, name, service="x").status_code == 404
    assert post(world.stnd, name, service=theirs.pk).status_code == 403
    assert post(world.desk, name, service=theirs.pk).status_code == 403


def test_oversight_reads_the_list_without_boxes(world: World) -> None:
    make_open_service(world, on=LONG_AGO)

    html = page(world.auditor, "orders:unconfirmed").content.decode()

    assert "Hosted VoIP" in html
    assert 'type="checkbox"' not in html
    assert "Disconnect checked ones" not in html


def test_one_click_and_a_number_begin_a_draft_that_disconnects_all_of_it(world: World) -> None:
    service = make_open_service(world, 12, account="555", on=LONG_AGO)
    shown = page(world.atr, "orders:disconnect-service", service.pk)
    assert "12 × Hosted VoIP, account 555" in text(shown)
    said = {
        "service": service.pk,
        "key": shown.context["form"]["key"].value(),
        number_of(service): "CHP-D1",
    }

    for _ in range(2):
        answer = post(world.atr, "orders:disconnect-services", **said)
        order = Order.objects.get(agency_request_number="CHP-D1")
        assert goes_to(answer, "orders:lines", order.pk)

    line = order.lines.get()
    assert order.state == State.DRAFT
    assert (line.order_type, line.quantity, line.billing_account) == (DISCONNECT, 12, "555")
    assert (line.acts_on, line.service) == (service, world.mandatory)
    assert service.last_line is not None
    assert order.billing_address == service.last_line.order.billing_address != ""
    assert order.requested_address == service.site != ""


def test_where_services_do_not_agree_the_draft_is_left_open(world: World) -> None:
    here, there = make_open_service(world, account="1"), make_open_service(world, account="2")
    OpenService.objects.filter(pk=there.pk).update(site="1 Elm Street\nFresno")
    (order,) = begin_disconnecting(
        services=[here, there],
        numbers=dict.fromkeys(grouped([here, there]), "D-1"),
        key=uuid4(),
        access=access(world.atr),
        at=AT,
    )

    assert order.requested_address == ""
    assert order.billing_address != ""


def test_several_of_one_contract_go_on_one_draft_and_others_on_their_own(world: World) -> None:
    elsewhere = make_contract("C4-X", "Verizon")
    trunk = make_service("Trunk", elsewhere, recorded_at=KNOWN)
    make_designation(MANDATORY, trunk, at=KNOWN)
    ours = [make_open_service(world, n, account=str(n)) for n in (1, 2)]
    other = make_open_service(world)
    OpenService.objects.filter(pk=other.pk).update(service=trunk)
    ended = make_open_service(world, account="e")
    order_and_complete(world, DISCONNECT, 1, acts_on=ended)
    chosen = [again(each) for each in (*ours, other, ended)]
    client, keys = signed_in(world.atr), [each.pk for each in chosen]
    shown = post(client, "orders:disconnect-services", service=keys)
    assert shown.status_code == 200
    assert len(shown.context["form"].groups) == 2
    said = {
        "service": keys,
        "key": uuid4(),
        number_of(ours[0]): "D-1",
        number_of(again(other)): "D-2",
    }

    answer = post(client, "orders:disconnect-services", **said)

    assert goes_to(answer, "orders:list")
    lines = OrderLine.objects.filter(order__agency_request_number__startswith="D-")
    assert {(each.order.contract.number, each.acts_on_id) for each in lines} == {
        ("C4-DNCS-19", ours[0].pk),
        ("C4-DNCS-19", ours[1].pk),
        ("C4-X", other.pk),
    }


def test_a_number_in_use_is_said_beside_its_field_and_nothing_is_begun(world: World) -> None:
    service = make_open_service(world)
    make_draft(world, number="TAKEN")
    orders = Order.objects.count()

    answer = post(
        world.atr,
        "orders:disconnect-services",
        service=service.pk,
        key=uuid4(),
        **{number_of(service): "TAKEN"},
    )

    assert "Give this request a number of its own." in errors(answer)[number_of(service)][0]
    assert Order.objects.count() == orders


@pytest.mark.parametrize("number", ["", "x" * 41, "電"])
def test_a_number_that_no_form_can_print_is_refused(world: World, number: str) -> None:
    service = make_open_service(world)

    answer = post(
        world.atr,
        "orders:disconnect-services",
        service=service.pk,
        key=uuid4(),
        **{number_of(service): number},
    )

    assert list(errors(answer)) == [number_of(service)]


def test_a_draft_that_was_changed_meanwhile_is_given_back_as_it_is(world: World) -> None:
    service, key = make_open_service(world, 3), uuid4()

    def begin() -> Order:
        (order,) = begin_disconnecting(
            services=[service],
            numbers=dict.fromkeys(grouped([service]), "D-1"),
            key=key,
            access=access(world.atr),
            at=AT,
        )
        return order

    order = begin()
    order.lines.update(quantity=1)

    assert begin() == order
    assert order.lines.get().quantity == 1


def test_who_does_not_order_for_the_agency_begins_nothing(world: World) -> None:
    service = make_open_service(world)
    for user in (world.stranger, world.stnd, make_user(), make_appointment(Role.AIO).user):
        with pytest.raises(NotAllowed):
            begin_disconnecting(
                services=[service],
                numbers=dict.fromkeys(grouped([service]), "D-1"),
                key=uuid4(),
                access=access(user),
                at=AT,
            )
    assert not Order.objects.filter(agency_request_number="D-1").exists()


def test_a_refusal_names_its_group_and_takes_all_back(world: World) -> None:
    service = make_open_service(world)
    make_draft(world, number="TAKEN")

    with pytest.raises(NumberRefused, match="TAKEN") as refused:
        begin_disconnecting(
            services=[service],
            numbers=dict.fromkeys(grouped([service]), "TAKEN"),
            key=uuid4(),
            access=access(world.atr),
            at=AT,
        )

    assert refused.value.group == (world.agency, world.contract)


def test_what_is_being_disconnected_leads_to_its_order_and_has_no_box(world: World) -> None:
    service = make_open_service(world, on=timezone.localdate() - timedelta(days=100))
    order = make_sent_lines(world, {"order_type": DISCONNECT, "acts_on": service})

    html = page(world.atr, "orders:unconfirmed").content.decode()

    assert "Being disconnected" in html
    assert order.get_absolute_url() in html
    assert 'type="checkbox"' not in html
