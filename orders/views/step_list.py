"""The steps of something that is made step by step, as the step list of its pages shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    name: str
    url: str
    state: str


def step_list(
    steps: Sequence[tuple[str, str]], current: str, *, pk: int | None, opens_from: int = 1
) -> list[Step]:
    """The steps, by the names of their addresses and their labels, with links.

    No step can be opened before there is a row with a key, and none before number `opens_from`.
    """
    here = [name for name, _ in steps].index(current)
    return [
        Step(
            number,
            label,
            reverse(f"orders:{name}", args=[pk]) if pk and number >= opens_from else "",
            "current" if name == current else "done" if number <= here else "todo",
        )
        for number, (name, label) in enumerate(steps, start=1)
    ]
