"""Lists of orders: kept filters, downloads of what the list shows, orders followed."""

from typing import Any

from orders.models import Order, SavedFilter
from tests.orders.factories import World

TABLE = """
orders:csv              -           GET     200 200  200  200   200  200   200  200 200 302
orders:csv              -           POST    405 405  405  405   405  405   405  405 405 302
orders:xlsx             -           GET     200 200  200  200   200  200   200  200 200 302
orders:xlsx             -           POST    405 405  405  405   405  405   405  405 405 302
orders:std20s           -           GET     200 200  302  302   200  302   200  200 200 302
orders:std20s           -           POST    405 405  405  405   405  405   405  405 405 302
orders:keep-filter      -           GET     405 405  405  405   405  405   405  405 405 302
orders:keep-filter      -           POST    302 302  302  302   302  302   302  302 302 302
orders:forget-filter    filter      GET     405 405  405  405   405  405   405  405 405 302
orders:forget-filter    filter      POST    302 404  404  404   404  404   404  404 404 302
orders:follow           draft       GET     405 405  405  405   405  405   405  405 405 302
orders:follow           draft       POST    302 302  404  404   404  404   302  302 302 302
"""

DOWNLOADS = {"orders:std20s"}
# How a person looks at orders is their own affair
UNRECORDED = {"orders:forget-filter", "orders:follow"}
FILES = {"orders:csv", "orders:xlsx"}
BUTTONS: dict[str, dict[str, str]] = {}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """The parameters by which addresses name what there is on the stage, by what it is called."""
    kept = SavedFilter.objects.create(user=world.atr, name="Fresno", query="site=fresno")
    return {"filter": {"pk": kept.pk}}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    return {"orders:keep-filter": {"name": "Mine", "query": "turn=on"}}
