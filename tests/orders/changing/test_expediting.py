"""Asking the contractor for a sooner day."""

from datetime import timedelta

import pytest

from orders.models import ExpediteRequest, Order
from orders.services.changing.acts import expedite
from stmm.accounts.models import User
from stmm.audit.models import Change, Entry
from stmm.outbox.models import Notice, OutgoingMail
from stmm.refusals import NotAllowed, WrongState
from tests.factories import AT, TODAY
from tests.orders.factories import World, access, make_ready_order, make_sent_order
from tests.orders.pages import again, errors, goes_to, messages, page, post, text

FRIDAY = TODAY + timedelta(days=4)


def ask(world: World, order: Order | None = None, by: User | None = None) -> ExpediteRequest:
    return expedite(
        order=order or make_sent_order(world),
        wanted_on=FRIDAY,
        reason="The office opens sooner",
        access=access(by or world.atr),
        at=AT,
    )


def test_a_sooner_day_is_asked_for_recorded_and_told(world: World) -> None:
    order = make_sent_order(world)

    asked = ask(world, order)

    assert (asked.wanted_on, asked.asked_by, asked.asked_at) == (FRIDAY, world.atr, AT)
    assert str(asked) == f"{order} wanted on March 6, 2026"
    entry = Entry.objects.about(order).get(action="expedite")
    assert (entry.actor, entry.reason) == (world.atr, "The office opens sooner")
    assert entry.changes == [Change("wanted on", "", "March 6, 2026")]
    assert Notice.objects.filter(user=world.desk, cause__contains="expedited").count() == 1
    assert (again(order).state, again(order).version) == (order.state, order.version + 1)


def test_the_order_desk_gets_a_mail(world: World) -> None:
    order = make_sent_order(world)

    ask(world, order)

    mail = OutgoingMail.objects.about(order).get()
    assert mail.recipients == ["desk@contractor.example"]
    assert mail.subject == f"Expedite: STD. 20 {order.number} from Highway Patrol"
    assert "asks for this order by March 6, 2026.\n\nReason: The office opens sooner" in mail.text


def test_each_day_is_asked_for_once(world: World) -> None:
    order = make_sent_order(world)

    assert len({ask(world, order, by) for by in (world.atr, world.atr, world.catr)}) == 1
    expedite(
        order=order,
        wanted_on=FRIDAY - timedelta(days=1),
        reason="Sooner still",
        access=access(world.atr),
        at=AT,
    )

    assert Entry.objects.filter(action="expedite").count() == 2
    assert OutgoingMail.objects.about(order).count() == 2
    assert Notice.objects.filter(user=world.desk, cause__contains="expedited").count() == 2


def test_what_was_not_sent_is_not_expedited(world: World) -> None:
    with pytest.raises(WrongState, match="can’t be expedited"):
        ask(world, make_ready_order(world))


@pytest.mark.parametrize("who", ["stranger", "stnd", "auditor", "desk", "purchaser"])
def test_nobody_else_asks(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(world, by=getattr(world, who))


def test_it_is_asked_on_its_page_and_shown_on_the_order(world: World) -> None:
    order = make_sent_order(world)

    answer = post(
        world.atr, "orders:expedite", order.pk, wanted_on="2125-03-06", reason="For the fair"
    )

    assert goes_to(answer, "orders:detail", order.pk)
    assert messages(answer) == [
        f"The order desk is asked by mail: {order} wanted on March 6, 2125."
    ]
    for who in (world.atr, world.desk):
        shown = text(page(who, "orders:detail", order.pk))
        assert "Wanted on March 6, 2125 : For the fair" in shown


def test_a_form_that_lacks_something_asks_nothing(world: World) -> None:
    order = make_sent_order(world)

    wrong: list[tuple[dict[str, str], list[str]]] = [
        ({}, ["wanted_on", "reason"]),
        ({"wanted_on": "2020-01-01", "reason": "No"}, ["wanted_on"]),
        ({"wanted_on": "9999-12-31", "reason": "😀"}, ["wanted_on", "reason"]),
    ]
    for typed, fields in wrong:
        assert list(errors(post(world.atr, "orders:expedite", order.pk, **typed))) == fields

    assert not ExpediteRequest.objects.exists()
