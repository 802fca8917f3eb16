"""The steps of something that is made step by step, as the step list of its pages shows them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    name: str
    url: str
    state: str


def step_list(
    steps: Sequence[tuple[str, str]],
    current: str,
    *,
    pk: int | None,
    opens_from: int = 1,
    lacking: Collection[str] = (),
) -> list[Step]:
    """The steps, by the names of their addresses and their labels, with links.

    No step can be opened before there is a row with a key, and none before number `opens_from`.
    Steps before the current one are done, but for those named in `lacking`.
    """
    here = [name for name, _ in steps].index(current)
    return [
        Step(
            number,
            label,
            reverse(f"orders:{name}", args=[pk]) if pk and number >= opens_from else "",
            _state(name, is_before=number <= here, current=current, lacking=lacking),
        )
        for number, (name, label) in enumerate(steps, start=1)
    ]


def _state(name: str, *, is_before: bool, current: str, lacking: Collection[str]) -> str:
    if name == current:
        return "current"
    return "done" if is_before and name not in lacking else "todo"
