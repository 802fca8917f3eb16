"""What a contractor's order desk asks, and what the agency answers."""

from datetime import timedelta

import pytest

from orders.services.desk import acts as desk
from stmm.refusals import NotAllowed, WrongState
from tests.orders.desk_orders import (
    SENT_AT,
    answer,
    ask,
    everything,
    make_order_at_desk,
    reject,
)
from tests.orders.factories import World, access

DAY = timedelta(days=1)


def test_one_question_is_open_at_a_time(world: World) -> None:
    order = make_order_at_desk(world)
    first = ask(world, order)
    before = everything(order)

    assert ask(world, order) == first
    with pytest.raises(WrongState, match="has a question open"):
        ask(world, order, "Which riser?")
    assert everything(order) == before
    answer(world, first)

    assert ask(world, order, "Which riser?") != first


def test_the_same_question_after_its_answer_is_not_asked_anew(world: World) -> None:
    order = make_order_at_desk(world)
    first = ask(world, order)
    answer(world, first)
    before = everything(order)

    assert ask(world, order) == first
    assert everything(order) == before


def test_a_question_is_answered_once_by_the_agency(world: World) -> None:
    order = make_order_at_desk(world)
    question = ask(world, order)

    answered = answer(world, question, at=SENT_AT + DAY)
    before = everything(order)
    assert answer(world, question, at=SENT_AT + 2 * DAY) == answered
    with pytest.raises(WrongState, match="is answered already"):
        answer(world, question, "The fourth")

    assert everything(order) == before
    assert (answered.answered_by, answered.answered_at) == (world.atr, SENT_AT + DAY)


@pytest.mark.parametrize("who", ["desk", "purchaser", "stnd", "auditor", "stranger"])
def test_nobody_else_answers(world: World, who: str) -> None:
    question = ask(world, make_order_at_desk(world))

    with pytest.raises(NotAllowed):
        desk.answer(
            question=question, text="The third", access=access(getattr(world, who)), at=SENT_AT
        )


def test_a_closed_order_is_not_answered_but_the_same_answer_does_no_harm(world: World) -> None:
    order = make_order_at_desk(world)
    first = ask(world, order)
    answer(world, first)
    second = ask(world, order, "Which riser?")
    reject(world, order)

    assert answer(world, first).answer == "The third"
    with pytest.raises(WrongState):
        answer(world, second)
