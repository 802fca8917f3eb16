"""How the policy's answers are shown: the tone of a decision, the words for a standing."""

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


@register.simple_tag
def decision(said: Any, about: object = "") -> SafeString:
    """What the chapter says, with its reasons: of a policy Decision, or of a stored one.

    `about` says of what, for those who hear one "Why" after another.
    """
    return _drawn(
        outcome=said.outcome,
        headline=said.headline,
        sentence=said.sentence,
        what_would_change_it=said.what_would_change_it,
        citations=tuple(said.citations),
        about=str(about),
    )


@lru_cache(maxsize=2048)
def _drawn(
    *,
    outcome: str,
    headline: str,
    sentence: str,
    what_would_change_it: str,
    citations: tuple[Citation, ...],
    about: str,
) -> SafeString:
    """Once for the many lines of orders of which the same is said."""
    return render_to_string(
        "partials/decision.html",
        {
            "tone": tone(outcome, headline),
            "headline": headline,
            "sentence": sentence,
            "what_would_change_it": what_would_change_it,
            "citations": citations,
            "cited": in_brief(citations),
            "about": about,
        },
    )


@register.filter
def standing(buyer: Buyer) -> str:
    """The standing of the buyer as it follows the agency's name, in brackets."""
    return STANDINGS[buyer]
