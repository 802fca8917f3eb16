"""What people of an agency tell each other of an order: theirs and oversight's, no contractor's."""

from orders.models import Order
from orders.workflow.order import Action
from stmm.agencies.access import Access
from stmm.audit.models import Entry, EntryQuerySet
from stmm.refusals import NotAllowed

# Entries whose reasons are notes among the agency's people, or tell of what is not sent yet
INSIDE = frozenset(
    {Action.HAND_OVER, Action.TAKE_BACK, Action.SEND_BACK, Action.APPROVE, Action.AMEND}
)

# How an order that is not sent changes hands
HANDING = frozenset({Action.HAND_OVER, Action.TAKE_BACK, Action.SEND_BACK})


def is_member(access: Access, order: Order) -> bool:
    """One of the agency's own people, whatever their role there."""
    return order.agency_id in access.member_agency_ids


def refuse_outsiders(access: Access, order: Order) -> None:
    """Raises NotAllowed for everyone who is not of the agency."""
    if not is_member(access, order):
        raise NotAllowed(f"Only people of {order.agency.name} write notes on its orders.")


def sees_inside(access: Access, order: Order) -> bool:
    """Whether notes, approvals and drafts of amendments are theirs to see."""
    return access.sees_everything or is_member(access, order)


def said_on_handing(order: Order, access: Access) -> Entry | None:
    """What the one before said to the one whose turn an open order is; None if nothing."""
    if not order.is_open or not sees_inside(access, order):
        return None
    last = Entry.objects.about(order).filter(action__in=HANDING).first()
    return last if last is not None and last.reason else None


def history_of(order: Order, access: Access) -> EntryQuerySet:
    """What is recorded of the order, newest first, as far as this person may see it."""
    entries = Entry.objects.about(order)
    return entries if sees_inside(access, order) else entries.exclude(action__in=INSIDE)
