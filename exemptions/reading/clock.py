"""How long the Department has had a request, in working days: pure, told the day.

Counted are the working days after the day on which it was first sent. Not counted is a day at
whose end the clock stood: a question was with the agency, or the request was taken back to be
changed. So the day of the answer, or of the next sending, counts again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from stmm.policy.working_days import working_days_between

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stop:
    """Pacific days between which it was the agency's turn: [began_on, ended_on), or still is."""

    began_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """`days` are working days; `stands`: the clock stands still now."""

    days: int
    stands: bool


def clock(sent_on: date, stops: Iterable[Stop], *, on: date) -> Clock:
    """The clock of a request as of the end of the Pacific day `on`.

    `stops` may overlap, come in any order and begin before or after the clock's own days.
    """
    ordered = sorted(stops, key=lambda stop: stop.began_on)
    days, counted_to = 0, sent_on
    for stop in ordered:
        days += working_days_between(counted_to, min(stop.began_on - DAY, on))
        ended_on = on + DAY if stop.ended_on is None else stop.ended_on
        counted_to = max(counted_to, min(ended_on - DAY, on))
    return Clock(
        days + working_days_between(counted_to, on),
        stands=any(stop.ended_on is None and stop.began_on <= on for stop in ordered),
    )
