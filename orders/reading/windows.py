"""The two years of each service that an ATO lists, and the bars that show them (PO-4.1)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from orders.models import AtoPaper, AuthorizationToOrder, ListedService
from stmm.policy.dates import ato_window, in_words, last_day, notice_end


@dataclass(frozen=True, slots=True)
class Window:
    """One entry of an ATO's list: `[starts_on, until)` it is bought from CALNET alone.

    `until`, the first free day, is None under a contract whose ATOs are not exclusive.
    """

    item: str
    listed_by: str
    starts_on: date
    until: date | None

    def is_running(self, on: date) -> bool:
        return self.until is not None and self.starts_on <= on < self.until


def windows_of(atos: Iterable[AuthorizationToOrder], *, on: date) -> dict[int, list[Window]]:
    """Of each ATO, by its key, the windows of all its approved papers list. Two queries.

    What a renewal lists again keeps the window of the paper that listed it first; whether a
    contract is exclusive is asked of the Pacific day `on`.
    """
    keys = [ato.pk for ato in atos]
    listed = ListedService.objects.select_related("category", "service")
    papers = (
        AtoPaper.objects.approved()
        .filter(ato__in=keys)
        .with_binding(on)
        .order_by("state_approved_on", "number")
        .prefetch_related(Prefetch("listed", listed))
    )
    by_ato: dict[int, list[AtoPaper]] = defaultdict(list)
    exclusive: set[int] = set()
    for paper in papers:
        by_ato[paper.ato_id].append(paper)
        if paper.binds:
            exclusive.add(paper.ato_id)
    return {key: _windows(by_ato[key], key in exclusive) for key in keys}


def _windows(papers: Sequence[AtoPaper], is_exclusive: bool) -> list[Window]:
    """`papers` by the day of their approval, the earliest first."""
    dated = [(each.state_approved_on, each) for each in papers if each.state_approved_on]
    found: dict[tuple[int | None, int | None], Window] = {}
    for _, paper in dated:
        for item in paper.listed.all():
            day, first = next((day, each) for day, each in dated if _covers(each, item))
            found.setdefault(
                (item.category_id, item.service_id),
                Window(
                    item=str(item),
                    listed_by=first.name,
                    starts_on=day,
                    until=ato_window(day)[1] if is_exclusive else None,
                ),
            )
    return list(found.values())


def _covers(paper: AtoPaper, item: ListedService) -> bool:
    """Whether the paper lists the same, or the category of the same single service."""
    if item.service is not None:
        return paper.lists(item.service)
    return any(each.category_id == item.category_id for each in paper.listed.all())


@dataclass(frozen=True, slots=True)
class Earliest:
    """The first day on which an ATO may end with notice given on a day; or why it may not."""

    day: date
    problem: str = ""


def earliest_end(windows: Iterable[Window], on: date) -> Earliest:
    """Notice is given after the two years of all it lists, 30 calendar days before (PO-4.2)."""
    running = [each.until for each in windows if each.until is not None and on < each.until]
    if not running:
        return Earliest(notice_end(on))
    free = max(running)
    return Earliest(
        notice_end(free),
        "Services it lists are exclusive to CALNET through"
        f" {in_words(last_day(free))}: give notice from {in_words(free)} on.",
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """A window on a line of 100 units: where it lies, and how much of it is over."""

    window: Window
    x: float
    width: float
    over: float
    running: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Windows on one scale of days; `stroke` is where the day lies of which it tells."""

    bars: tuple[Bar, ...]
    stroke: float
    since: date | None
    to: date | None

    @property
    def first_free(self) -> date | None:
        """Of the first window to end; None where nothing is exclusive."""
        return min((each.window.until for each in self.bars if each.window.until), default=None)

    @property
    def last_free(self) -> date | None:
        """From then on the choice is free for all; None where nothing is exclusive."""
        return max((each.window.until for each in self.bars if each.window.until), default=None)


def chart_of(windows: Sequence[Window], on: date) -> Chart:
    """Where each window lies between the first day of all and the last, or `on`."""
    if not windows:
        return Chart((), 0, None, None)
    since = min(each.starts_on for each in windows)
    to = max([on, *(each.until for each in windows if each.until)])
    days = max((to - since).days, 1)

    def place(day: date) -> float:
        return round(100 * (day - since).days / days, 2)

    return Chart(tuple(_bar(each, place, on) for each in windows), place(max(on, since)), since, to)


def _bar(window: Window, place: Callable[[date], float], on: date) -> Bar:
    if window.until is None:
        return Bar(window, place(window.starts_on), 0, 0, running=False)
    x, end = place(window.starts_on), place(window.until)
    over = place(min(max(on, window.starts_on), window.until))
    return Bar(window, x, round(end - x, 2), round(over - x, 2), window.is_running(on))
