from orders.models.ato import AuthorizationToOrder, ListedService
from orders.models.order import Attachment, Order, OrderLine
from orders.models.record import Determination, Signature
from orders.models.states import SENT_STATES, State

__all__ = [
    "SENT_STATES",
    "Attachment",
    "AuthorizationToOrder",
    "Determination",
    "ListedService",
    "Order",
    "OrderLine",
    "Signature",
    "State",
]
