"""Agencies are told what changed of services they are ordering: what, from when, once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import CatalogChange, Category, Service
from catalog.services.designating import designate
from exemptions.models import ExemptionRequest
from orders.jobs import tell_of_changes
from orders.models import Order
from orders.services.making import drafting
from orders.services.telling.catalog import tell_of_change
from stmm.audit.models import Entry
from stmm.outbox.models import Notice
from tests.catalog.uploads import make_upload, publish
from tests.factories import AT, Role, make_appointment
from tests.orders.elsewhere_exemptions import sought_in
from tests.orders.factories import World, access, make_ready_order, sign
from tests.orders.making.test_affected import lines_of

pytestmark = pytest.mark.django_db
NEXT = date(2026, 7, 1)
LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _told_of_the_catalogue_as_it_was_made(world: World) -> None:
    """Nobody had orders then."""
    assert tell_of_changes(AT) == 0


@pytest.fixture
def draft(world: World) -> Order:
    return make_ready_order(world, by=world.atr, number="A-1")


def change(world: World, **changed: object) -> None:
    """A second edition, which says something else of the mandatory service."""
    publish(make_upload(world.contract, lines_of(world, **changed), effective_from=NEXT), at=LATER)


def ruled(
    world: World, value: str, *, service: Service | None = None, category: Category | None = None
) -> None:
    """The Department's word on a service, a category or the whole contract."""
    designate(
        contract=world.contract,
        service=service,
        category=category,
        value=value,
        effective_from=NEXT,
        reason="Ruled",
        actor=None,
        at=LATER,
    )


def notice() -> Notice:
    return Notice.objects.order_by("pk")[0]


def test_those_who_order_for_the_agency_are_told_what_changed_and_from_when(
    world: World, draft: Order
) -> None:
    change(world, mrc="100.00", designation="Non-Mandatory")
    assert tell_of_changes(AT) == 2
    assert {each.user for each in Notice.objects.all()} == {world.atr, world.catr}
    assert notice().subject == "Hosted VoIP you are ordering: what changes on July 1, 2026"
    assert "Monthly charge (MRC): $96.00 → $100.00" in notice().text
    assert "Designation: Mandatory (Required) → Non-mandatory (Discretionary)" in notice().text
    assert f"Order A-1 ({draft}). Not signed yet" in notice().text
    assert notice().url == f"/catalog/services/{world.mandatory.pk}/"
    assert "Highway Patrol" in notice().why


def test_nobody_is_told_twice(world: World, draft: Order) -> None:
    change(world, mrc="100.00")
    assert tell_of_changes(AT) == 2
    assert tell_of_changes(AT) == 0
    again = CatalogChange.objects.latest("pk")
    assert tell_of_change(change_id=again.pk, at=AT) == 0
    CatalogChange.objects.filter(pk=again.pk).update(told_at=None)
    assert tell_of_changes(AT) == 0
    assert Entry.objects.filter(action="tell_of_change").count() == 1


def test_a_signed_order_is_said_to_keep_its_charges(world: World, draft: Order) -> None:
    sign(draft, by=world.catr)
    change(world, mrc="100.00")
    tell_of_changes(AT)
    assert "Signed before: it keeps its charges and its decision." in notice().text


def test_a_withdrawn_service_is_said_to_be_no_longer_offered(world: World, draft: Order) -> None:
    publish(make_upload(world.contract, lines_of(world)[1:], effective_from=NEXT), at=LATER)
    tell_of_changes(AT)
    assert "Service: offered → not offered" in notice().text


def test_a_changed_restriction_is_told_without_its_text(world: World, draft: Order) -> None:
    change(world, restrictions="Only in Fresno")
    tell_of_changes(AT)
    assert "Restrictions: as before → has changed, see the service’s page" in notice().text


def test_of_several_services_the_contract_is_shown(world: World) -> None:
    make_ready_order(world, world.mandatory, world.optional, number="A-1")
    publish(make_upload(world.contract, lines_of(world)[2:], effective_from=NEXT), at=LATER)
    tell_of_changes(AT)
    assert notice().subject.startswith("2 services you are ordering")
    assert notice().url == f"/catalog/contracts/{world.contract.pk}/"


@pytest.mark.parametrize("scope", ["service", "category", "contract"])
def test_a_new_designation_is_told_whatever_it_is_of(
    world: World, draft: Order, scope: str
) -> None:
    order = make_ready_order(world, world.undesignated, number="A-2")
    ruled(
        world,
        "mandatory",
        service=world.undesignated if scope == "service" else None,
        category=world.undesignated.category if scope == "category" else None,
    )
    assert tell_of_changes(AT) == 2
    assert "Designation: Undetermined → Mandatory (Required)" in notice().text
    # The other order's service has a word of its own, which is more specific
    assert str(order) in notice().text
    assert str(draft) not in notice().text


@pytest.mark.parametrize("what", ["nothing differs", "abandoned", "another service"])
def test_who_is_not_concerned_is_not_told(world: World, draft: Order, what: str) -> None:
    if what == "abandoned":
        drafting.abandon(order=draft, reason="Not needed", access=access(world.atr), at=AT)
    if what == "another service":
        ruled(world, "mandatory", service=world.optional)
    else:
        change(world, **({} if what == "nothing differs" else {"mrc": "100.00"}))
    assert tell_of_changes(AT) == 0
    assert not CatalogChange.objects.untold().exists()
    assert not Entry.objects.filter(action="tell_of_change").exists()


def test_who_begins_an_order_after_the_change_is_not_told(world: World) -> None:
    ruled(world, "non_mandatory", service=world.mandatory)
    Order.objects.filter(pk=make_ready_order(world).pk).update(created_at=LATER)
    assert tell_of_changes(LATER) == 0


def test_who_asks_for_an_exemption_after_the_change_is_not_told(world: World) -> None:
    item = sought_in(world)
    change(world, mrc="100.00")
    ExemptionRequest.objects.filter(pk=item.request_id).update(created_at=LATER)
    assert tell_of_changes(LATER) == 0


def test_each_agency_is_told_of_its_own_orders_alone(world: World, draft: Order) -> None:
    make_ready_order(world, by=world.purchaser, number="B-1")
    change(world, mrc="100.00")
    assert tell_of_changes(AT) == 3
    city = Notice.objects.get(user=world.purchaser)
    assert "B-1" in city.text
    assert "A-1" not in city.text


def test_the_queries_grow_with_agencies_and_people_only(world: World, draft: Order) -> None:
    ruled(world, "non_mandatory", service=world.mandatory)
    with CaptureQueriesContext(connection) as one:
        tell_of_changes(AT)
    for number in range(2, 8):
        make_ready_order(world, by=world.atr, number=f"A-{number}")
    ruled(world, "mandatory", service=world.mandatory)
    with CaptureQueriesContext(connection) as many:
        tell_of_changes(AT)
    assert len(many) == len(one)


def test_who_is_no_longer_appointed_is_not_told(world: World, draft: Order) -> None:
    make_appointment(Role.AIO, world.agency)
    world.atr.appointments.update(until=AT.date())
    change(world, mrc="100.00")
    tell_of_changes(AT)
    assert [each.user for each in Notice.objects.all()] == [world.catr]


def test_an_agency_with_an_exemption_in_term_is_told_of_its_service_too(world: World) -> None:
    item = sought_in(world)
    change(world, mrc="100.00")
    assert tell_of_changes(AT) == 2
    assert notice().subject == "Hosted VoIP you have an exemption for: what changes on July 1, 2026"
    assert (
        f"Exemption {item.request}, Radio site backhaul at Cold Springs."
        " In term through March 1, 2027: see whether CALNET meets the need now."
    ) in notice().text
    assert notice().why.endswith("which has exemptions of these services.")
    assert notice().url == f"/catalog/services/{world.mandatory.pk}/"


def test_orders_and_exemptions_of_one_agency_are_told_of_in_one_notice(
    world: World, draft: Order
) -> None:
    sought_in(world)
    change(world, mrc="100.00")

    assert tell_of_changes(AT) == 2
    assert f"Order A-1 ({draft})" in notice().text
    assert "Exemption EXM-" in notice().text
    assert "unfinished orders and exemptions of these services" in notice().why


def test_a_change_that_changes_nothing_for_the_exempted_service_tells_nobody(
    world: World,
) -> None:
    sought_in(world)
    ruled(world, "mandatory", service=world.mandatory)

    assert tell_of_changes(AT) == 0


@pytest.mark.parametrize("state", ["sent", "denied", "revoked"])
def test_what_is_not_approved_or_out_of_term_tells_nobody(world: World, state: str) -> None:
    sought_in(world, state=state)
    sought_in(world, starts_on=date(2027, 1, 1), until=date(2028, 1, 1))
    sought_in(world, granted=0)
    change(world, mrc="100.00")

    assert tell_of_changes(AT) == 0
