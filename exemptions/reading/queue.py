"""What waits for review or decision, and for how many working days: the oldest clock first.

What the Department has undecided is little beside what it has decided, and no column tells a
clock that stood still: the clocks of all are read at once, and only a page of requests is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, TextChoices
from django.utils import timezone

from exemptions.models import ExemptionRequest, Question, SentVersion
from exemptions.models.request import ExemptionRequestQuerySet
from exemptions.reading.clock import Clock, Stop, clock
from stmm.accounts.models import User

AT_ONCE = 500  # rows of a file


class Tab(TextChoices):
    """Which undecided requests are shown."""

    UNASSIGNED = "unassigned", "Unassigned"
    MINE = "mine", "Mine"
    ALL = "all", "All undecided"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request and its clock."""

    request: ExemptionRequest
    clock: Clock


class ReviewQueue:
    """The undecided requests as of the Pacific day `on`; `mine` are those of `user`."""

    def __init__(self, user: User, *, on: date) -> None:
        self.user, self.on = user, on

    def _condition(self, tab: Tab) -> Q:
        if tab is Tab.UNASSIGNED:
            return Q(analyst__isnull=True)
        return Q(analyst=self.user) if tab is Tab.MINE else Q()

    def counts(self) -> dict[Tab, int]:
        """How many requests each tab shows, in one query."""
        wanted = {tab.value: Count("pk", filter=self._condition(tab)) for tab in Tab}
        counted = ExemptionRequest.objects.pending().order_by().aggregate(**wanted)
        return {tab: counted[tab.value] for tab in Tab}

    def requests(self, tab: Tab, *, text: str = "", state: str = "") -> ExemptionRequestQuerySet:
        found = ExemptionRequest.objects.pending().matching(text).filter(self._condition(tab))
        return found.filter(state=state) if state else found

    def ordered(self, requests: ExemptionRequestQuerySet) -> "Ordered":
        """Their keys, the oldest clock first. Two queries."""
        clocks = clocks_of(requests, on=self.on)
        return Ordered(clocks, sorted(clocks, key=lambda key: (-clocks[key].days, key)))


@dataclass(frozen=True, slots=True)
class Ordered:
    clocks: dict[int, Clock]
    keys: list[int]

    def waiting(self, keys: Iterable[int]) -> list[Waiting]:
        """The requests of these keys, in this order. One query."""
        found = ExemptionRequest.objects.select_related("agency", "analyst").in_bulk(list(keys))
        return [Waiting(found[key], self.clocks[key]) for key in keys]

    def all_waiting(self) -> Iterator[Waiting]:
        """All, some at a time."""
        for start in range(0, len(self.keys), AT_ONCE):
            yield from self.waiting(self.keys[start : start + AT_ONCE])


def clocks_of(requests: ExemptionRequestQuerySet, *, on: date) -> dict[int, Clock]:
    """The clocks of requests that were sent, by their keys. Two queries, however many."""
    versions: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    stops: dict[int, list[Stop]] = defaultdict(list)
    keys = requests.order_by().values("pk")
    sent = SentVersion.objects.filter(request__in=keys).order_by("request", "number")
    for key, signed_at, taken_back_at in sent.values_list("request", "signed_at", "taken_back__at"):
        versions[key].append((timezone.localdate(signed_at), _day(taken_back_at)))
    asked = Question.objects.filter(request__in=keys)
    for key, asked_at, closed_at in asked.values_list("request", "asked_at", "closed_at"):
        stops[key].append(Stop(timezone.localdate(asked_at), _day(closed_at)))
    return {
        key: clock(sent[0][0], [*stops[key], *_taken_back(sent)], on=on)
        for key, sent in versions.items()
    }


def _taken_back(versions: list[tuple[date, date | None]]) -> Iterator[Stop]:
    """From each taking back to the next sending, where there is one."""
    following = [sent_on for sent_on, _ in versions[1:]]
    for number, (_, taken_back_on) in enumerate(versions):
        if taken_back_on is not None:
            yield Stop(taken_back_on, following[number] if number < len(following) else None)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else timezone.localdate(moment)
