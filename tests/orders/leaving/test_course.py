"""From the notice to the end: the disconnect order, its course, the end, a withdrawal."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from orders.models import (
    Leaving,
    LeavingState,
    LineProgress,
    LineState,
    Order,
    OrderLine,
    State,
)
from orders.services.leaving import acts as service_of
from orders.services.leaving.following import follow, to_follow
from stmm.audit.services import verify
from stmm.outbox.models import Notice, OutgoingMail
from stmm.refusals import Incomplete, WrongState
from tests.catalog.factories import make_category
from tests.orders.factories import World, access
from tests.orders.leavings import (
    END,
    FREE,
    actions,
    again,
    at,
    give,
    make_city_service,
    make_draft,
    make_given,
    make_sent,
    order_disconnect,
    to_contractor,
)
from tests.orders.open_services import complete


def test_the_disconnect_order_has_a_line_for_each_open_service_on_the_day(world: World) -> None:
    open_service = make_city_service(world)
    leaving = give(
        make_draft(world, open_service, categories=[make_category()], services=[world.optional]),
        world=world,
    )

    order = order_disconnect(world, leaving)

    lines = list(order.lines.order_by("position"))
    assert [(line.order_type, line.requested_date) for line in lines] == [
        (OrderLine.Type.DISCONNECT, END)
    ] * 2
    assert lines[0].acts_on == open_service
    assert (lines[0].quantity, lines[0].billing_account) == (12, "555")
    assert lines[1].service == world.optional
    assert order.contact_name == leaving.contact_name
    assert open_service.last_line is not None
    assert order.billing_address == open_service.last_line.order.billing_address != ""
    assert again(leaving).order == order


def test_asked_again_the_same_order_is_given_back(world: World) -> None:
    leaving = make_given(world)

    orders = {order_disconnect(world, leaving, number).pk for number in ("OFF-1", "OFF-2")}

    assert len(orders) == 1
    assert actions(leaving).count("draft_disconnect") == 1


def test_a_number_in_use_begins_no_disconnect_order(world: World) -> None:
    leaving = make_given(world)
    taken = Order.objects.filter(agency=world.city).earliest("pk").agency_request_number

    with pytest.raises(Incomplete, match="has used the number"):
        order_disconnect(world, leaving, taken)
    assert again(leaving).order is None


def test_before_the_notice_nothing_is_disconnected(world: World) -> None:
    with pytest.raises(WrongState, match="it is “drafted” now"):
        order_disconnect(world, make_draft(world))


def followed(leaving: Leaving) -> Leaving:
    for key in to_follow():
        follow(leaving=Leaving(pk=key), at=at(END))
    return again(leaving)


def test_the_notice_follows_its_order_to_the_end(world: World) -> None:
    leaving = make_sent(world)
    assert to_follow() == []
    order = order_disconnect(world, leaving)
    assert to_follow() == []

    to_contractor(world, order)
    assert followed(leaving).state == LeavingState.ORDERED
    assert to_follow() == []

    complete(order.lines.get(), on=END, at=at(END))
    Order.objects.filter(pk=order.pk).update(state=State.COMPLETED, closed_at=at(END))
    ended = followed(leaving)

    assert (ended.state, ended.ended_on) == (LeavingState.ENDED, END)
    assert to_follow() == []
    assert follow(leaving=ended, at=at(END)).version == ended.version
    assert actions(leaving)[-2:] == ["follow_order", "follow_order"]
    assert verify().faults == ()


@pytest.mark.parametrize("state", [State.REJECTED, State.CANCELLED])
def test_an_order_that_comes_to_nothing_leaves_room_for_another(world: World, state: str) -> None:
    leaving = make_sent(world)
    order = to_contractor(world, order_disconnect(world, leaving))
    followed(leaving)
    Order.objects.filter(pk=order.pk).update(state=state, closed_at=at(END))

    leaving = followed(leaving)

    assert (leaving.state, leaving.order) == (LeavingState.NOTICE_GIVEN, None)
    assert order_disconnect(world, leaving, "OFF-2", on=END) != order


def test_an_abandoned_draft_leaves_room_for_another_at_once(world: World) -> None:
    leaving = make_sent(world)
    order = order_disconnect(world, leaving)
    Order.objects.filter(pk=order.pk).update(state=State.ABANDONED)

    assert order_disconnect(world, leaving, "OFF-2") != order


def test_a_completed_order_with_a_cancelled_line_leaves_the_rest_to_another(world: World) -> None:
    services = [make_city_service(world, account=account) for account in ("555", "556")]
    leaving = make_sent(world, *services)
    order = to_contractor(world, order_disconnect(world, leaving))
    first, second = order.lines.order_by("position")
    complete(first, on=END, at=at(END))
    LineProgress.objects.filter(line=second).update(state=LineState.CANCELLED)
    Order.objects.filter(pk=order.pk).update(state=State.COMPLETED, closed_at=at(END))

    leaving = followed(leaving)

    assert leaving.state == LeavingState.NOTICE_GIVEN
    rest = order_disconnect(world, leaving, "OFF-2", on=END)
    assert [line.billing_account for line in rest.lines.all()] == ["556"]


def test_an_amendment_takes_the_place_of_the_order(world: World) -> None:
    leaving = make_sent(world)
    order = to_contractor(world, order_disconnect(world, leaving))
    amendment = order_disconnect(
        world, make_sent(world, make_city_service(world, account="7")), "B"
    )
    Leaving.objects.filter(order=amendment).update(order=None)
    Order.objects.filter(pk=amendment.pk).update(
        supersedes=order, amendment_reason="Later", state=State.SIGNED, signed_at=at(FREE)
    )
    Order.objects.filter(pk=order.pk).update(state=State.SUPERSEDED, closed_at=at(FREE))

    assert followed(leaving).order == amendment


def test_the_end_without_an_order_is_recorded_for_a_day_since_the_notice(world: World) -> None:
    leaving = give(make_draft(world, categories=[make_category()]), world=world)
    by = access(world.purchaser, on=END)

    def end(day: date = END) -> Leaving:
        return service_of.record_end(
            leaving=leaving, ended_on=day, reason="Letter of AT&T", access=by, at=at(END)
        )

    for wrong in (FREE - timedelta(days=1), END + timedelta(days=1)):
        with pytest.raises(Incomplete, match="Give a day from July 1, 2027 to today"):
            end(wrong)
    assert end().state == end().state == LeavingState.ENDED
    assert actions(leaving).count("record_end") == 1
    with pytest.raises(WrongState, match="it is “ended” now"):
        end(FREE)


def test_what_is_open_here_ends_by_a_disconnect_order_alone(world: World) -> None:
    with pytest.raises(WrongState, match=r"disconnect it with a STD\. 20"):
        service_of.record_end(
            leaving=make_given(world),
            ended_on=FREE,
            reason="It is gone",
            access=access(world.purchaser, on=FREE),
            at=at(FREE),
        )


def withdraw(leaving: Leaving, world: World) -> Leaving:
    return service_of.withdraw(
        leaving=leaving,
        reason="The council decided to stay",
        access=access(world.purchaser, on=FREE),
        at=at(FREE),
    )


def test_a_draft_is_withdrawn_without_a_word_to_the_contractor(world: World) -> None:
    leaving = make_draft(world)

    assert withdraw(leaving, world).state == withdraw(leaving, world).state == "withdrawn"
    assert not OutgoingMail.objects.about(leaving).exists()
    assert actions(leaving).count("withdraw_leaving") == 1


def test_a_withdrawn_notice_is_mailed_and_its_draft_order_abandoned(world: World) -> None:
    leaving = make_sent(world)
    order = order_disconnect(world, leaving)

    for _ in range(2):
        withdraw(leaving, world)

    mail = OutgoingMail.objects.about(leaving).get(purpose="leaving_withdrawn")
    assert "The council decided to stay" in mail.text
    order.refresh_from_db()
    assert order.state == State.ABANDONED
    assert Notice.objects.filter(user=world.desk, cause__contains="withdrawn").count() == 1


def test_once_the_order_is_signed_it_is_cancelled_first(world: World) -> None:
    leaving = make_sent(world)
    order = to_contractor(world, order_disconnect(world, leaving))

    with pytest.raises(WrongState, match=f"Cancel {order} first"):
        withdraw(leaving, world)

    Order.objects.filter(pk=order.pk).update(state=State.CANCELLED, closed_at=at(FREE))
    assert withdraw(leaving, world).state == LeavingState.WITHDRAWN


def test_what_is_late_is_said_and_found(world: World) -> None:
    leaving = make_given(world)
    next_day, after = FREE + timedelta(days=1), END + timedelta(days=1)

    assert leaving.late(FREE) == ""
    assert "letter has not been made" in leaving.late(next_day)
    assert "no disconnect order has been signed" in leaving.late(after)
    leaving.state = LeavingState.ORDERED
    assert leaving.late(after) == "The services should have ended on July 31, 2027."
    assert make_draft(world).late(after) == ""
    assert list(Leaving.objects.late(next_day)) == [leaving]
    assert list(Leaving.objects.late(FREE)) == []


def test_a_notice_without_its_days_is_refused_by_the_database(world: World) -> None:
    leaving = make_given(world)
    for wrong in ({"ends_on": leaving.given_on}, {"state": "drafted"}, {"ended_on": END}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Leaving.objects.filter(pk=leaving.pk).update(**wrong)
