"""A contractor's clocks: working days, over holidays and questions."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orders.reading.milestones import (
    Clock,
    Milestone,
    Pause,
    Reach,
    acknowledging,
    committing,
    completing,
    due_day,
    latest_start_before,
)
from stmm.policy.working_days import is_working_day
from tests.policy.strategies import every_input

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)


def day(text: str) -> date:
    return date.fromisoformat(text)


def counted_off(started_on: date, within: int, pauses: list[Pause]) -> date | None:
    """The naive way: go from day to day, and count those that count."""
    here, left = started_on, within
    for _ in range(3000):
        here += DAY
        asleep = any(
            pause.asked_on <= here and (pause.answered_on is None or here < pause.answered_on)
            for pause in pauses
        )
        left -= is_working_day(here) and not asleep
        if not left:
            return here
    return None


@st.composite
def one_after_another(draw: st.DrawFn) -> tuple[date, list[Pause]]:
    """The day a clock starts, and questions that were open one at a time, some before it."""
    started_on = draw(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
    here = started_on - 20 * DAY
    pauses: list[Pause] = []
    for asked_after, open_for in draw(
        st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=5)
    ):
        asked_on = here + asked_after * DAY
        here = asked_on + open_for * DAY
        pauses.append(Pause(asked_on, here))
    is_open = draw(st.booleans())
    if pauses and is_open:
        pauses[-1] = Pause(pauses[-1].asked_on)
    return started_on, pauses


@every_input
@given(one_after_another(), st.integers(1, 40))
@example((day("2025-12-22"), [Pause(day("2025-12-23"), day("2026-01-05"))]), 3)
def test_a_clock_runs_out_on_the_day_that_counting_off_the_calendar_reaches(
    course: tuple[date, list[Pause]], within: int
) -> None:
    started_on, pauses = course

    assert due_day(started_on, within, pauses) == counted_off(started_on, within, pauses)


@pytest.mark.parametrize(
    ("started_on", "within", "pauses", "due"),
    [
        ("2026-03-02", 2, [], "2026-03-04"),
        ("2026-03-06", 1, [], "2026-03-09"),  # over a weekend
        ("2026-03-07", 1, [], "2026-03-09"),  # sent on a Saturday
        ("2025-12-23", 6, [], "2026-01-02"),  # over Christmas and New Year
        ("2026-03-30", 1, [], "2026-04-01"),  # over Cesar Chavez Day
        # Asked on the day after, answered two days later: those two are not counted
        ("2026-03-02", 2, [("2026-03-03", "2026-03-05")], "2026-03-06"),
        # Asked and answered on one day: nothing stood still
        ("2026-03-02", 2, [("2026-03-03", "2026-03-03")], "2026-03-04"),
        # Over a weekend nothing was lost
        ("2026-03-06", 1, [("2026-03-07", "2026-03-09")], "2026-03-09"),
        # Asked on the last day: it ends on the day of the answer
        ("2026-03-02", 2, [("2026-03-04", "2026-03-09")], "2026-03-09"),
        # Asked when the time was over
        ("2026-03-02", 2, [("2026-03-05", "2026-03-20")], "2026-03-04"),
        # Before the clock started
        ("2026-03-02", 2, [("2026-02-10", "2026-02-20")], "2026-03-04"),
        # Two questions
        (
            "2026-03-02",
            3,
            [("2026-03-03", "2026-03-04"), ("2026-03-05", "2026-03-10")],
            "2026-03-11",
        ),
        # Open over the year's end: two days were used before, and one is left after
        ("2025-12-22", 3, [("2025-12-26", "2026-01-05")], "2026-01-05"),
    ],
)
def test_some_clocks_that_are_known(
    started_on: str, within: int, pauses: list[tuple[str, str]], due: str
) -> None:
    known = [Pause(day(asked), day(answered)) for asked, answered in pauses]

    assert due_day(day(started_on), within, known) == day(due)


def test_a_clock_stands_still_while_a_question_is_open() -> None:
    assert due_day(MONDAY, 2, [Pause(MONDAY + DAY)]) is None
    assert due_day(MONDAY, 2, [Pause(MONDAY + 10 * DAY)]) == MONDAY + 2 * DAY


@every_input
@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 60))
def test_clocks_that_ran_out_before_a_day_started_up_to_one_day(due: date, within: int) -> None:
    last = latest_start_before(due, within)
    reached, next_reached = due_day(last, within, []), due_day(last + DAY, within, [])

    assert reached is not None
    assert next_reached is not None
    assert reached < due <= next_reached


def clock(**facts: object) -> Clock:
    return Clock(**{"sent_on": MONDAY, "acknowledged_on": None, "pauses": (), **facts})  # type: ignore[arg-type]  # as the tests below give them


@pytest.mark.parametrize(
    ("on", "acknowledged_on", "within", "expected"),
    [
        (2, None, 2, Milestone(Reach.TO_REACH, MONDAY + 2 * DAY)),
        (3, None, 2, Milestone(Reach.VIOLATED, MONDAY + 2 * DAY)),
        (3, 2, 2, Milestone(Reach.COMPLETED, MONDAY + 2 * DAY, MONDAY + 2 * DAY)),
        (9, 3, 2, Milestone(Reach.VIOLATED, MONDAY + 2 * DAY, MONDAY + 3 * DAY)),
        (90, None, None, Milestone(Reach.TO_REACH, None)),
        (90, 80, None, Milestone(Reach.COMPLETED, None, MONDAY + 80 * DAY)),
    ],
)
def test_acknowledging_is_reached_in_time_late_or_not_yet(
    on: int, acknowledged_on: int | None, within: int | None, expected: Milestone
) -> None:
    when = None if acknowledged_on is None else MONDAY + acknowledged_on * DAY
    facts = clock(acknowledged_on=when, acknowledge_within=within)

    assert acknowledging(facts, on=MONDAY + on * DAY) == expected


def test_a_milestone_waits_without_a_day_while_a_question_is_open() -> None:
    facts = clock(pauses=(Pause(MONDAY),), acknowledge_within=2)

    found = acknowledging(facts, on=MONDAY + 60 * DAY)

    assert found == Milestone(Reach.TO_REACH, None, stands=True)


def test_without_a_limit_no_clock_stands_still() -> None:
    asked = clock(pauses=(Pause(MONDAY),))
    acknowledged = clock(pauses=(Pause(MONDAY),), acknowledged_on=MONDAY)

    assert not acknowledging(asked, on=MONDAY).stands
    assert not committing(acknowledged, None, on=MONDAY).stands


def test_the_clock_of_committing_stands_still_only_once_it_has_started() -> None:
    asked = {"pauses": (Pause(MONDAY + DAY),), "commit_within": 3}

    assert not committing(clock(**asked), None, on=MONDAY).stands
    assert committing(clock(**asked, acknowledged_on=MONDAY), None, on=MONDAY).stands


def test_committing_is_counted_from_the_acknowledgement() -> None:
    facts = clock(acknowledged_on=MONDAY + 2 * DAY, commit_within=1)

    assert facts.commit_by == MONDAY + 3 * DAY
    assert committing(facts, None, on=MONDAY + 4 * DAY).reach == Reach.VIOLATED
    assert committing(facts, MONDAY + 3 * DAY, on=MONDAY + 4 * DAY).reach == Reach.COMPLETED


def test_nothing_is_due_to_be_committed_before_the_order_is_acknowledged() -> None:
    assert clock(commit_within=1).commit_by is None


def test_completing_is_due_on_the_committed_day() -> None:
    due = MONDAY + 4 * DAY

    assert completing(None, None, on=MONDAY) == Milestone(Reach.TO_REACH, None)
    assert completing(due, None, on=due).reach == Reach.TO_REACH
    assert completing(due, None, on=due + DAY).reach == Reach.VIOLATED
    assert completing(due, due, on=due + DAY).reach == Reach.COMPLETED
    assert completing(due, due + DAY, on=due + DAY).reach == Reach.VIOLATED


def test_each_milestone_has_a_tone_beside_its_word() -> None:
    tones = {reach: Milestone(reach, None).tone for reach in Reach}

    assert tones == {
        Reach.TO_REACH: "neutral",
        Reach.COMPLETED: "allowed",
        Reach.VIOLATED: "refused",
    }
