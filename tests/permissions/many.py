"""Many lines at once, the address book, copies."""

from typing import Any

from orders.models import Order
from tests.orders.factories import World

TABLE = """
"""

DOWNLOADS: set[str] = set()
UNRECORDED: set[str] = set()
FILES: set[str] = set()
BUTTONS: dict[str, dict[str, str]] = {}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """The parameters by which addresses name what there is on the stage, by what it is called."""
    return {}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    return {}
