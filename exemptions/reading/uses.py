"""The purchases that rely on an exemption, and who recorded them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from exemptions.models import ExemptionRequest, Use
from stmm.accounts.models import User


def standing_uses(request: ExemptionRequest) -> QuerySet[Use]:
    """Those that were not released, in the order of their days."""
    return (
        Use.objects.filter(item__item__request=request, released_at__isnull=True)
        .select_related("item__item__service", "recorded_by")
        .order_by("used_on", "pk")
    )


def buyers(uses: Iterable[Use]) -> list[User]:
    """Who recorded them, each once."""
    return list({use.recorded_by_id: use.recorded_by for use in uses}.values())
