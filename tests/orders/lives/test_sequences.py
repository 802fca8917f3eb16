"""Everyone at one order, in any sequence, from its draft on: never out of the tables."""

from django.test import override_settings

from orders.models import LineState, State
from tests.orders.factories import World
from tests.orders.lives.cast import make_cast, route_with_any_pdf
from tests.orders.lives.machine import ACTIONS, live


@override_settings(STMM_KEEP_MAIL=True)
def test_no_sequence_of_peoples_acts_breaks_an_order(world: World) -> None:
    reached = live(
        make_cast(world, route_with_any_pdf),
        max_examples=50,
        stateful_step_count=30,
        derandomize=True,
        database=None,
    )

    # They led everywhere: a machine that stands still would find nothing either
    assert reached.states == set(State)
    assert reached.lines == set(LineState)
    assert reached.actions == set(ACTIONS)
