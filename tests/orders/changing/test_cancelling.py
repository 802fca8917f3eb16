"""Cancelling an order that was sent, or lines of it: what the contractor has not done yet."""

from datetime import timedelta

import pytest

from orders.models import LineProgress, Order, OrderLine, State
from orders.services.changing import acts as changing
from orders.services.changing.acts import cancel
from orders.services.desk import acts as desk
from stmm.audit.models import Change, Entry
from stmm.audit.services import verify
from stmm.outbox.models import Notice, OutgoingMail
from stmm.refusals import NotAllowed, WrongState
from tests.catalog.factories import make_category, make_service
from tests.factories import AT
from tests.orders.factories import (
    World,
    access,
    make_ready_order,
    make_sent_order,
    make_signed_order,
)
from tests.orders.pages import again, errors, goes_to, messages, page, post, text
from tests.orders.sent_orders import commit, complete, keys, make_order_of_three, states

LATER = AT + timedelta(days=2)


def lines_of(order: Order, *positions: int) -> list[OrderLine]:
    return list(order.lines.filter(position__in=positions))


def cancel_lines(order: Order, *positions: int, world: World) -> Order:
    return cancel(
        order=order,
        lines=lines_of(order, *positions) if positions else None,
        reason="The office closes",
        access=access(world.catr),
        at=LATER,
    )


def mails(order: Order) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.about(order).order_by("pk"))


def test_the_whole_order_is_cancelled(world: World) -> None:
    order = make_order_of_three(world)

    cancel_lines(order, world=world)

    stored = again(order)
    assert (stored.state, stored.closed_at) == (State.CANCELLED, LATER)
    assert states(order) == ["cancelled"] * 3
    assert {row.changed_at for row in LineProgress.objects.all()} == {LATER}


def test_a_line_is_cancelled_and_the_order_goes_on(world: World) -> None:
    order = commit(make_order_of_three(world), 2, world=world)
    desk.jeopardy(
        order=order,
        lines=keys(order, 2),
        reason="No permit",
        access=access(world.desk),
        at=AT,
    )

    cancel_lines(order, 2, world=world)

    assert (again(order).state, again(order).closed_at) == (State.ACKNOWLEDGED, None)
    assert states(order) == ["open", "cancelled", "open"]
    assert LineProgress.objects.get(line__order=order, line__position=2).jeopardy == ""


def test_with_its_last_line_the_order_is_cancelled(world: World) -> None:
    order = make_order_of_three(world)

    cancel_lines(order, 1, 3, world=world)
    assert again(order).state == State.ROUTED
    cancel_lines(order, 2, world=world)

    assert again(order).state == State.CANCELLED


def test_where_lines_were_completed_the_order_is_completed_with_the_rest_cancelled(
    world: World,
) -> None:
    order = complete(make_order_of_three(world), 1, world=world)

    cancel_lines(order, world=world)

    stored = again(order)
    assert (stored.state, stored.closed_at) == (State.COMPLETED, LATER)
    assert states(order) == ["completed", "cancelled", "cancelled"]


def test_it_is_recorded_and_the_contractor_is_told(world: World) -> None:
    order = complete(make_order_of_three(world), 1, world=world)

    cancel_lines(order, 2, 3, world=world)

    entry = Entry.objects.about(order).get(action="cancel")
    assert (entry.actor, entry.reason) == (world.catr, "The office closes")
    assert entry.changes == [
        Change("state", "Acknowledged by contractor", "Completed"),
        Change("Request #2", "Add 1 Toll-free line", "Cancelled"),
        Change("Request #3", "Add 1 Dark fibre", "Cancelled"),
    ]
    assert Notice.objects.filter(user=world.desk, cause__contains="cancelled").count() == 1
    assert verify().faults == ()


def test_a_mail_to_the_order_desk_names_what_is_cancelled(world: World) -> None:
    order = make_order_of_three(world)

    cancel_lines(order, 1, 3, world=world)

    (mail,) = mails(order)
    assert mail.recipients == ["desk@contractor.example"]
    assert mail.subject == f"Cancellation: STD. 20 {order.number} from Highway Patrol"
    assert (
        "The agency cancels:\nRequest #1: Add 1 Hosted VoIP\nRequest #3: Add 1 Dark fibre\n\n"
        "Reason: The office closes\n" in mail.text
    )
    assert "Toll-free line" not in mail.text
    assert mail.documents.count() == 0


def test_each_cancellation_has_its_own_mail_to_the_desk_of_the_category(world: World) -> None:
    category = make_category("4.1", "Long Distance")
    world.contract.desk_addresses.create(
        category=category,
        email="calls@contractor.example",
        effective_from="2020-01-01",
        reason="For this test",
        recorded_at=AT,
    )
    services = [make_service(name, world.contract, category=category) for name in ("A", "B")]
    order = make_sent_order(world, *services)

    for position in (1, 2):
        cancel_lines(order, position, world=world)

    assert [mail.recipients for mail in mails(order)] == [["calls@contractor.example"]] * 2


def test_a_second_click_cancels_nothing_more(world: World) -> None:
    order = make_order_of_three(world)

    for _ in range(2):
        cancel_lines(order, 2, world=world)

    assert Entry.objects.filter(action="cancel").count() == len(mails(order)) == 1
    assert again(order).version == order.version + 1


def test_what_is_cancelled_wholly_is_not_cancelled_again(world: World) -> None:
    order = make_sent_order(world)
    cancel_lines(order, world=world)

    with pytest.raises(WrongState, match="can’t be cancelled: it is “cancelled” now"):
        cancel_lines(order, world=world)
    assert len(mails(order)) == 1


def test_a_line_that_the_contractor_has_done_is_not_cancelled(world: World) -> None:
    order = complete(make_order_of_three(world), 2, world=world)

    with pytest.raises(
        WrongState, match=f"Request #2 of {order} can’t be cancelled: it is “completed” now"
    ):
        cancel_lines(order, 1, 2, world=world)

    assert states(order) == ["open", "completed", "open"]


def test_a_line_of_another_order_is_left_alone(world: World) -> None:
    order, other = make_sent_order(world), make_sent_order(world)

    cancel(
        order=order,
        lines=lines_of(other, 1),
        reason="No",
        access=access(world.catr),
        at=AT,
    )

    assert states(other) == states(order) == ["open"]


def test_what_was_not_sent_is_not_cancelled(world: World) -> None:
    for order in (make_ready_order(world), make_signed_order(world)):
        with pytest.raises(WrongState, match="can’t be cancelled"):
            cancel_lines(order, world=world)


@pytest.mark.parametrize("who", ["stranger", "stnd", "auditor", "desk", "purchaser"])
def test_nobody_else_cancels(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        changing.cancel(
            order=make_sent_order(world), reason="No", access=access(getattr(world, who)), at=AT
        )


# The page


def test_the_page_offers_the_lines_under_way(world: World) -> None:
    order = complete(make_order_of_three(world), 2, world=world)

    shown = text(page(world.atr, "orders:cancel", order.pk))

    assert "#1 Add 1 Hosted VoIP" in shown
    assert "#3 Add 1 Dark fibre" in shown
    assert "#2 Add" not in shown


def test_a_checked_line_is_cancelled(world: World) -> None:
    order = make_order_of_three(world)

    answer = post(
        world.atr,
        "orders:cancel",
        order.pk,
        what="chosen",
        lines=keys(order, 3),
        reason="Too dear",
    )

    assert goes_to(answer, "orders:detail", order.pk)
    assert messages(answer) == [f"Lines of {order} are cancelled. The order desk is told by mail."]
    assert states(order) == ["open", "open", "cancelled"]


def test_the_page_says_what_became_of_the_order(world: World) -> None:
    whole = {"what": "whole", "reason": "Too dear"}
    order, partly = make_sent_order(world), make_order_of_three(world)
    complete(partly, 1, world=world)

    assert messages(post(world.atr, "orders:cancel", order.pk, **whole))[0].startswith(
        f"{order} is cancelled."
    )
    assert (
        "it is completed with what was done before"
        in (messages(post(world.atr, "orders:cancel", partly.pk, **whole))[0])
    )
    assert goes_to(post(world.atr, "orders:cancel", order.pk, **whole), "orders:detail", order.pk)


def test_a_form_that_lacks_something_cancels_nothing(world: World) -> None:
    order, other = make_order_of_three(world), make_sent_order(world)
    wrong: list[tuple[dict[str, object], list[str]]] = [
        ({}, ["what", "reason"]),
        ({"what": "chosen", "reason": "No"}, ["lines"]),
        ({"what": "chosen", "lines": keys(other, 1), "reason": "No"}, ["lines"]),
        ({"what": "whole", "reason": "😀"}, ["reason"]),
    ]

    for typed, fields in wrong:
        assert list(errors(post(world.atr, "orders:cancel", order.pk, **typed))) == fields

    assert states(order) == ["open"] * 3
