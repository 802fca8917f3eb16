"""By when the contractor has to do what, and whether it has: pure, told the day.

A clock counts working days. The day it starts is not counted, and no day on which a question of
the contractor was open when it ended; the day of the answer is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from stmm.policy.working_days import add_working_days, working_days_between


class Reach(StrEnum):
    TO_REACH = "Yet to reach"
    COMPLETED = "Completed"
    VIOLATED = "Violated"


@dataclass(frozen=True, slots=True)
class Limits:
    """In how many working days a contractor acknowledges, and then commits; None: no limit set."""

    acknowledge_within: int | None = None
    commit_within: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A question, from the day it was asked to the day of its answer; None while it is open."""

    asked_on: date
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """`due` None: no limit is set, nothing is committed, or (`stands`) a question is open."""

    reach: Reach
    due: date | None
    reached_on: date | None = None
    stands: bool = False

    @property
    def tone(self) -> str:
        return {Reach.COMPLETED: "allowed", Reach.VIOLATED: "refused"}.get(self.reach, "neutral")


def milestone(due: date | None, reached_on: date | None, *, on: date, stands: bool) -> Milestone:
    """Reached by its day or later, or not yet as of the day `on`."""
    if due is not None and (reached_on or on) > due:
        return Milestone(Reach.VIOLATED, due, reached_on)
    if reached_on is not None:
        return Milestone(Reach.COMPLETED, due, reached_on)
    return Milestone(Reach.TO_REACH, due, stands=stands and due is None)


def due_day(started_on: date, within: int, pauses: Iterable[Pause]) -> date | None:
    """The last day of a clock of `within` working days; None while it stands still.

    `pauses` follow each other. One that begins when the last day is over changes nothing.
    """
    day = timedelta(days=1)
    due = add_working_days(started_on, within)
    for pause in pauses:
        if pause.asked_on > due:
            break
        if pause.answered_on is None:
            return None
        begun = max(pause.asked_on - day, started_on)
        due = add_working_days(due, working_days_between(begun, pause.answered_on - day))
    return due


@dataclass(frozen=True, slots=True)
class Clock:
    """The course of one order: when it was sent and acknowledged, and how long it had to wait."""

    sent_on: date
    acknowledged_on: date | None
    pauses: tuple[Pause, ...]
    acknowledge_within: int | None = None
    commit_within: int | None = None

    @property
    def stands(self) -> bool:
        """A question is open."""
        return any(pause.answered_on is None for pause in self.pauses)

    @property
    def acknowledge_by(self) -> date | None:
        if self.acknowledge_within is None:
            return None
        return due_day(self.sent_on, self.acknowledge_within, self.pauses)

    @property
    def commit_by(self) -> date | None:
        if self.commit_within is None or self.acknowledged_on is None:
            return None
        return due_day(self.acknowledged_on, self.commit_within, self.pauses)


def acknowledging(clock: Clock, *, on: date) -> Milestone:
    runs = clock.acknowledge_within is not None
    return milestone(
        clock.acknowledge_by, clock.acknowledged_on, on=on, stands=runs and clock.stands
    )


def committing(clock: Clock, committed_when: date | None, *, on: date) -> Milestone:
    """Of one line, by the day on which it was first committed."""
    runs = clock.commit_within is not None and clock.acknowledged_on is not None
    return milestone(clock.commit_by, committed_when, on=on, stands=runs and clock.stands)


def completing(committed_on: date | None, completed_on: date | None, *, on: date) -> Milestone:
    """Of one line, by the day it is committed to: a question does not move that day."""
    return milestone(committed_on, completed_on, on=on, stands=False)


def latest_start_before(due: date, within: int) -> date:
    """The last day on which a clock that never stood still ran out before `due`."""
    return add_working_days(due, -within) - timedelta(days=1)
