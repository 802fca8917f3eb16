"""What the page of a request shows of the work on it: whose it is, questions, notes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from exemptions.models import ExemptionRequest, Note, Question
from exemptions.permissions import is_member
from exemptions.reading.clock import Clock
from exemptions.reading.queue import clocks_of
from stmm.agencies.access import Access

MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class Working:
    """`notes` None: this person sees none, and does not learn whether there are any."""

    clock: Clock
    questions: list[Question]
    notes: list[Note] | None
    is_mine: bool

    @property
    def open_question(self) -> Question | None:
        return next((each for each in self.questions if each.is_open), None)

    @property
    def closed_questions(self) -> list[Question]:
        return [each for each in self.questions if not each.is_open]


def sees_inside(access: Access, request: ExemptionRequest) -> bool:
    """Notes and recommendations are the Department's: no person of the agency sees them."""
    return access.sees_everything and not is_member(access, request)


def panel(request: ExemptionRequest, access: Access, on: date) -> dict[str, Any]:
    """What `exemptions/panels/working.html` shows this person on the Pacific day `on`.

    Nothing of what was never sent. At most four queries.
    """
    if request.sent_at is None:
        return {}
    inside = sees_inside(access, request)
    return {
        "working": Working(
            clock=clock_of(request, on=on),
            questions=list(request.questions.select_related("asked_by", "answered_by")),
            notes=list(request.notes.select_related("by").reverse()[:MOST_NOTES])
            if inside
            else None,
            is_mine=request.analyst_id == access.user.pk,
        )
    }


def clock_of(request: ExemptionRequest, *, on: date) -> Clock:
    """The clock of one request that was sent; of a closed one as it stood on its last day."""
    until = timezone.localdate(request.closed_at) if request.closed_at else on
    return clocks_of(ExemptionRequest.objects.filter(pk=request.pk), on=until)[request.pk]
