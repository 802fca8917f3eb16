"""Leaving CALNET: begun, its services chosen, notice given; each recorded once."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from catalog.models import Service
from orders.models import (
    Leaving,
    LeavingDecision,
    LeavingState,
    OpenService,
)
from orders.services.leaving import acts as service_of
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.catalog.factories import make_category, make_contract, make_service
from tests.factories import AT, TODAY
from tests.orders.factories import World, access
from tests.orders.leavings import (
    END,
    FREE,
    actions,
    at,
    give,
    make_city_service,
    make_draft,
    make_given,
    parts,
)


def test_a_draft_begins_with_who_begins_it_and_its_number(world: World) -> None:
    leaving = make_draft(world)

    assert (leaving.state, leaving.agency) == (LeavingState.DRAFTED, world.city)
    assert leaving.number == f"LEAVE-2027-{leaving.pk:06d}"
    assert leaving.contact_name == world.purchaser.name
    assert leaving.sender_address == "601 North 7th Street\nSacramento, CA 95811"
    assert actions(leaving) == ["start_leaving"]


def test_the_same_first_page_sent_again_begins_no_second_draft(world: World) -> None:
    key, by = uuid4(), access(world.purchaser)

    made = {
        service_of.start(
            agency=world.city,
            contract=world.contract,
            manner="terminate",
            key=key,
            access=by,
            at=AT,
        ).pk
        for _ in range(2)
    }

    assert (
        len(made) == Leaving.objects.count() == Entry.objects.filter(action="start_leaving").count()
    )


@pytest.mark.parametrize(
    ("who", "whose", "why"),
    [
        ("atr", "agency", "for bodies outside State government"),
        ("atr", "city", "Only an authorized purchaser"),
        ("desk", "city", "Only an authorized purchaser"),
        ("stnd", "city", "Only an authorized purchaser"),
    ],
)
def test_only_an_authorized_purchaser_of_a_body_outside_state_government_leaves(
    world: World, who: str, whose: str, why: str
) -> None:
    with pytest.raises(NotAllowed, match=why):
        service_of.start(
            agency=getattr(world, whose),
            contract=world.contract,
            manner="migrate",
            key=uuid4(),
            access=access(getattr(world, who)),
            at=AT,
        )


def test_open_services_categories_and_listed_services_are_chosen(world: World) -> None:
    leaving = make_draft(
        world,
        make_city_service(world),
        categories=[make_category()],
        services=[world.optional],
    )

    assert parts(leaving) == [
        f"12 {world.mandatory}, account 555",
        "Every service of category 1.2 MPLS, VPN and Converged VoIP",
        str(world.optional),
    ]
    assert actions(leaving) == ["start_leaving", "choose_services"]


def test_the_same_choice_again_records_nothing(world: World) -> None:
    service = make_city_service(world)
    leaving = make_draft(world, service)

    same = service_of.choose(
        leaving=leaving,
        open_services=[service],
        categories=[],
        services=[],
        version=leaving.version,
        access=access(world.purchaser, on=FREE),
        at=at(FREE),
    )

    assert same.version == leaving.version
    assert actions(leaving).count("choose_services") == 1


def test_what_is_another_contracts_or_another_agencys_does_not_leave(world: World) -> None:
    elsewhere = make_service("Fax", make_contract())
    theirs = make_city_service(world)
    theirs.agency = world.agency
    leaving = make_draft(world)

    def choose(services: list[Service], open_services: list[OpenService]) -> None:
        service_of.choose(
            leaving=leaving,
            open_services=open_services,
            categories=[],
            services=services,
            version=leaving.version,
            access=access(world.purchaser, on=FREE),
            at=at(FREE),
        )

    with pytest.raises(NotAllowed, match="one notice goes to one contractor"):
        choose([elsewhere], [])
    with pytest.raises(NotAllowed, match="one notice goes to one contractor"):
        choose([], [theirs])


def test_a_change_is_recorded_and_the_same_again_is_not(world: World) -> None:
    leaving = make_draft(world, remarks="To Frontier")

    for _ in range(2):
        leaving = service_of.change(
            leaving=leaving,
            fields={"remarks": "To Comcast"},
            version=leaving.version,
            access=access(world.purchaser, on=FREE),
            at=at(FREE),
        )

    entry = Entry.objects.about(leaving)[0]
    assert entry.changes == [("Remarks", "To Frontier", "To Comcast")]
    assert actions(leaving).count("change_leaving") == 2


def test_what_someone_else_changed_meanwhile_is_not_overwritten(world: World) -> None:
    leaving = make_draft(world, remarks="To Frontier")

    with pytest.raises(ChangedMeanwhile, match="changed by someone else"):
        service_of.change(
            leaving=leaving,
            fields={"remarks": "To Comcast"},
            version=leaving.version - 1,
            access=access(world.purchaser, on=FREE),
            at=at(FREE),
        )


def test_notice_stores_the_decision_on_each_part_and_asks_for_the_letter(world: World) -> None:
    leaving = make_given(world)

    decision = LeavingDecision.objects.get(part__leaving=leaving)
    assert (decision.outcome, decision.decided_for, decision.date_shown) == (
        "allowed",
        FREE,
        END,
    )
    assert [cited.id for cited in decision.citations] == ["PO-4.2"]
    assert decision.window == (TODAY.replace(year=2025, month=7, day=1), FREE)
    assert str(decision) == decision.headline == "Allowed: 30 days’ notice".replace("’", "'")
    assert decision.what_would_change_it == ""
    assert leaving.state == LeavingState.NOTICE_GIVEN
    assert leaving.given_by == world.purchaser
    assert actions(leaving)[-1] == "give_notice"
    assert verify().faults == ()


def test_the_stored_decision_is_never_changed(world: World) -> None:
    make_given(world)
    changes: tuple[Callable[[], object], ...] = (
        lambda: LeavingDecision.objects.update(outcome="x"),
        lambda: LeavingDecision.objects.all().delete(),
    )
    for change in changes:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


def test_a_second_click_gives_no_second_notice(world: World) -> None:
    leaving = make_given(world)

    same = give(leaving, world=world, on=FREE + timedelta(days=3))

    assert same.given_on == FREE
    assert actions(leaving).count("give_notice") == 1
    assert LeavingDecision.objects.count() == 1


def test_notice_needs_services_and_what_the_letter_prints(world: World) -> None:
    leaving = make_draft(
        world, sender_address=" ", contact_name="", contact_phone="", contact_email=""
    )

    with pytest.raises(Incomplete) as refused:
        give(leaving, world=world)

    assert [problem.step for problem in refused.value.problems] == [
        "leaving-parts",
        *["leaving-details"] * 4,
    ]


def test_what_ended_meanwhile_or_leaves_already_is_refused(world: World) -> None:
    first, second = make_city_service(world), make_city_service(world, account="556")
    leaving = make_draft(world, first, second)
    taken = make_given(world, second)
    type(first).objects.filter(pk=first.pk).update(ended_on=TODAY, quantity=0)

    with pytest.raises(Incomplete) as refused:
        give(leaving, world=world)

    said = [problem.message for problem in refused.value.problems]
    assert any("ended on March 2, 2026: take it off" in message for message in said)
    assert any(f"leaves by {taken} already" in message for message in said)


def test_what_the_letter_could_not_print_is_refused_by_name(world: World) -> None:
    type(world.city).objects.filter(pk=world.city.pk).update(name="City of \U0001f600")

    with pytest.raises(Incomplete, match="can’t be printed in the letter"):
        make_given(world)


def test_a_notice_that_is_given_is_not_edited(world: World) -> None:
    leaving = make_given(world)

    with pytest.raises(WrongState, match="it is “notice given” now"):
        service_of.change(
            leaving=leaving,
            fields={"remarks": "x"},
            version=leaving.version,
            access=access(world.purchaser, on=FREE),
            at=at(FREE),
        )
