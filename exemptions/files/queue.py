"""What waits for review or decision, as rows of a spreadsheet."""

from typing import Any

from django.utils import timezone

from exemptions.reading.queue import Waiting

COLUMNS = (
    "Number",
    "Agency",
    "Agency code",
    "Project or acquisition",
    "Proposed source",
    "State",
    "Sent",
    "Working days",
    "Clock",
    "Analyst",
)


def row(waiting: Waiting) -> tuple[Any, ...]:
    """A row of COLUMNS."""
    request = waiting.request
    return (
        request.number,
        request.agency.name,
        request.agency.code,
        request.project,
        request.proposed_source,
        request.get_state_display(),
        request.sent_at and timezone.localdate(request.sent_at),
        waiting.clock.days,
        "stands still" if waiting.clock.stands else "runs",
        request.analyst.name if request.analyst else "",
    )
