"""What the page of a request shows of a granted exemption: scope, uses, conditions, letters."""

from datetime import date
from typing import Any

from exemptions.models import ExemptionRequest
from stmm.agencies.access import Access


def panel(request: ExemptionRequest, access: Access, on: date) -> dict[str, Any]:
    """What `exemptions/panels/living.html` shows this person on the Pacific day `on`."""
    return {}
