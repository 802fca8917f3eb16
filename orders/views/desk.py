"""The contractor’s order desk, and what it says of an order to everyone who may see it."""

from orders.models import Order
from stmm.agencies.middleware import Request


def panel(request: Request, order: Order) -> dict[str, object]:
    """What the page of an order shows of it."""
    return {}
