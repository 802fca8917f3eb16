from django.db import models


class RequestState(models.TextChoices):
    """Where an exemption request stands. None is used for a second meaning."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent to STND"
    IN_REVIEW = "in_review", "In review"
    QUESTION_OUT = "question_out", "Question with the agency"
    RECOMMENDED = "recommended", "Recommended, to be decided"
    APPROVED = "approved", "Approved"
    DENIED = "denied", "Denied"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"


# With the Department, undecided
PENDING = frozenset(
    {
        RequestState.SENT,
        RequestState.IN_REVIEW,
        RequestState.QUESTION_OUT,
        RequestState.RECOMMENDED,
    }
)
# Begun, and neither decided nor given up
UNDER_WAY = PENDING | {RequestState.DRAFT}
# Approved once, whatever came after
GRANTED = frozenset({RequestState.APPROVED, RequestState.EXPIRED, RequestState.REVOKED})
DECIDED = GRANTED | {RequestState.DENIED}
