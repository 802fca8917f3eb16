"""The analyst's advice to the Deputy Director, and when it no longer holds."""

from datetime import datetime

from exemptions.models import ExemptionRequest, Recommendation


def void_recommendation(*, request: ExemptionRequest, because: str, at: datetime) -> bool:
    """Void the valid recommendation of a locked request: kept and marked. False if none is.

    Part of what voids it (a question, taking back, a newer recommendation), which is recorded.
    """
    valid = Recommendation.objects.filter(request=request, voided_at__isnull=True)
    return bool(valid.update(voided_at=at, voided_because=because))
