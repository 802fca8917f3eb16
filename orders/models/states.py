from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    REVIEW = "review", "Waiting for signature"
    SIGNED = "signed", "Signed, being prepared"
    ROUTED = "routed", "Sent to contractor"
    ACKNOWLEDGED = "acknowledged", "Acknowledged by contractor"
    COMPLETED = "completed", "Completed"
    REJECTED = "rejected", "Rejected by contractor"
    CANCELLED = "cancelled", "Cancelled"
    SUPERSEDED = "superseded", "Superseded by an amendment"
    ABANDONED = "abandoned", "Abandoned"


class LineState(models.TextChoices):
    """How far the contractor is with one line of an order that was sent."""

    OPEN = "open", "Waiting for a date"
    COMMITTED = "committed", "Date committed"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
    REPLACED = "replaced", "Replaced by an amendment"


# In the agency's hands: nothing signed, nothing sent
OPEN_STATES = frozenset({State.DRAFT, State.REVIEW})
# With the contractor, who has still something to do
WITH_CONTRACTOR = frozenset({State.ROUTED, State.ACKNOWLEDGED})
# Begun, and not yet done with: what changes in the catalogue concerns them
UNFINISHED_STATES = OPEN_STATES | {State.SIGNED} | WITH_CONTRACTOR
CLOSED_STATES = frozenset({State.COMPLETED, State.REJECTED, State.CANCELLED, State.SUPERSEDED})
# What a contractor's order desk may see
SENT_STATES = WITH_CONTRACTOR | CLOSED_STATES
# Of a line: the contractor has still something to do
LINE_UNDER_WAY = frozenset({LineState.OPEN, LineState.COMMITTED})
