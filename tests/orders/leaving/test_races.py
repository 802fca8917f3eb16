"""The same notice given, sent, ordered or withdrawn at the same moment: done once.

SQLite queues writers anyway; it is PostgreSQL where these would go wrong.
"""

from uuid import uuid4

import pytest

from orders.models import Leaving, LeavingDecision, LeavingState, OrderLine
from orders.services.leaving import acts as service_of
from orders.services.leaving import sending
from orders.services.leaving.following import follow
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.documents.models import StoredDocument
from stmm.outbox.models import OutgoingMail
from tests.factories import AT
from tests.orders.factories import World, access
from tests.orders.leavings import (
    END,
    FREE,
    PDF,
    at,
    give,
    make_city_service,
    make_draft,
    make_given,
    make_sent,
    order_disconnect,
    to_contractor,
)
from tests.orders.test_races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


def test_the_first_page_sent_many_times_at_once_begins_one_draft(world: World) -> None:
    key, by = uuid4(), access(world.purchaser)

    def start() -> Leaving:
        return service_of.start(
            agency=world.city,
            contract=world.contract,
            manner="migrate",
            key=key,
            access=by,
            at=AT,
        )

    assert len(set(at_once(*[start] * AT_ONCE))) == Leaving.objects.count() == 1


def test_notice_clicked_many_times_at_once_is_given_once(world: World) -> None:
    leaving = make_draft(world, make_city_service(world))

    at_once(*[lambda: give(leaving, world=world)] * AT_ONCE)

    assert Entry.objects.filter(action="give_notice").count() == 1
    assert LeavingDecision.objects.count() == 1
    assert verify().faults == ()


def test_the_letter_made_by_many_workers_at_once_is_kept_and_mailed_once(world: World) -> None:
    leaving = make_given(world)

    at_once(*[lambda: sending._send(leaving, PDF, at(FREE))] * AT_ONCE)

    assert StoredDocument.objects.filter(kind="leaving_notice").count() == 1
    assert OutgoingMail.objects.about(leaving).count() == 1
    assert Entry.objects.filter(action="send_notice").count() == 1


def test_two_notices_of_one_service_at_once_can_both_be_drafts_and_one_is_given(
    world: World,
) -> None:
    service = make_city_service(world)
    first, second = make_draft(world, service), make_draft(world, service)

    at_once(lambda: give(first, world=world), lambda: give(second, world=world))

    assert Leaving.objects.filter(state=LeavingState.NOTICE_GIVEN).count() == 1


def test_the_disconnect_order_asked_for_many_times_at_once_is_one(world: World) -> None:
    leaving = make_sent(world)

    results = at_once(*[lambda: order_disconnect(world, leaving).pk] * AT_ONCE)

    assert len(set(results)) == 1
    assert OrderLine.objects.filter(order__leaving=leaving).count() == 1


def test_an_order_followed_by_many_workers_at_once_is_followed_once(world: World) -> None:
    leaving = make_sent(world)
    to_contractor(world, order_disconnect(world, leaving))

    at_once(*[lambda: follow(leaving=leaving, at=at(END))] * AT_ONCE)

    assert Entry.objects.filter(action="follow_order").count() == 1


def test_withdrawn_by_several_clicks_at_once_it_is_mailed_once(world: World) -> None:
    leaving = make_sent(world)

    def withdraw() -> Leaving:
        return service_of.withdraw(
            leaving=leaving,
            reason="We stay",
            access=access(world.purchaser, on=FREE),
            at=at(FREE),
        )

    at_once(*[withdraw] * AT_ONCE)

    assert OutgoingMail.objects.about(leaving).filter(purpose="leaving_withdrawn").count() == 1
    assert Entry.objects.filter(action="withdraw_leaving").count() == 1
