from orders.models.approval import Approval, Deputy, Note, SigningRule
from orders.models.ato import AuthorizationToOrder, ListedService
from orders.models.inventory import BudgetLine, OpenService, TakenUp
from orders.models.listing import Follow, SavedFilter
from orders.models.order import Attachment, Order, OrderLine
from orders.models.progress import ExpediteRequest, LineProgress, Question, TimeLimits
from orders.models.record import Determination, Signature
from orders.models.states import SENT_STATES, LineState, State

__all__ = [
    "SENT_STATES",
    "Approval",
    "Attachment",
    "AuthorizationToOrder",
    "BudgetLine",
    "Deputy",
    "Determination",
    "ExpediteRequest",
    "Follow",
    "LineProgress",
    "LineState",
    "ListedService",
    "Note",
    "OpenService",
    "Order",
    "OrderLine",
    "Question",
    "SavedFilter",
    "Signature",
    "SigningRule",
    "State",
    "TakenUp",
    "TimeLimits",
]
