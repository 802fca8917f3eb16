"""R5: 200 orders, each signed by eight clicks at once: signed once, each shown the first."""

from collections.abc import Callable

import pytest
from django.db import connection

from orders.models import Determination, Order, Signature, State
from orders.services.signing import signing
from stmm.audit.models import Entry
from stmm.audit.services import verify
from tests.factories import AT
from tests.orders.factories import access, make_ready_order, make_world
from tests.orders.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS, CLICKS = 200, 8


def test_two_hundred_orders_signed_eight_times_at_once_are_signed_once_each() -> None:
    world = make_world()
    signer = access(world.catr)
    for _ in range(ORDERS):
        order = make_ready_order(world)

        def sign(order: Order = order) -> Order:
            return signing.sign(order=order, version=order.version, access=signer, at=AT)

        clicks: list[Callable[[], object]] = [sign] * CLICKS
        assert set(at_once(*clicks)) == {order}
        connection.close()
    assert Order.objects.filter(state=State.SIGNED).count() == ORDERS
    assert Signature.objects.count() == Determination.objects.count() == ORDERS
    assert Entry.objects.filter(action="sign").count() == ORDERS
    assert verify().faults == ()
