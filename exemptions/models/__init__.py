"""Exemption requests under STMM Chapter 501.0 and what becomes of them."""

from exemptions.models.case import (
    Contributor,
    Note,
    Question,
    Recommendation,
    RecommendedItem,
    TakenBack,
)
from exemptions.models.decision import (
    Condition,
    Decision,
    DecisionReason,
    ItemDecision,
    Letter,
    Reminder,
    Revocation,
    Use,
)
from exemptions.models.delegation import Delegation
from exemptions.models.request import Attachment, ExemptionRequest, RequestedItem, SentVersion
from exemptions.models.states import RequestState

__all__ = [
    "Attachment",
    "Condition",
    "Contributor",
    "Decision",
    "DecisionReason",
    "Delegation",
    "ExemptionRequest",
    "ItemDecision",
    "Letter",
    "Note",
    "Question",
    "Recommendation",
    "RecommendedItem",
    "Reminder",
    "RequestState",
    "RequestedItem",
    "Revocation",
    "SentVersion",
    "TakenBack",
    "Use",
]
