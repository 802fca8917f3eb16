"""How long the Department has had a request: working days, over holidays, questions, drafts."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exemptions.reading.clock import Clock, Stop, clock
from stmm.policy.working_days import is_working_day
from tests.policy.strategies import every_input

DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def counted_off(sent_on: date, stops: list[Stop], on: date) -> int:
    """The naive way: go from day to day, and count those that count."""
    here, counted = sent_on, 0
    while here < on:
        here += DAY
        stood = any(
            stop.began_on <= here and (stop.ended_on is None or here < stop.ended_on)
            for stop in stops
        )
        counted += is_working_day(here) and not stood
    return counted


@st.composite
def courses(draw: st.DrawFn) -> tuple[date, list[Stop], date]:
    """A day of sending, stops in any order that may overlap, and a day on which one looks."""
    sent_on = draw(DAYS)
    spans = draw(st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 30)), max_size=5))
    stops = [
        Stop(sent_on + begins * DAY, sent_on + (begins + lasts) * DAY) for begins, lasts in spans
    ]
    if draw(st.booleans()):
        stops.append(Stop(sent_on + draw(st.integers(0, 70)) * DAY))
    return sent_on, stops, sent_on + draw(st.integers(-3, 120)) * DAY


@every_input
@given(courses())
@example((day("2025-12-22"), [Stop(day("2025-12-26"), day("2026-01-05"))], day("2026-01-12")))
def test_a_clock_counts_the_days_that_going_through_the_calendar_counts(
    course: tuple[date, list[Stop], date],
) -> None:
    sent_on, stops, on = course

    assert clock(sent_on, stops, on=on).days == counted_off(sent_on, stops, on)


@pytest.mark.parametrize(
    ("sent_on", "stops", "on", "days"),
    [
        ("2026-03-02", [], "2026-03-02", 0),  # the day it was sent
        ("2026-03-02", [], "2026-03-09", 5),  # over a weekend
        ("2026-03-07", [], "2026-03-09", 1),  # sent on a Saturday
        ("2026-03-30", [], "2026-04-01", 1),  # over Cesar Chavez Day
        ("2025-12-23", [], "2026-01-02", 6),  # over Christmas and New Year
        # Asked on Tuesday, answered on Thursday: Tuesday and Wednesday are the agency's
        ("2026-03-02", [("2026-03-03", "2026-03-05")], "2026-03-06", 2),
        # Asked and answered on one day
        ("2026-03-02", [("2026-03-03", "2026-03-03")], "2026-03-06", 4),
        # Twice on one day, the second one overnight
        (
            "2026-03-02",
            [("2026-03-03", "2026-03-03"), ("2026-03-03", "2026-03-04")],
            "2026-03-06",
            3,
        ),
        # Answered, and asked again on the same day
        (
            "2026-03-02",
            [("2026-03-03", "2026-03-04"), ("2026-03-04", "2026-03-05")],
            "2026-03-06",
            2,
        ),
        # With the agency over the year's end
        ("2025-12-22", [("2025-12-26", "2026-01-05")], "2026-01-05", 3),
        # Asked on the day it was sent
        ("2026-03-02", [("2026-03-02", "2026-03-04")], "2026-03-06", 3),
    ],
)
def test_some_clocks_that_are_known(
    sent_on: str, stops: list[tuple[str, str]], on: str, days: int
) -> None:
    known = [Stop(day(began), day(ended)) for began, ended in stops]

    assert clock(day(sent_on), known, on=day(on)) == Clock(days, stands=False)


def test_a_clock_stands_from_the_day_of_an_open_question() -> None:
    stops = [Stop(day("2026-03-04"))]

    assert clock(day("2026-03-02"), stops, on=day("2026-03-03")) == Clock(1, stands=False)
    assert clock(day("2026-03-02"), stops, on=day("2026-03-04")) == Clock(1, stands=True)
    assert clock(day("2026-03-02"), stops, on=day("2026-06-30")) == Clock(1, stands=True)
