"""Who may: a CATR or ATR of that agency on that day, a purchaser where there is no CATR."""

from datetime import timedelta

import pytest

from orders.permissions.order import may, may_order_for, reason_against
from orders.workflow.order import STEPS, Action
from stmm.accounts.models import User
from stmm.agencies.models import Agency, Appointment
from stmm.refusals import NotAllowed, WrongState
from tests.factories import AT, SINCE, TODAY, Kind, Role, make_agency, make_appointment, make_user
from tests.orders.factories import World, access, make_draft

BY_PEOPLE = [action for action in Action if STEPS[action].roles]


def appointed(agency: Agency, role: str, **days: object) -> User:
    """Past the service, which would refuse some of these."""
    user = make_user(role)
    row = {"starts_on": SINCE, "recorded_at": AT, **days}
    Appointment.objects.create(user=user, agency=agency, role=role, **row)
    return user


@pytest.mark.parametrize("who", ["catr", "atr"])
def test_its_catr_and_its_atrs_order_for_a_state_agency(world: World, who: str) -> None:
    user = getattr(world, who)

    assert may_order_for(access(user), world.agency).user == user
    assert may(access(user), Action.SIGN, make_draft(world)).role == who


def test_its_purchaser_orders_for_a_local_agency(world: World) -> None:
    order = make_draft(world, by=world.purchaser)

    assert may_order_for(access(world.purchaser), world.city).role == Role.PURCHASER
    assert may(access(world.purchaser), Action.SIGN, order).user == world.purchaser


@pytest.mark.parametrize("who", ["stranger", "stnd", "auditor", "desk", "purchaser"])
@pytest.mark.parametrize("action", BY_PEOPLE)
def test_nobody_else_acts_for_a_state_agency(world: World, who: str, action: Action) -> None:
    order = make_draft(world)

    with pytest.raises(NotAllowed, match="Only a CATR or ATR of Highway Patrol, appointed today"):
        may(access(getattr(world, who)), action, order)
    with pytest.raises(NotAllowed, match="may make orders"):
        may_order_for(access(getattr(world, who)), world.agency)


@pytest.mark.parametrize("who", ["catr", "atr", "stnd", "auditor", "desk"])
def test_nobody_else_acts_for_a_local_agency(world: World, who: str) -> None:
    order = make_draft(world, by=world.purchaser)

    with pytest.raises(NotAllowed, match="Only an authorized purchaser of City of Lodi may do"):
        may(access(getattr(world, who)), Action.SIGN, order)


@pytest.mark.parametrize(
    "role", [Role.AIO, Role.PURCHASER, Role.STND, Role.DEPUTY_DIRECTOR, Role.AUDITOR]
)
def test_no_other_role_at_a_state_agency_orders_for_it(world: World, role: str) -> None:
    user = appointed(world.agency, role)

    with pytest.raises(NotAllowed):
        may_order_for(access(user), world.agency)


@pytest.mark.parametrize("role", [Role.CATR, Role.ATR, Role.AIO])
@pytest.mark.django_db
def test_no_other_role_at_a_local_agency_orders_for_it(role: str) -> None:
    city = make_agency(Kind.LOCAL)
    user = appointed(city, role)

    with pytest.raises(NotAllowed):
        may_order_for(access(user), city)


def test_an_appointment_counts_from_its_first_day_to_the_day_before_its_end(
    world: World,
) -> None:
    user = appointed(world.agency, Role.ATR, starts_on=TODAY, until=TODAY + timedelta(days=2))

    allowed = {
        days: not reason_against(
            access(user, on=TODAY + timedelta(days=days)), Action.EDIT, make_draft(world)
        )
        for days in (-1, 0, 1, 2)
    }

    assert allowed == {-1: False, 0: True, 1: True, 2: False}


def test_no_one_takes_the_step_of_the_job(world: World) -> None:
    with pytest.raises(NotAllowed):
        may(access(world.catr), Action.ROUTE, make_draft(world))


def test_the_state_is_told_only_to_those_who_may(world: World) -> None:
    order = make_draft(world)

    with pytest.raises(WrongState, match="can’t be taken back: it is “draft” now"):
        may(access(world.atr), Action.TAKE_BACK, order)
    with pytest.raises(NotAllowed):
        may(access(world.stranger), Action.TAKE_BACK, order)


def test_a_disabled_button_gives_the_same_reason_as_the_refusal(world: World) -> None:
    order = make_draft(world)

    assert reason_against(access(world.atr), Action.EDIT, order) == ""
    assert reason_against(access(world.auditor), Action.SIGN, order) == (
        "Only a CATR or ATR of Highway Patrol, appointed today, may do this."
    )
    assert reason_against(access(world.atr), Action.SEND_BACK, order).endswith("“draft” now.")


def test_an_atr_appointed_too_for_another_agency_acts_as_what_they_are_there(
    world: World,
) -> None:
    other = make_appointment(Role.CATR, user=world.atr).agency

    assert may_order_for(access(world.atr), other).role == Role.CATR
    assert may_order_for(access(world.atr), world.agency).role == Role.ATR
