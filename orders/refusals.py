"""Why a change to an order was not made. The message is for the person who asked."""

from collections.abc import Iterable
from dataclasses import dataclass


class Refused(Exception):
    """Base of all refusals: nothing was changed."""


class NotAllowed(Refused):
    """This person may not; the message says who may."""


class WrongState(Refused):
    """The order has moved on; the message says to where."""


class ChangedMeanwhile(Refused):
    """Someone else changed the order after this page was opened."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing the form still lacks, and the step where it is mended."""

    message: str
    step: str


class Incomplete(Refused):
    """The form can't go out as it is."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))
