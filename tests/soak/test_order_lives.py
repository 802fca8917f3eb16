"""Hundreds of long lives of orders, each form laid out as the job does it; other ones each time."""

import pytest
from django.test import override_settings

from orders.models import LineState, State
from orders.services.sending import route
from tests.orders.factories import make_world
from tests.orders.lives.cast import make_cast
from tests.orders.lives.machine import ACTIONS, live

pytestmark = pytest.mark.django_db


@override_settings(STMM_KEEP_MAIL=True)
def test_no_long_life_of_an_order_breaks_it() -> None:
    cast = make_cast(make_world(), lambda order, at: route(order=order, at=at))

    reached = live(cast, max_examples=400, stateful_step_count=80)

    assert reached.states == set(State)
    assert reached.lines == set(LineState)
    assert reached.actions == set(ACTIONS)
