"""What the agency does with an order besides: approve, amend, cancel, hurry, note."""

from orders.models import Order
from stmm.agencies.middleware import Request


def panel(request: Request, order: Order) -> dict[str, object]:
    """What the page of an order shows of it."""
    return {}
