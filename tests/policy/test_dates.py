from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stmm.policy.dates import ato_window, in_words, last_day, notice_end, second_anniversary
from tests.policy.strategies import every_input


@every_input
@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
@example(date(2024, 2, 29))
@example(date(2022, 2, 28))
def test_two_years_is_the_first_day_reached_by_walking_the_calendar(approved_on: date) -> None:
    day = approved_on
    while (day.year, day.month, day.day) < (
        approved_on.year + 2,
        approved_on.month,
        approved_on.day,
    ):
        day += timedelta(days=1)

    assert second_anniversary(approved_on) == day


def test_an_ato_approved_on_leap_day_is_free_on_the_first_of_march() -> None:
    assert ato_window(date(2024, 2, 29)) == (date(2024, 2, 29), date(2026, 3, 1))


def test_notice_runs_thirty_calendar_days() -> None:
    assert notice_end(date(2027, 5, 19)) == date(2027, 6, 18)


def test_people_are_shown_the_last_day_covered() -> None:
    assert last_day(date(2027, 1, 1)) == date(2026, 12, 31)


@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_is_written_out_the_american_way(month: int) -> None:
    day = date(2026, month, 2)

    assert in_words(day) == day.strftime("%B 2, %Y")
