"""The chapter's periods: two years, thirty days. Every period is half-open, ``[from, until)``."""

from datetime import date, timedelta

NOTICE = timedelta(days=30)

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def second_anniversary(day: date) -> date:
    """The same calendar day two years on; February 29 gives March 1."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 2, 3, 1)
    return day.replace(year=day.year + 2)


def ato_window(approved_on: date) -> tuple[date, date]:
    """The two years of PO-4.1: the day of the State's approval, and the first free day."""
    return approved_on, second_anniversary(approved_on)


def notice_end(given_on: date) -> date:
    """The day a service may end under PO-4.2: 30 calendar days after the notice."""
    return given_on + NOTICE


def last_day(until: date) -> date:
    """The last day a half-open period covers, as people are shown it: the day before its end."""
    return until - timedelta(days=1)


def in_words(day: date) -> str:
    """A day as people read it, "March 2, 2026", whatever the server's locale."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
