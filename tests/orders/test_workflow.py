"""Each state against each action: what the table allows happens, all else changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import cast
from uuid import uuid4

import pytest
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.models import SENT_STATES, Determination, Order, Question, Signature, State
from orders.models.progress import RejectionReason
from orders.services.changing import acts as changing
from orders.services.changing.amending import begin_amendment
from orders.services.desk import acts as desk
from orders.services.desk.steps import Numbers
from orders.services.making import drafting
from orders.services.sending import route
from orders.services.signing import approving, signing
from orders.workflow.order import STEPS, Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.models import Entry
from stmm.outbox.models import OutgoingMail
from stmm.refusals import Refused, WrongState
from tests.factories import AT, TODAY
from tests.orders.factories import (
    World,
    access,
    make_ready_order,
    make_sent_order,
    make_signed_order,
    sign,
)
from tests.orders.sent_orders import amend, commit, complete, keys

LATER = TODAY + timedelta(days=40)


def reviewed(world: World) -> Order:
    order = make_ready_order(world)
    return signing.hand_over(
        order=order, version=order.version, note="", access=access(world.atr), at=AT
    )


def abandoned(world: World) -> Order:
    return drafting.abandon(
        order=make_ready_order(world), reason="No need", access=access(world.atr), at=AT
    )


def acknowledged(world: World) -> Order:
    """Its one line has its date."""
    return commit(make_sent_order(world), 1, world=world)


def completed(world: World) -> Order:
    return complete(make_sent_order(world), 1, world=world)


def rejected(world: World) -> Order:
    order = make_sent_order(world)
    at_desk = access(world.desk)
    desk.reject(order=order, reason=RejectionReason.OTHER, text="No", access=at_desk, at=AT)
    return Order.objects.get(pk=order.pk)


def cancelled(world: World) -> Order:
    order = make_sent_order(world)
    return changing.cancel(order=order, reason="No need", access=access(world.atr), at=AT)


def superseded(world: World) -> Order:
    order = make_sent_order(world)
    sign(amend(order, by=world.atr), by=world.atr)
    return Order.objects.get(pk=order.pk)


MAKE: dict[State, Callable[[World], Order]] = {
    State.DRAFT: make_ready_order,
    State.REVIEW: reviewed,
    State.SIGNED: make_signed_order,
    State.ROUTED: make_sent_order,
    State.ACKNOWLEDGED: acknowledged,
    State.COMPLETED: completed,
    State.REJECTED: rejected,
    State.CANCELLED: cancelled,
    State.SUPERSEDED: superseded,
    State.ABANDONED: abandoned,
}
# Follow of themselves: completing the last line, signing an amendment
OF_THEMSELVES = {Action.COMPLETE, Action.SUPERSEDE}
ACTIONS = [action for action in Action if action not in OF_THEMSELVES]
# Where an action leads further than the table alone says
LEADS_ON = {
    Action.COMPLETE_LINE: State.COMPLETED,
    Action.CANCEL: State.CANCELLED,
}


# What is said of lines of an order that no contractor has
NO_LINES = "None of these lines is with the contractor"
# Allowed, if a line were completed
NOTHING_DONE = {(State.ACKNOWLEDGED, Action.CORRECT), (State.SUPERSEDED, Action.CORRECT)}
# Said a second time: nothing is done, and nobody is refused
KNOWN_ALREADY = {
    # A job, which must not fail on a second run
    *((state, Action.ROUTE) for state in State),
    (State.ACKNOWLEDGED, Action.ACKNOWLEDGE),
    (State.COMPLETED, Action.ACKNOWLEDGE),
}


def act(action: Action, order: Order, world: World) -> None:
    """As the ATR who made it, or at the desk; of one line, so that the last is done with it."""
    (acts_of_the_agency(order, world) | acts_of_the_desk(order, world))[action]()


def acts_of_the_agency(order: Order, world: World) -> dict[Action, Callable[[], object]]:
    by, version = access(world.atr), Order.objects.get(pk=order.pk).version
    return {
        Action.EDIT: lambda: drafting.change(
            order=order, fields={"division": str(uuid4())}, version=version, access=by, at=AT
        ),
        Action.HAND_OVER: lambda: signing.hand_over(
            order=order, version=version, note="", access=by, at=AT
        ),
        Action.TAKE_BACK: lambda: signing.take_back(order=order, access=by, at=AT),
        Action.SEND_BACK: lambda: signing.send_back(
            order=order, reason="Mend it", access=by, at=AT
        ),
        Action.APPROVE: lambda: approving.approve(
            order=order, version=version, access=access(world.catr), at=AT
        ),
        Action.SIGN: lambda: sign(order, by=world.atr),
        Action.ABANDON: lambda: drafting.abandon(order=order, reason="No", access=by, at=AT),
        Action.ROUTE: lambda: route(order=order, at=AT),
        Action.ANSWER: lambda: answer(order, by),
        Action.CANCEL: lambda: changing.cancel(order=order, reason="No", access=by, at=AT),
        Action.EXPEDITE: lambda: changing.expedite(
            order=order, wanted_on=LATER, reason="Fire season", access=by, at=AT
        ),
        Action.AMEND: lambda: begin_amendment(
            order=order, reason="The office moved", access=by, at=AT
        ),
    }


def acts_of_the_desk(order: Order, world: World) -> dict[Action, Callable[[], object]]:
    at_desk, lines = access(world.desk), keys(order, 1)
    version = Order.objects.get(pk=order.pk).version
    return {
        Action.ACKNOWLEDGE: lambda: desk.acknowledge(order=order, access=at_desk, at=AT),
        Action.REJECT: lambda: desk.reject(
            order=order, reason=RejectionReason.DUPLICATE, text="Twice", access=at_desk, at=AT
        ),
        Action.ASK: lambda: desk.ask(order=order, text="Where?", access=at_desk, at=AT),
        Action.COMMIT: lambda: desk.commit(
            order=order, lines=lines, committed_on=LATER, reason="Parts", access=at_desk, at=AT
        ),
        Action.JEOPARDY: lambda: desk.jeopardy(
            order=order, lines=lines, reason="Flood", access=at_desk, at=AT
        ),
        Action.COMPLETE_LINE: lambda: desk.complete(
            order=order,
            lines=dict.fromkeys(lines, Numbers(sr_number="SR-9")),
            completed_on=TODAY,
            access=at_desk,
            at=AT,
        ),
        Action.CORRECT: lambda: desk.correct(
            order=order,
            lines=dict.fromkeys(lines, Numbers(sr_number="SR-10")),
            reason="Mistyped",
            version=version,
            access=at_desk,
            at=AT,
        ),
    }


def answer(order: Order, by: Access) -> None:
    """The question it has, or had before it moved on."""
    question, _ = Question.objects.get_or_create(
        order=order,
        defaults={"text": "Which floor?", "asked_by": cast(User, by.user), "asked_at": AT},
    )
    desk.answer(question=question, text="The third", access=by, at=AT)


def everything(order: Order) -> tuple[object, ...]:
    """All that an action could change."""
    stored = Order.objects.get(pk=order.pk)
    return (
        model_to_dict(stored),
        stored.routed_at,
        list(stored.lines.values()),
        list(Signature.objects.values()),
        Determination.objects.count(),
        Entry.objects.count(),
        OutgoingMail.objects.count(),
    )


@pytest.mark.parametrize(("state", "action"), list(product(MAKE, ACTIONS)))
def test_an_action_is_taken_where_the_table_allows_it_and_refused_elsewhere(
    world: World, state: State, action: Action
) -> None:
    order = MAKE[state](world)
    assert order.state == state
    before = everything(order)

    if (state, action) in NOTHING_DONE:
        with pytest.raises(WrongState, match="Request #1 can’t be corrected: it is"):
            act(action, order, world)
        assert everything(order) == before
        return
    if state in STEPS[action].before:
        act(action, order, world)
        after = LEADS_ON.get(action) or STEPS[action].after or state
        assert Order.objects.get(pk=order.pk).state == after
        return

    if (state, action) in KNOWN_ALREADY:
        act(action, order, world)
    else:
        with pytest.raises(WrongState, match=f"{order} can’t be {STEPS[action].done}|{NO_LINES}"):
            act(action, order, world)
    assert everything(order) == before


UNSENT = {State.DRAFT, State.REVIEW, State.SIGNED, State.ABANDONED}


def test_no_action_leads_out_of_a_signed_order_but_to_the_contractor() -> None:
    leads = {(state, step.after) for step in STEPS.values() for state in step.before}

    assert {after for before, after in leads if before == State.SIGNED} == {State.ROUTED}
    assert not {after for before, after in leads if before == State.ABANDONED}
    assert not {after for before, after in leads if before in SENT_STATES} & UNSENT


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(actions=st.lists(st.sampled_from([a for a in ACTIONS if a != Action.ROUTE]), max_size=8))
def test_no_chain_of_actions_re_opens_a_signed_order(world: World, actions: list[Action]) -> None:
    order = make_signed_order(world, by=world.atr)
    content = order.signature.content
    for action in actions:
        if action is Action.SIGN:  # by the same person: a second click
            assert sign(order, by=world.atr).state == State.SIGNED
        else:
            with pytest.raises(Refused):
                act(action, order, world)

    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.signature.content) == (State.SIGNED, content)
