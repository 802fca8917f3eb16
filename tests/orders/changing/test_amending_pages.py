"""Amending on the pages: from the order to the draft, what differs, and back."""

import pytest

from orders.models import Order, State
from orders.services.changing import acts as changing
from orders.services.making import drafting
from tests.factories import AT
from tests.orders.factories import (
    World,
    access,
    fill,
    make_draft,
    make_mailed_order,
    make_ready_order,
    make_sent_order,
    make_signed_order,
    sign,
)
from tests.orders.pages import again, errors, goes_to, messages, page, post, text
from tests.orders.sent_orders import amend, complete, make_order_of_three


def begun(order: Order, world: World) -> Order:
    return amend(order, world.atr, "We moved")


def test_a_sent_order_is_amended_from_its_page(world: World) -> None:
    order = make_sent_order(world)
    assert f'href="/orders/{order.pk}/amend/"' in (
        page(world.atr, "orders:detail", order.pk).content.decode()
    )

    answer = post(world.atr, "orders:amend", order.pk, reason="We moved")

    draft = Order.objects.get(supersedes=order)
    assert goes_to(answer, "orders:lines", draft.pk)
    assert messages(answer) == [f"{draft} is a draft of what {order} says: change it, sign it."]
    again_sent = post(world.atr, "orders:amend", order.pk, reason="We moved")
    assert goes_to(again_sent, "orders:lines", draft.pk)


def test_a_second_amendment_is_refused_with_the_first_one_named(world: World) -> None:
    order = make_sent_order(world)
    draft = begun(order, world)

    answer = post(world.catr, "orders:amend", order.pk, reason="Another")

    assert goes_to(answer, "orders:detail", order.pk)
    assert messages(answer) == [
        f"{order} is being amended already, by {draft}: go on with that one."
    ]


@pytest.mark.parametrize("reason", ["", "  ", "😀", "x" * 1001])
def test_a_reason_is_needed_and_can_be_printed(world: World, reason: str) -> None:
    order = make_sent_order(world)

    answer = post(world.atr, "orders:amend", order.pk, reason=reason)

    assert list(errors(answer)) == ["reason"]
    assert not Order.objects.filter(supersedes=order).exists()


def test_the_draft_and_its_review_show_what_differs(world: World) -> None:
    order = make_sent_order(world)
    draft = begun(order, world)

    for name in ("orders:detail", "orders:review"):
        shown = text(page(world.atr, name, draft.pk))
        assert f"Nothing yet: it says the same as {order.agency_request_number}." in shown

    fill(draft, by=world.atr, division="North")
    for name in ("orders:detail", "orders:review"):
        shown = text(page(world.atr, name, draft.pk))
        assert "Division (unit, etc.) nothing North" in shown


def test_each_order_leads_to_the_other(world: World) -> None:
    order = make_sent_order(world)
    draft = begun(order, world)

    former, amendment = (
        page(world.atr, "orders:detail", each.pk).content.decode() for each in (order, draft)
    )

    assert f'href="{draft.get_absolute_url()}"' in former
    assert "An amendment is in preparation" in former
    assert f'href="{order.get_absolute_url()}"' in amendment
    assert "Reason: We moved" in amendment


def test_the_contractor_learns_of_an_amendment_when_it_is_sent(world: World) -> None:
    order = make_mailed_order(world)
    draft = begun(order, world)

    def seen() -> str:
        return str(page(world.desk, "orders:detail", order.pk).content.decode())

    for words in ("amendment", "We moved", draft.get_absolute_url(), "Change this order"):
        assert words not in seen()
    sign(draft, by=world.catr)
    assert draft.get_absolute_url() not in seen()
    Order.objects.filter(pk=draft.pk).update(state=State.ROUTED, routed_at=AT)

    assert "Superseded by its amendment" in seen()
    assert draft.get_absolute_url() in seen()
    assert "What the amendment changes" in text(page(world.desk, "orders:detail", draft.pk))


def test_an_amendment_of_what_was_closed_meanwhile_is_to_be_abandoned(world: World) -> None:
    order = make_sent_order(world)
    draft = begun(order, world)
    changing.cancel(order=order, reason="No", access=access(world.atr), at=AT)

    shown = text(page(world.atr, "orders:review", draft.pk))

    assert f"{order} can’t be amended any more: it is “cancelled” now." in shown
    drafting.abandon(order=draft, reason="No", access=access(world.atr), at=AT)
    assert "in preparation" not in text(page(world.atr, "orders:detail", order.pk))


def test_the_review_names_lines_that_were_done_meanwhile(world: World) -> None:
    order = make_order_of_three(world)
    draft = begun(order, world)
    complete(order, 3, world=world)

    shown = text(page(world.atr, "orders:review", draft.pk))

    assert f"Request #3: Request #3 of {order} is “completed” by now. Take this line off." in shown


# The buttons of the order's page

BUTTONS = ("Amend", "Cancel lines or all", "Ask for a sooner day")


def test_who_may_change_a_sent_order_has_the_buttons(world: World) -> None:
    order = make_sent_order(world)

    html = page(world.atr, "orders:detail", order.pk).content.decode()

    for name in ("amend", "cancel", "expedite"):
        assert f'href="/orders/{order.pk}/{name}/"' in html


def test_oversight_sees_them_disabled_with_the_reason_once(world: World) -> None:
    order = make_sent_order(world)

    answer = page(world.auditor, "orders:detail", order.pk)

    for words in BUTTONS:
        assert f'aria-disabled="true">{words}</span>' in answer.content.decode()
    reason = "Only a CATR or ATR of Highway Patrol, appointed today, may do this."
    assert reason in text(answer)


def test_a_closed_order_says_why_nothing_can_be_changed(world: World) -> None:
    order = make_sent_order(world)
    changing.cancel(order=order, reason="No", access=access(world.atr), at=AT)

    answer = page(world.atr, "orders:detail", order.pk)

    assert f"{order} can’t be cancelled: it is “cancelled” now." in text(answer)
    assert f'href="/orders/{order.pk}/amend/"' not in answer.content.decode()


def test_the_contractor_has_no_such_buttons(world: World) -> None:
    shown = text(page(world.desk, "orders:detail", make_sent_order(world).pk))

    for words in BUTTONS:
        assert words not in shown


def test_what_is_not_sent_yet_has_none_of_them(world: World) -> None:
    for order in (make_draft(world, world.mandatory), make_signed_order(world)):
        assert "Change this order" not in text(page(world.atr, "orders:detail", order.pk))


@pytest.mark.parametrize("name", ["amend", "cancel", "expedite"])
def test_the_pages_of_what_can_not_be_changed_lead_back(world: World, name: str) -> None:
    order = make_ready_order(world)

    answer = page(world.atr, f"orders:{name}", order.pk)

    assert goes_to(answer, "orders:detail", order.pk)
    assert again(order).state == State.DRAFT
