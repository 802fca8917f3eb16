"""Exemption requests as rows of a spreadsheet."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from exemptions.models import ExemptionRequest, RequestState
from exemptions.models.request import ExemptionRequestQuerySet
from stmm.policy.dates import last_day

AT_ONCE = 2000  # rows
COLUMNS = (
    "Number",
    "Agency",
    "Agency code",
    "Project or acquisition",
    "Proposed source",
    "State",
    "Begun",
    "Sent",
    "Closed",
    "Wanted from",
    "Wanted to (last day)",
    "Term from",
    "Term to (last day)",
    "Analyst",
)
_FIELDS = (
    "pk",
    "agency__name",
    "agency__code",
    "project",
    "proposed_source",
    "state",
    "created_at",
    "sent_at",
    "closed_at",
    "wanted_from",
    "wanted_until",
    "starts_on",
    "until",
    "analyst__name",
)


def rows(requests: ExemptionRequestQuerySet) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each request, in one query, a few at a time."""
    for row in requests.values_list(*_FIELDS).iterator(chunk_size=AT_ONCE):
        values = dict(zip(_FIELDS, row, strict=True))
        values["pk"] = ExemptionRequest(pk=values["pk"]).number
        values["state"] = RequestState(values["state"]).label
        for until in ("wanted_until", "until"):
            values[until] = _last(values[until])
        yield tuple(_plain(value) for value in values.values())


def _last(until: date | None) -> date | None:
    return None if until is None else last_day(until)


def _plain(value: Any) -> Any:
    """Moments as their Pacific day."""
    return timezone.localdate(value) if isinstance(value, datetime) else value
