"""Amending an order that was sent: a draft of its lines under way, which supersedes it."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from orders.content.order import signed_content
from orders.documents.order import std20_of
from orders.documents.std20 import as_json
from orders.models import Attachment, Determination, LineProgress, Order, State
from orders.models.progress import RejectionReason
from orders.reading.differences import differences
from orders.reading.order import lines_of, shown_lines
from orders.services import sending
from orders.services.changing import acts as changing
from orders.services.desk import acts as desk
from orders.services.making import drafting
from stmm.accounts.models import User
from stmm.audit.models import Change, Entry
from stmm.audit.services import verify
from stmm.outbox.models import Notice, OutgoingMail
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.catalog.factories import make_service
from tests.factories import AT, TODAY
from tests.orders.approvals import set_rule
from tests.orders.factories import (
    PDF,
    World,
    access,
    make_mailed_order,
    make_ready_order,
    make_sent_order,
    make_signed_order,
    sign,
)
from tests.orders.pages import again
from tests.orders.sent_orders import amend, complete, make_order_of_three, states, take_off
from tests.orders.test_query_counts import statements

LATER = AT + timedelta(days=2)


# The draft


def test_an_amendment_begins_as_a_draft_of_the_order(world: World) -> None:
    order = make_order_of_three(world)

    draft = amend(order, world.atr)

    assert (draft.state, draft.supersedes, draft.amendment_reason) == (
        State.DRAFT,
        order,
        "The office moved",
    )
    assert draft.number != order.number
    assert draft.agency_request_number == f"{order.agency_request_number} amendment 1"
    for name in ("department", "contact_name", "contact_email", "requested_address", "eligibility"):
        assert getattr(draft, name) == getattr(order, name)
    copied = ("position", "service", "order_type", "quantity", "description", "creation_key")
    assert list(draft.lines.values(*copied)) == list(order.lines.values(*copied))
    assert not differences(draft, shown_lines(draft, on=TODAY))


def test_the_former_goes_on_until_the_amendment_is_signed(world: World) -> None:
    order = make_order_of_three(world)

    amend(order, world.atr)

    assert again(order).state == State.ROUTED
    assert states(order) == ["open"] * 3


def test_what_the_contractor_has_done_is_not_copied(world: World) -> None:
    order = complete(make_order_of_three(world), 2, world=world)

    draft = amend(order, world.atr)

    names = list(draft.lines.values_list("position", "service_name"))
    assert names == [(1, "Hosted VoIP"), (2, "Dark fibre")]


def test_attachments_go_along(world: World) -> None:
    order = make_ready_order(world)
    drafting.attach(
        order=order, kind="std65", file_name="65.pdf", content=PDF, access=access(world.atr), at=AT
    )
    sign(order, by=world.catr)
    Order.objects.filter(pk=order.pk).update(state=State.ROUTED, routed_at=AT)
    sending.follow_lines(order, AT)

    draft = amend(order, world.atr)

    (attached,) = draft.attachments.all()
    assert (attached.kind, attached.document) == (
        Attachment.Kind.STD65,
        order.attachments.get().document,
    )


def test_both_orders_tell_of_it_and_the_former_only_inside(world: World) -> None:
    order = make_sent_order(world)

    draft = amend(order, world.atr)

    assert Entry.objects.about(draft).get().label == "Start"
    entry = Entry.objects.about(order).get(action="amend")
    assert (entry.actor, entry.reason) == (world.atr, "The office moved")
    assert entry.changes == [Change("amendment", "", f"{draft}, {draft.agency_request_number}")]
    assert not OutgoingMail.objects.filter(about_kind="orders.order").exists()


def test_a_second_click_begins_no_second_draft(world: World) -> None:
    order = make_sent_order(world)

    assert amend(order, world.atr) == amend(order, world.atr)
    assert Order.objects.count() == 2
    assert Entry.objects.filter(action="amend").count() == 1


def test_there_is_one_amendment_at_a_time_and_abandoning_it_lets_another_begin(
    world: World,
) -> None:
    order = make_sent_order(world)
    first = amend(order, world.atr)

    with pytest.raises(WrongState, match=f"is being amended already, by {first}"):
        amend(order, world.catr, "Another reason")

    drafting.abandon(order=first, reason="No", access=access(world.atr), at=AT)
    second = amend(order, world.catr, "Another reason")
    assert second.agency_request_number == f"{order.agency_request_number} amendment 2"


def test_a_long_number_makes_room_for_the_suffix(world: World) -> None:
    order = make_ready_order(world, number="N" * 40)
    sign(order, by=world.catr)
    Order.objects.filter(pk=order.pk).update(state=State.ROUTED, routed_at=AT)
    sending.follow_lines(order, AT)

    assert amend(order, world.atr).agency_request_number == "N" * 28 + " amendment 1"


def test_an_amendment_is_amended_under_the_same_number(world: World) -> None:
    order = make_sent_order(world)
    first = supersede(order, world)

    second = amend(first, world.atr, "And again")

    assert second.agency_request_number == f"{order.agency_request_number} amendment 2"
    assert second.supersedes == first


@pytest.mark.parametrize("make", [make_ready_order, make_signed_order])
def test_what_was_not_sent_is_not_amended(world: World, make: Callable[[World], Order]) -> None:
    with pytest.raises(WrongState, match="can’t be amended: it is"):
        amend(make(world), world.catr)


@pytest.mark.parametrize("who", ["stranger", "stnd", "auditor", "desk", "purchaser"])
def test_nobody_else_amends(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        amend(make_sent_order(world), getattr(world, who))


# Signing it


def supersede(order: Order, world: World, by: User | None = None) -> Order:
    """The amendment, signed and sent in name."""
    draft = amend(order, by or world.atr)
    sign(draft, by=by or world.catr, at=LATER)
    Order.objects.filter(pk=draft.pk).update(state=State.ROUTED, routed_at=LATER)
    sending.follow_lines(draft, LATER)
    return again(draft)


def test_signing_the_amendment_ends_the_former(world: World) -> None:
    order = make_sent_order(world)
    draft = amend(order, world.atr)

    signed = sign(draft, by=world.catr, at=LATER)

    former = again(order)
    assert signed.state == State.SIGNED
    assert (former.state, former.closed_at) == (State.SUPERSEDED, LATER)
    assert former.version == order.version + 1
    assert states(order) == ["replaced"]
    entry = Entry.objects.about(order).get(action="supersede")
    assert (entry.actor, entry.reason) == (world.catr, "The office moved")
    assert entry.changes[0] == Change("state", "Sent to contractor", "Superseded by an amendment")
    assert Entry.objects.latest("sequence").action == "sign"
    assert verify().faults == ()
    assert Notice.objects.filter(user=world.desk, cause__contains="amended").count() == 1


def test_completed_lines_stay_with_the_former(world: World) -> None:
    order = complete(make_order_of_three(world), 1, world=world)
    desk.jeopardy(
        order=order,
        lines=[order.lines.get(position=2).pk],
        reason="No permit",
        access=access(world.desk),
        at=AT,
    )

    sign(amend(order, world.atr), by=world.catr, at=LATER)

    assert states(order) == ["completed", "replaced", "replaced"]
    replaced = LineProgress.objects.get(line__order=order, line__position=2)
    assert (replaced.jeopardy, replaced.changed_at) == ("", LATER)


def test_a_second_click_signs_and_supersedes_once(world: World) -> None:
    order = make_sent_order(world)
    draft = amend(order, world.atr)

    assert {sign(draft, by=world.catr).state for _ in range(2)} == {State.SIGNED}
    assert Entry.objects.filter(action="supersede").count() == 1


def test_an_amendment_needs_the_catrs_word_as_any_order(world: World) -> None:
    order = make_sent_order(world)
    set_rule(world, needs_catr="always")

    with pytest.raises(Incomplete, match="wants its CATR’s approval"):
        sign(amend(order, world.atr), by=world.atr)
    assert again(order).state == State.ROUTED


@pytest.mark.parametrize("how", ["completed", "rejected by contractor", "cancelled"])
def test_an_order_that_was_closed_meanwhile_is_not_superseded(world: World, how: str) -> None:
    order = make_sent_order(world)
    draft = amend(order, world.atr)
    if how == "completed":
        complete(order, 1, world=world)
    elif how == "cancelled":
        changing.cancel(order=order, reason="No", access=access(world.catr), at=AT)
    else:
        reason = RejectionReason.OTHER
        desk.reject(order=order, reason=reason, text="No", access=access(world.desk), at=AT)

    with pytest.raises(
        Incomplete, match=f"{order} can’t be amended any more: it is “{how}” now. Abandon this"
    ):
        sign(draft, by=world.catr)

    assert again(draft).state == State.DRAFT


def test_a_line_that_was_done_meanwhile_is_taken_off_before_it_is_signed(world: World) -> None:
    order = make_order_of_three(world)
    draft = amend(order, world.atr)
    complete(order, 2, world=world)

    with pytest.raises(
        Incomplete, match=f"Request #2: Request #2 of {order} is “completed” by now. Take this line"
    ):
        sign(draft, by=world.catr)

    take_off(draft, 2, world.atr)
    sign(draft, by=world.catr)
    assert states(order) == ["replaced", "completed", "replaced"]


def test_signing_an_amendment_takes_the_same_queries_for_any_number_of_lines(
    world: World,
) -> None:
    def queries(lines: int) -> int:
        services = [make_service(f"VoIP {n}", world.contract) for n in range(lines)]
        draft = amend(make_sent_order(world, *services), world.atr)
        return statements(lambda: sign(draft, by=world.catr))

    counted = [queries(1), queries(10), queries(60)]

    assert counted == [counted[0]] * 3


# What it says


def test_the_signed_content_names_the_former_its_requests_and_the_reason(world: World) -> None:
    order = complete(make_order_of_three(world), 2, world=world)
    draft = sign(amend(order, world.atr), by=world.catr, at=LATER)

    content = json.loads(draft.signature.content)

    assert content["supersedes"] == {
        "number": order.number,
        "requests": [1, 3],
        "reason": "The office moved",
    }
    stored = again(draft)
    determinations = Determination.objects.filter(line__order=stored)
    attached = stored.attachments.all()
    content_again = signed_content(stored, lines_of(stored), determinations, attached)
    assert content_again == draft.signature.content


def test_an_order_that_amends_none_has_nothing_of_it(world: World) -> None:
    order = make_signed_order(world)

    assert "supersedes" not in json.loads(order.signature.content)
    assert std20_of(again(order)).supersedes == ""


def test_the_form_names_the_former_and_so_does_its_data(world: World) -> None:
    order = complete(make_order_of_three(world), 2, world=world)

    form = std20_of(again(sign(amend(order, world.atr), by=world.catr)))

    sentence = (
        f"This order supersedes order {order.number} ({order.agency_request_number}), signed"
        " March 2, 2026: it replaces its requests #1 and #3. Reason: The office moved"
    )
    assert form.supersedes == sentence
    assert as_json(form)["supersedes"] == sentence


def test_the_mail_says_that_it_is_an_amendment(world: World) -> None:
    draft = sign(amend(make_mailed_order(world), world.atr), by=world.catr)

    sending._send(draft, PDF, AT)

    mail = OutgoingMail.objects.about(draft).get()
    assert mail.subject == f"Amendment: STD. 20 {draft.number} from Highway Patrol"
    assert "it replaces its request #1. Reason: The office moved" in mail.text
