"""What of exemption requests waits for the person who signed in, the oldest clock first."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Exists, OuterRef, Q

from exemptions.models import (
    Contributor,
    ExemptionRequest,
    Question,
    Recommendation,
    RequestState,
)
from exemptions.permissions import WRITERS, decider
from exemptions.reading.clock import Clock
from exemptions.reading.queue import ReviewQueue, Waiting, clocks_of
from stmm.accounts.models import User
from stmm.agencies.access import Access

SHOWN = 10
State = RequestState
ANSWERED, TO_REVIEW, UNASSIGNED = "Answered by the agency", "To review", "Unassigned"


@dataclass(frozen=True, slots=True)
class Section:
    """`count` in all, `rows` the first of them; `show` is the tab of the queue."""

    heading: str
    show: str
    count: int
    rows: list[Waiting]


@dataclass(frozen=True, slots=True)
class ToDecide:
    recommendation: Recommendation
    clock: Clock

    @property
    def request(self) -> ExemptionRequest:
        return self.recommendation.request


@dataclass(frozen=True, slots=True)
class AtHome:
    """`sections` None: no analyst. `to_decide` None: nobody who decides."""

    sections: list[Section] | None
    to_decide: list[ToDecide] | None


def exemptions_at_home(access: Access, *, on: date) -> AtHome:
    """For analysts four queries, for who decides three, for others none."""
    return AtHome(
        sections=_to_review(access, on) if access.is_stnd else None,
        to_decide=_to_decide(access, on) if decider(access) else None,
    )


def _to_review(access: Access, on: date) -> list[Section]:
    user = cast(User, access.user)
    answered = Question.objects.filter(request=OuterRef("pk"), closed_at__isnull=False)
    wanted = ExemptionRequest.objects.pending().filter(
        Q(analyst__isnull=True) | Q(analyst=user, state__in=[State.SENT, State.IN_REVIEW])
    )
    marked = wanted.annotate(answered=Exists(answered.exclude(answer="")))
    facts = {
        key: (UNASSIGNED if not analyst else ANSWERED if is_answered else TO_REVIEW)
        for key, analyst, is_answered in marked.values_list("pk", "analyst", "answered")
    }
    ordered = ReviewQueue(user, on=on).ordered(wanted)
    keys = {
        heading: [key for key in ordered.keys if facts[key] == heading]
        for heading in (ANSWERED, TO_REVIEW, UNASSIGNED)
    }
    shown = ordered.waiting([key for each in keys.values() for key in each[:SHOWN]])
    by_key = {each.request.pk: each for each in shown}
    return [
        Section(
            heading,
            "unassigned" if heading == UNASSIGNED else "mine",
            len(theirs),
            [by_key[key] for key in theirs[:SHOWN]],
        )
        for heading, theirs in keys.items()
    ]


def _to_decide(access: Access, on: date) -> list[ToDecide]:
    """What this person may decide: nothing that they had a hand in, or of their own agency."""
    own = Contributor.objects.filter(request=OuterRef("pk"), user=access.user.pk)
    agencies = [each.agency_id for each in access.appointments if each.role in WRITERS]
    ready = ExemptionRequest.objects.filter(
        ~Exists(own), ~Q(agency__in=agencies), state=State.RECOMMENDED
    )
    found = Recommendation.objects.filter(
        request__in=ready.order_by().values("pk"), voided_at__isnull=True
    ).select_related("request__agency", "made_by")
    clocks = clocks_of(ready, on=on)
    rows = [ToDecide(each, clocks[each.request_id]) for each in found]
    return sorted(rows, key=lambda row: (-row.clock.days, row.request.pk))[:SHOWN]
