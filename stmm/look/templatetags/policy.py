"""How the policy's answers are shown: the tone of a decision, the words for a standing."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from stmm.policy.citations import Citation, in_brief
from stmm.policy.facts import Buyer
from stmm.policy.findings import Outcome

register = template.Library()

TONES = {
    Outcome.ALLOWED: "allowed",
    Outcome.ALLOWED_CALNET_ENCOURAGED: "choice",
    Outcome.ALLOWED_UNDER_EXEMPTION: "allowed",
    Outcome.EXEMPTION_REQUIRED: "attention",
    Outcome.EXCLUSIVE_TO_CALNET: "attention",
    Outcome.ATO_REQUIRED: "refused",
    Outcome.RULING_NEEDED: "refused",
}
YOUR_CHOICE = "Allowed: your choice"
STANDINGS = {
    Buyer.NON_EXEMPT: "non-exempt",
    Buyer.EXEMPT: "exempt agency",
    Buyer.UNDETERMINED: "standing not determined yet",
    Buyer.NON_STATE: "not a State agency",
}


@register.filter
def tone(outcome: str, headline: str = "") -> str:
    """The tone of a decision's outcome, given as stored; `headline` tells a free choice."""
    return "choice" if headline == YOUR_CHOICE else TONES[Outcome(outcome)]


@register.filter
def cited(citations: Iterable[Citation]) -> str:
    """The paragraphs by their ids."""
    return in_brief(citations)


@register.simple_tag
def reasons(decision: Any) -> SafeString:
    """What a decision rests on and what would change it, drawn once for the many lines alike."""
    return _reasons(tuple(decision.citations), decision.what_would_change_it)


@lru_cache(maxsize=256)
def _reasons(citations: tuple[Citation, ...], what_would_change_it: str) -> SafeString:
    return render_to_string(
        "partials/reasons.html",
        {"citations": citations, "what_would_change_it": what_would_change_it},
    )


@register.filter
def standing(buyer: Buyer) -> str:
    """The standing of the buyer as it follows the agency's name, in brackets."""
    return STANDINGS[buyer]
