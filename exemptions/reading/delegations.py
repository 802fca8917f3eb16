"""Which requests lack a delegation, or ask for one."""

from datetime import date

from django.db.models import Exists, OuterRef

from exemptions.models import Delegation, ExemptionRequest, RequestState
from exemptions.models.request import ExemptionRequestQuerySet
from exemptions.models.states import PENDING


def without_delegation(on: date) -> ExemptionRequestQuerySet:
    """Requests with the Department, and exemptions in term, that have none in effect.

    Those that ask for one come first, then the longest waiting.
    """
    standing = Delegation.objects.in_effect(on).filter(pk=OuterRef("delegation"))
    concerned = ExemptionRequest.objects.filter(
        state__in=[*PENDING, RequestState.APPROVED]
    ).exclude(state=RequestState.APPROVED, until__lte=on)
    return concerned.filter(~Exists(standing)).order_by("-asks_for_delegation", "sent_at", "pk")
