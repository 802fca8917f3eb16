"""Each state against each action: what the table allows happens, all else changes nothing."""

from collections.abc import Callable
from itertools import product
from uuid import uuid4

import pytest
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.models import SENT_STATES, Determination, Order, Signature, State
from orders.refusals import Refused, WrongState
from orders.services import drafting, signing
from orders.services.routing import route
from orders.workflow import STEPS, Action
from stmm.audit.models import Entry
from stmm.outbox.models import OutgoingMail
from tests.factories import AT
from tests.orders.factories import (
    World,
    access,
    make_ready_order,
    make_sent_order,
    make_signed_order,
    sign,
)


def reviewed(world: World) -> Order:
    order = make_ready_order(world)
    return signing.hand_over(
        order=order, version=order.version, note="", access=access(world.atr), at=AT
    )


def abandoned(world: World) -> Order:
    return drafting.abandon(
        order=make_ready_order(world), reason="No need", access=access(world.atr), at=AT
    )


MAKE: dict[State, Callable[[World], Order]] = {
    State.DRAFT: make_ready_order,
    State.REVIEW: reviewed,
    State.SIGNED: make_signed_order,
    State.ROUTED: make_sent_order,
    State.ABANDONED: abandoned,
}


# What is done before the contractor has its say
ACTIONS = (
    Action.EDIT,
    Action.HAND_OVER,
    Action.TAKE_BACK,
    Action.SEND_BACK,
    Action.SIGN,
    Action.ABANDON,
    Action.ROUTE,
)


def act(action: Action, order: Order, world: World) -> None:
    """As the CATR, who did not sign it if it is signed: the ATR did or nobody."""
    by, version = access(world.atr), Order.objects.get(pk=order.pk).version
    match action:
        case Action.EDIT:
            drafting.change(
                order=order, fields={"division": str(uuid4())}, version=version, access=by, at=AT
            )
        case Action.HAND_OVER:
            signing.hand_over(order=order, version=version, note="", access=by, at=AT)
        case Action.TAKE_BACK:
            signing.take_back(order=order, access=by, at=AT)
        case Action.SEND_BACK:
            signing.send_back(order=order, reason="Mend it", access=by, at=AT)
        case Action.SIGN:
            sign(order, by=world.atr)
        case Action.ABANDON:
            drafting.abandon(order=order, reason="No need", access=by, at=AT)
        case Action.ROUTE:
            route(order=order, at=AT)


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

    if state in STEPS[action].before:
        act(action, order, world)
        assert Order.objects.get(pk=order.pk).state == STEPS[action].after
        return

    if action is Action.ROUTE:  # a job, which must not fail on a second run
        act(action, order, world)
    else:
        with pytest.raises(WrongState, match=f"{order} can’t be {STEPS[action].done}"):
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
