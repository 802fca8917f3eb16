"""What the page of a request shows of the work on it: whose it is, questions, notes."""

from datetime import date
from typing import Any

from exemptions.models import ExemptionRequest
from stmm.agencies.access import Access


def panel(request: ExemptionRequest, access: Access, on: date) -> dict[str, Any]:
    """What `exemptions/panels/working.html` shows this person on the Pacific day `on`."""
    return {}
