"""Making a draft: what was asked happens once, is recorded, and never to someone else's work."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from catalog.models import Contract
from orders.models import Order, OrderLine, State
from orders.services.making import drafting
from stmm.accounts.models import User
from stmm.agencies.models import Agency, Standing
from stmm.agencies.services import set_standing
from stmm.audit.models import Change, Entry
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed
from tests.catalog.factories import make_contract, make_service
from tests.factories import AT, TODAY, Kind, Role, make_agency, make_appointment
from tests.orders.factories import World, access, fill, make_ato, make_draft, make_line


def begin(
    world: World,
    *,
    by: User | None = None,
    agency: Agency | None = None,
    contract: Contract | None = None,
    number: str = "CHP-1",
    key: UUID | None = None,
) -> Order:
    return drafting.start(
        agency=agency or world.agency,
        contract=contract or world.contract,
        agency_request_number=number,
        key=key or uuid4(),
        access=access(by or world.atr),
        at=AT,
    )


def last_entry(order: Order) -> Entry:
    entry = Entry.objects.about(order).first()
    assert entry is not None
    return entry


def problems(error: pytest.ExceptionInfo[Incomplete]) -> dict[str, str]:
    return {problem.step: problem.message for problem in error.value.problems}


def test_a_draft_starts_with_what_is_known_of_its_agency_and_its_maker(world: World) -> None:
    order = begin(world)

    assert (order.state, order.version, order.order_date) == (State.DRAFT, 1, TODAY)
    assert order.number == str(order) == f"STD20-2026-{order.pk:06d}"
    assert (order.department, order.general_services_code) == ("Highway Patrol", world.agency.code)
    assert (order.contact_name, order.contact_email) == ("Ana Reyes", world.atr.email)
    assert order.eligibility == Order.Eligibility.STATE
    assert order.request_types == ("Service",)
    assert (last_entry(order).action, last_entry(order).actor) == ("start", world.atr)


@pytest.mark.parametrize(
    ("kind", "eligibility"),
    [(Kind.LOCAL, "local"), (Kind.FEDERAL, "federal"), (Kind.TRIBAL, "local")],
)
def test_eligibility_follows_from_the_kind_of_agency(
    world: World, kind: str, eligibility: str
) -> None:
    agency = make_agency(kind)
    make_ato(agency, world.contract)
    buyer = make_appointment(Role.PURCHASER, agency).user

    order = begin(world, by=buyer, agency=agency)

    assert (order.eligibility, order.general_services_code) == (eligibility, "")


def test_the_same_page_sent_twice_starts_one_draft(world: World) -> None:
    key = uuid4()

    assert begin(world, key=key) == begin(world, key=key)
    assert (Order.objects.count(), Entry.objects.filter(action="start").count()) == (1, 1)


def test_the_same_page_with_another_number_starts_another_draft(world: World) -> None:
    key = uuid4()

    first, second = begin(world, key=key, number="A"), begin(world, key=key, number="B")

    assert (first.agency_request_number, second.agency_request_number) == ("A", "B")


def test_the_key_of_another_persons_page_is_of_no_use(world: World) -> None:
    key = uuid4()
    first = begin(world, key=key, by=world.atr, number="A")

    assert begin(world, key=key, by=world.catr, number="B") != first


def test_an_agency_uses_each_of_its_numbers_once(world: World) -> None:
    first = begin(world)

    with pytest.raises(Incomplete) as refused:
        begin(world)

    assert problems(refused) == {
        "agency_request_number": f"Highway Patrol has used the number CHP-1 for {first}."
        " Give this request a number of its own."
    }


def test_two_agencies_may_use_the_same_number(world: World) -> None:
    assert begin(world).agency_request_number == "CHP-1"
    other = begin(world, by=world.purchaser, agency=world.city)
    assert other.agency_request_number == "CHP-1"


def test_the_database_too_keeps_an_agencys_numbers_apart(world: World) -> None:
    begin(world)
    second = begin(world, number="CHP-2")

    with pytest.raises(IntegrityError):
        Order.objects.filter(pk=second.pk).update(agency_request_number="CHP-1")


@pytest.mark.parametrize("who", ["stranger", "stnd", "auditor", "desk", "purchaser"])
def test_only_its_own_people_start_an_agencys_orders(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        begin(world, by=getattr(world, who))
    assert not Order.objects.exists()


def test_no_draft_is_started_under_a_contract_out_of_term(world: World) -> None:
    ended = make_contract("ENDED", until=TODAY)

    with pytest.raises(Incomplete) as refused:
        begin(world, contract=ended)

    assert problems(refused) == {"contract": "Contract ENDED is not in term today."}


def test_no_draft_is_started_for_a_budget_item(world: World) -> None:
    set_standing(
        agency=world.agency,
        value=Standing.Value.NOT_ORDERING,
        effective_from=TODAY,
        reason="A budget item",
        actor=None,
        at=AT,
    )

    with pytest.raises(Incomplete) as refused:
        begin(world)

    assert list(problems(refused)) == ["agency"]


def test_a_change_is_recorded_with_before_and_after(world: World) -> None:
    order = make_draft(world, number="CHP-1")

    fill(order, by=world.catr, agency_request_number="CHP-2", is_other=True, division="North")

    entry = last_entry(order)
    assert (entry.action, entry.actor) == ("change", world.catr)
    assert entry.changes == [
        Change("Agency Request Number", "CHP-1", "CHP-2"),
        Change("Other", "False", "True"),
        Change("Division (unit, etc.)", "", "North"),
    ]


def test_a_change_makes_a_new_version(world: World) -> None:
    order = make_draft(world)
    later = AT + timedelta(hours=1)

    changed = fill(order, by=world.atr, at=later, division="North")

    assert (changed.version, changed.changed_at) == (order.version + 1, later)


def test_what_changes_nothing_is_not_recorded(world: World) -> None:
    order = make_draft(world)
    entries = Entry.objects.count()

    fill(order, by=world.atr, contact_name="Ana Reyes", is_service=True)

    assert Entry.objects.count() == entries
    assert Order.objects.get(pk=order.pk).version == order.version


def test_a_change_to_an_older_version_is_refused(world: World) -> None:
    order = make_draft(world)
    fill(order, by=world.atr, division="North")

    with pytest.raises(ChangedMeanwhile, match="changed by someone else while you had it open"):
        drafting.change(
            order=order,
            fields={"division": "South"},
            version=order.version,
            access=access(world.catr),
            at=AT,
        )

    assert Order.objects.get(pk=order.pk).division == "North"


def test_a_change_to_a_number_in_use_is_refused(world: World) -> None:
    first, second = make_draft(world, number="CHP-1"), make_draft(world, number="CHP-2")

    with pytest.raises(Incomplete, match=f"has used the number CHP-1 for {first}"):
        fill(second, by=world.atr, agency_request_number="CHP-1")

    assert Order.objects.get(pk=second.pk).agency_request_number == "CHP-2"


def test_someone_else_changes_nothing(world: World) -> None:
    order = make_draft(world)

    with pytest.raises(NotAllowed):
        fill(order, by=world.stranger, division="North")

    assert Order.objects.get(pk=order.pk).division == ""


def test_a_line_starts_with_the_name_of_its_service(world: World) -> None:
    order = make_draft(world)

    line = make_line(order, world.mandatory, by=world.atr, quantity=3)

    assert (line.position, line.description, line.quantity) == (1, "Hosted VoIP", 3)
    assert (line.mrc_total, line.nrc_total) == (None, None)
    assert last_entry(order).changes == [Change("Request #1", "", f"Add 3 {world.mandatory}")]


def test_the_same_click_adds_one_line(world: World) -> None:
    order, key = make_draft(world), uuid4()

    lines = [
        drafting.add_line(
            order=order, service=world.mandatory, key=key, access=access(world.atr), at=AT
        )
        for _ in range(2)
    ]

    assert lines[0] == lines[1]
    assert order.lines.count() == 1
    assert Entry.objects.filter(action="add_line").count() == 1


def test_the_same_page_can_put_the_service_on_another_draft_too(world: World) -> None:
    """The person goes back to the page that asks which draft, and chooses another."""
    key = uuid4()
    for order in (make_draft(world), make_draft(world)):
        drafting.add_line(
            order=order, service=world.mandatory, key=key, access=access(world.atr), at=AT
        )

        assert order.lines.count() == 1


def test_a_service_of_another_contract_does_not_go_on_the_form(world: World) -> None:
    order = make_draft(world)

    with pytest.raises(NotAllowed, match="one form goes to one contractor, under one contract"):
        make_line(order, make_service(contract=make_contract()), by=world.atr)

    assert not order.lines.exists()


def test_a_line_is_changed_with_a_record_of_before_and_after(world: World) -> None:
    order = make_draft(world, world.mandatory)
    line = order.lines.select_related("order").get()

    drafting.change_line(
        line=line,
        fields={"quantity": 5, "order_type": "move", "requested_date": TODAY},
        version=order.version,
        access=access(world.atr),
        at=AT,
    )

    line.refresh_from_db()
    assert (line.quantity, line.order_type, line.requested_date) == (5, "move", TODAY)
    assert last_entry(order).changes == [
        Change("Request #1: Quantity", "1", "5"),
        Change("Request #1: Order type", "add", "move"),
        Change("Request #1: Requested date of service", "", "March 2, 2026"),
    ]


def test_a_line_changed_to_what_it_is_is_not_recorded(world: World) -> None:
    order = make_draft(world, world.mandatory)
    entries = Entry.objects.count()

    drafting.change_line(
        line=order.lines.get(),
        fields={"quantity": 1},
        version=order.version,
        access=access(world.atr),
        at=AT,
    )

    assert Entry.objects.count() == entries


def test_a_line_of_an_older_version_is_not_changed(world: World) -> None:
    order = make_draft(world, world.mandatory)
    make_line(order, world.optional, by=world.catr)

    with pytest.raises(ChangedMeanwhile):
        drafting.change_line(
            line=order.lines.all()[0],
            fields={"quantity": 5},
            version=order.version,
            access=access(world.atr),
            at=AT,
        )


@pytest.mark.parametrize("position", [1, 2, 3])
def test_the_lines_after_one_taken_off_move_up(world: World, position: int) -> None:
    order = make_draft(world, world.mandatory, world.optional, world.undesignated)
    line = order.lines.get(position=position)

    drafting.remove_line(line=line, access=access(world.atr), at=AT)

    assert list(order.lines.values_list("position", flat=True)) == [1, 2]
    assert line.service not in [each.service for each in order.lines.all()]
    assert last_entry(order).changes == [
        Change(f"Request #{position}", f"Add 1 {line.service}", "")
    ]


def test_a_line_taken_off_twice_is_taken_off_once(world: World) -> None:
    order = make_draft(world, world.mandatory, world.optional)
    line = order.lines.get(position=1)
    drafting.remove_line(line=OrderLine.objects.get(pk=line.pk), access=access(world.atr), at=AT)
    entries = Entry.objects.count()

    drafting.remove_line(line=line, access=access(world.atr), at=AT)

    assert (order.lines.count(), Entry.objects.count()) == (1, entries)


def test_an_abandoned_draft_stays_in_the_record_with_its_reason(world: World) -> None:
    order = make_draft(world, world.mandatory)

    drafting.abandon(order=order, reason="No longer wanted", access=access(world.atr), at=AT)

    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.lines.count()) == (State.ABANDONED, 1)
    assert last_entry(order).reason == "No longer wanted"
    assert last_entry(order).changes == [Change("state", "Draft", "Abandoned")]


def test_an_order_without_its_number_yet_is_called_new() -> None:
    assert str(Order()) == "New order"


def test_what_the_database_refuses_for_another_reason_is_not_called_a_number_in_use(
    world: World,
) -> None:
    made = make_draft(world)

    with pytest.raises(IntegrityError), drafting.each_number_once(world.agency, "CHP-99"):
        Order.objects.create(
            number="X",
            creation_key=made.creation_key,
            agency=world.agency,
            contract=world.contract,
            agency_request_number="CHP-99",
            created_at=AT,
            created_by=world.atr,
            changed_at=AT,
        )
