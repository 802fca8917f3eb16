from orders.models.approval import Approval, Deputy, Note, SigningRule
from orders.models.ato import (
    AtoPaper,
    AuthorizationToOrder,
    ListedService,
    PaperState,
    WindowNotice,
)
from orders.models.eligibility import Ground, Registration
from orders.models.elsewhere import Certificate, ElsewhereDetermination, Plan
from orders.models.inventory import BudgetLine, OpenService, TakenUp
from orders.models.leaving import Leaving, LeavingDecision, LeavingPart, LeavingState
from orders.models.listing import Follow, SavedFilter
from orders.models.local import (
    LocalCompletion,
    LocalDecision,
    LocalLine,
    LocalOrder,
    LocalState,
)
from orders.models.order import Attachment, Order, OrderLine
from orders.models.outside import Ledger, LedgerError, OutsideDecision, OutsidePurchase
from orders.models.progress import ExpediteRequest, LineProgress, Question, TimeLimits
from orders.models.record import Determination, Signature
from orders.models.states import SENT_STATES, LineState, State

__all__ = [
    "SENT_STATES",
    "Approval",
    "AtoPaper",
    "Attachment",
    "AuthorizationToOrder",
    "BudgetLine",
    "Certificate",
    "Deputy",
    "Determination",
    "ElsewhereDetermination",
    "ExpediteRequest",
    "Follow",
    "Ground",
    "Leaving",
    "LeavingDecision",
    "LeavingPart",
    "LeavingState",
    "Ledger",
    "LedgerError",
    "LineProgress",
    "LineState",
    "ListedService",
    "LocalCompletion",
    "LocalDecision",
    "LocalLine",
    "LocalOrder",
    "LocalState",
    "Note",
    "OpenService",
    "Order",
    "OrderLine",
    "OutsideDecision",
    "OutsidePurchase",
    "PaperState",
    "Plan",
    "Question",
    "Registration",
    "SavedFilter",
    "Signature",
    "SigningRule",
    "State",
    "TakenUp",
    "TimeLimits",
    "WindowNotice",
]
