"""Who is told of what happens to an order: whose turn it is, and who follows it."""

import pytest

from orders.models import Order
from orders.services.sending import route
from orders.services.signing import signing
from orders.services.telling.turns import EVENTS, Event, Turn, follow, tell_of, unfollow
from stmm.accounts.models import User
from stmm.outbox.models import Notice, NoticeKind
from tests.factories import AT, Role, make_appointment, make_user, signed_in
from tests.orders.factories import (
    World,
    access,
    make_draft,
    make_ready_order,
    make_sent_order,
    make_signed_order,
)

pytestmark = pytest.mark.django_db


def told(kind: NoticeKind = NoticeKind.TURN) -> set[User]:
    return {notice.user for notice in Notice.objects.filter(kind=kind)}


def happens(order: Order, event: Event, *, by: User | None = None, text: str = "") -> None:
    tell_of(order=order, event=event, actor=by, at=AT, text=text)


def test_an_order_handed_over_waits_for_the_catr_alone(world: World) -> None:
    make_appointment(Role.ATR, world.agency)
    order = make_ready_order(world)
    happens(order, Event.HANDED_OVER, by=world.atr, text="For Fresno.")
    assert told() == {world.catr}
    notice = Notice.objects.get()
    assert notice.subject == f"{order.agency_request_number} waits for a signature"
    assert "For Fresno." in notice.text
    assert notice.why == "It is your turn: you sign for Highway Patrol."
    assert notice.url == order.get_absolute_url()


def test_where_there_is_no_catr_everyone_who_may_sign_is_told(world: World) -> None:
    order = make_ready_order(world, by=world.purchaser)
    other = make_appointment(Role.PURCHASER, world.city).user
    happens(order, Event.HANDED_OVER, by=world.purchaser)
    assert told() == {other}


def test_what_is_sent_back_waits_for_who_made_it(world: World) -> None:
    happens(make_ready_order(world), Event.SENT_BACK, by=world.catr)
    assert told() == {world.atr}


def test_who_made_it_and_left_is_stood_in_for_by_everyone(world: World) -> None:
    order = make_ready_order(world)
    world.atr.appointments.update(until=AT.date())
    happens(order, Event.SENT_BACK)
    assert told() == {world.catr}
    assert told(NoticeKind.FOLLOWED) == set()


@pytest.mark.parametrize("event", [e for e in Event if EVENTS[e].turn is Turn.DESK])
def test_what_waits_for_the_contractor_is_told_at_its_desk(world: World, event: Event) -> None:
    happens(make_sent_order(world), event, by=world.atr)
    assert told() == {world.desk}
    # The ATR made it, the CATR signed it
    assert told(NoticeKind.FOLLOWED) == {world.catr}


@pytest.mark.parametrize("event", [e for e in Event if EVENTS[e].turn is Turn.NOBODY])
def test_who_made_or_signed_it_hears_how_it_goes(world: World, event: Event) -> None:
    happens(make_sent_order(world), event, by=world.desk)
    assert told() == set()
    assert told(NoticeKind.FOLLOWED) == {world.atr, world.catr}


def test_a_question_waits_for_who_made_or_signed_it(world: World) -> None:
    third = make_appointment(Role.ATR, world.agency).user
    happens(make_sent_order(world), Event.ASKED, by=world.desk, text="Which floor?")
    assert told() == {world.atr, world.catr}
    assert third not in told(NoticeKind.FOLLOWED)


def test_a_follower_is_told_until_they_stop(world: World) -> None:
    third = make_appointment(Role.ATR, world.agency).user
    order = make_sent_order(world)
    for _ in range(2):
        follow(order=order, user=third)
    happens(order, Event.ACKNOWLEDGED, by=world.desk)
    assert third in told(NoticeKind.FOLLOWED)
    unfollow(order=order, user=third)
    order.version += 1
    happens(order, Event.COMPLETED, by=world.desk)
    assert Notice.objects.filter(user=third).count() == 1


def test_a_follower_who_may_no_longer_see_it_is_not_told(world: World) -> None:
    order = make_sent_order(world)
    stranger = make_user("Sam Lee")
    follow(order=order, user=stranger)
    happens(order, Event.ACKNOWLEDGED, by=world.desk)
    assert stranger not in told(NoticeKind.FOLLOWED)


def test_the_same_happening_is_told_once_and_another_again(world: World) -> None:
    order = make_sent_order(world)
    for _ in range(2):
        happens(order, Event.COMMITTED, by=world.desk)
    assert Notice.objects.count() == 2
    order.version += 1
    happens(order, Event.COMMITTED, by=world.desk)
    assert Notice.objects.count() == 4


def test_handing_over_sending_back_and_sending_tell_of_themselves(world: World) -> None:
    order = make_ready_order(world)
    order = signing.hand_over(
        order=order, version=order.version, note="", access=access(world.atr), at=AT
    )
    assert told() == {world.catr}
    signing.send_back(order=order, reason="Mend it", access=access(world.catr), at=AT)
    assert told() == {world.catr, world.atr}
    assert "Mend it" in Notice.objects.get(user=world.atr).text
    route(order=make_signed_order(world), at=AT)
    assert world.desk in told()


def test_an_order_is_followed_on_its_page(world: World) -> None:
    order = make_draft(world)
    page = signed_in(world.catr)
    address = f"/orders/{order.pk}/follow/"
    page.post(address)
    assert "You follow this order" in page.get(order.get_absolute_url()).text
    page.post(address, {"stop": "1"})
    assert not order.followers.exists()
