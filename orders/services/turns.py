"""Telling people of an order when it is their turn, or when they follow it."""

from datetime import datetime
from enum import StrEnum

from orders.models import Order
from stmm.accounts.models import User


class Event(StrEnum):
    """What happened to an order that someone else waits for."""

    HANDED_OVER = "handed_over"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    SIGNED = "signed"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    ASKED = "asked"
    ANSWERED = "answered"
    COMMITTED = "committed"
    JEOPARDY = "jeopardy"
    LINE_COMPLETED = "line_completed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPEDITED = "expedited"
    AMENDED = "amended"


def tell_of(
    *, order: Order, event: Event, actor: User | None, at: datetime, text: str = ""
) -> None:
    """Tell whose turn it is now and who follows the order, but for `actor`, what happened.

    In the transaction of the change, before its audit entry. `text` is what the actor wrote.
    """
