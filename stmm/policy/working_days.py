"""Working days of the State of California: Mondays to Fridays that are no State holiday."""

from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6


@lru_cache(maxsize=64)
def state_holidays(year: int) -> frozenset[date]:
    """The State's holidays of a year, as they are kept: Government Code sections 6700 and 6701.

    January 1; the third Mondays of January and February; March 31; the last Monday of May;
    July 4; the first Monday of September; November 11; the fourth Thursday of November and the
    day after; December 25. One on a fixed day that is a Sunday is kept on the Monday after,
    November 11 on a Saturday on the Friday before. Others on a Saturday are not moved.
    """
    fixed = {date(year, month, day) for month, day in ((1, 1), (3, 31), (7, 4), (11, 11), (12, 25))}
    thanksgiving = _nth(4, _THURSDAY, year, 11)
    moving = {
        _nth(3, _MONDAY, year, 1),
        _nth(3, _MONDAY, year, 2),
        _last_monday_of_may(year),
        _nth(1, _MONDAY, year, 9),
        thanksgiving,
        thanksgiving + _DAY,
    }
    return frozenset({_kept(day) for day in fixed} | moving)


def _nth(nth: int, weekday: int, year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=nth - 1)


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _kept(day: date) -> date:
    """When a holiday on a fixed day is kept (section 6701)."""
    if day.weekday() == _SUNDAY:
        return day + _DAY
    if day.weekday() == _SATURDAY and (day.month, day.day) == (11, 11):
        return day - _DAY
    return day


def is_working_day(day: date) -> bool:
    """Neither Saturday nor Sunday nor a State holiday (Government Code 6700, 6701)."""
    return day.weekday() < _SATURDAY and day not in state_holidays(day.year)


def add_working_days(start: date, days: int) -> date:
    """The day that is `days` working days after `start`, by the holidays of Government Code 6700.

    `start` itself is not counted. A negative number leads to a day before it; 0 to `start`,
    whatever day that is.
    """
    step = _DAY if days > 0 else -_DAY
    day, left = start, abs(days)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(a: date, b: date) -> int:
    """How many working days there are after `a` up to and with `b`; 0 where `b` is not later.

    By the holidays of Government Code 6700: the number by which `add_working_days` leads from
    `a` to `b`, where `b` is a working day.
    """
    return sum(is_working_day(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))
