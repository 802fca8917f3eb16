"""Why a change was not made. The message is for the person who asked."""

from collections.abc import Iterable
from dataclasses import dataclass


class Refused(Exception):
    """Base of all refusals: nothing was changed."""


class NotAllowed(Refused):
    """This person may not; the message says who may, or what to do."""


class WrongState(Refused):
    """It has moved on; the message says to where."""


class ChangedMeanwhile(Refused):
    """Someone else changed it after this page was opened."""


def refuse_stale(thing: object, version: int, seen: int | None) -> None:
    """Raises ChangedMeanwhile where a page showed (`seen`) another version of a locked row."""
    if seen is not None and seen != version:
        raise ChangedMeanwhile(
            f"{thing} was changed by someone else while you had it open."
            " Look at it as it is now, then make your change again."
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is still lacking, and the step or field where it is mended."""

    message: str
    step: str


class Incomplete(Refused):
    """It can't go out as it is."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))
