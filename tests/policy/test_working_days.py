import calendar
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stmm.policy.working_days import (
    add_working_days,
    is_working_day,
    state_holidays,
    working_days_between,
)
from tests.policy.strategies import every_input

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))

# As the Department of Human Resources publishes them
KNOWN = {
    2025: "01-01 01-20 02-17 03-31 05-26 07-04 09-01 11-11 11-27 11-28 12-25",
    2026: "01-01 01-19 02-16 03-31 05-25 07-04 09-07 11-11 11-26 11-27 12-25",
    2027: "01-01 01-18 02-15 03-31 05-31 07-05 09-06 11-11 11-25 11-26 12-25",
}


@pytest.mark.parametrize("year", KNOWN)
def test_the_holidays_of_a_year_are_those_published(year: int) -> None:
    assert state_holidays(year) == {
        date.fromisoformat(f"{year}-{month_day}") for month_day in KNOWN[year].split()
    }


@pytest.mark.parametrize(
    ("holiday", "kept"),
    [
        (date(2028, 1, 1), date(2028, 1, 1)),  # a Saturday: not moved
        (date(2023, 1, 1), date(2023, 1, 2)),
        (date(2030, 3, 31), date(2030, 4, 1)),
        (date(2027, 7, 4), date(2027, 7, 5)),
        (date(2022, 12, 25), date(2022, 12, 26)),
        (date(2018, 11, 11), date(2018, 11, 12)),
        (date(2028, 11, 11), date(2028, 11, 10)),  # a Saturday: the Friday before
    ],
)
def test_a_holiday_on_a_weekend_is_kept_when_the_code_says(holiday: date, kept: date) -> None:
    holidays = state_holidays(holiday.year)

    assert kept in holidays
    assert holiday == kept or holiday not in holidays


def in_month(year: int, month: int, weekday: int) -> list[date]:
    """Every such weekday of a month, read off the calendar."""
    weeks = calendar.monthcalendar(year, month)
    return [date(year, month, week[weekday]) for week in weeks if week[weekday]]


def is_holiday(day: date) -> bool:
    """A second way to say it: asked of one day."""
    mondays = in_month(day.year, day.month, calendar.MONDAY)
    thursdays = in_month(day.year, day.month, calendar.THURSDAY)
    month_day = f"{day:%m-%d}"
    fixed = {"01-01", "03-31", "07-04", "11-11", "12-25"}
    if day.strftime("%a") == "Mon" and f"{day - DAY:%m-%d}" in fixed:
        return True
    if month_day == "11-10" and day.strftime("%a") == "Fri":
        return True
    if month_day in fixed and day.strftime("%a") != "Sun":
        return not (month_day == "11-11" and day.strftime("%a") == "Sat")
    if day.month in (1, 2):
        return day == mondays[2]
    if day.month == 5:
        return day == mondays[-1]
    if day.month == 9:
        return day == mondays[0]
    return day.month == 11 and thursdays[3] in (day, day - DAY)


@every_input
@given(st.integers(1950, 2150))
def test_a_year_has_the_holidays_that_each_of_its_days_is_by_a_second_computation(
    year: int,
) -> None:
    first = date(year, 1, 1)
    of_year = [first + n * DAY for n in range(366 if calendar.isleap(year) else 365)]

    assert state_holidays(year) == {day for day in of_year if is_holiday(day)}


@every_input
@given(days)
def test_a_working_day_is_neither_weekend_nor_holiday(day: date) -> None:
    assert is_working_day(day) is (day.strftime("%a") not in ("Sat", "Sun") and not is_holiday(day))


def walked(start: date, count: int) -> date:
    """The naive way: list the days, strike out those that don't count."""
    step = DAY if count > 0 else -DAY
    ahead = [start + n * step for n in range(1, 3 * abs(count) + 15)]
    return [day for day in ahead if is_working_day(day)][abs(count) - 1] if count else start


@every_input
@given(days, st.integers(-80, 80))
@example(date(2025, 12, 31), 1)
@example(date(2026, 12, 24), 1)
def test_days_are_added_as_they_are_counted_off_the_calendar(start: date, count: int) -> None:
    assert add_working_days(start, count) == walked(start, count)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 3, 2), 1, date(2026, 3, 3)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # over a weekend
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # from a Saturday
        (date(2026, 3, 30), 1, date(2026, 4, 1)),  # over Cesar Chavez Day
        (date(2025, 12, 24), 5, date(2026, 1, 2)),  # over Christmas and the year's end
        (date(2026, 11, 25), 1, date(2026, 11, 30)),  # over Thanksgiving and the day after
        (date(2026, 7, 3), 1, date(2026, 7, 6)),  # July 4 on a Saturday takes no day
        (date(2026, 3, 9), -1, date(2026, 3, 6)),
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
    ],
)
def test_some_stretches_that_are_known(start: date, count: int, end: date) -> None:
    assert add_working_days(start, count) == end


@every_input
@given(days, st.integers(0, 120))
def test_counting_leads_back_to_what_was_added(start: date, count: int) -> None:
    assert working_days_between(start, add_working_days(start, count)) == count


@every_input
@given(days, st.integers(0, 400))
def test_no_working_day_lies_between_a_day_and_an_earlier_one(day: date, back: int) -> None:
    assert working_days_between(day, day - back * DAY) == 0
