"""Step charts of a charge over time, drawn on the server: SVG without script or style."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 8, 632, 34, 160


@dataclass(frozen=True, slots=True)
class Step:
    """An amount in US dollars from a day on; None where nothing was charged from then."""

    day: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A step as it stands in the drawing; `x` and `y` are where it begins."""

    step: Step
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class StepChart:
    """What the template draws. `path` is the line of all steps, broken where nothing holds."""

    name: str
    title: str
    steps: tuple[Step, ...]
    marks: tuple[Mark, ...]
    path: str
    first: date
    last: date
    highest: Decimal
    on_x: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    days: int
    highest: Decimal

    def x(self, day: date) -> float:
        share = (day - self.first).days / self.days
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0), 1), 1)

    def y(self, amount: Decimal) -> float:
        share = float(amount / self.highest) if self.highest else 0.0
        return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def step_chart(name: str, steps: Iterable[Step], *, on: date, until: date) -> StepChart | None:
    """A chart from the first step to `until`, or past a later last step; `on` is marked.

    None where there is no amount above zero to draw. `steps` in any order, one a day.
    """
    ordered = tuple(sorted(steps, key=lambda step: step.day))
    amounts = [step.amount for step in ordered if step.amount is not None]
    highest = max(amounts, default=Decimal(0))
    if not highest:
        return None
    first = ordered[0].day
    last = max(until, on, ordered[-1].day + timedelta(days=30), first + timedelta(days=1))
    scale = _Scale(first, (last - first).days, highest)
    marks = tuple(
        Mark(step, scale.x(step.day), scale.y(step.amount))
        for step in ordered
        if step.amount is not None
    )
    return StepChart(
        name=name,
        title=f"{name} since the start",
        steps=ordered,
        marks=marks,
        path=_path(ordered, scale, last),
        first=first,
        last=last,
        highest=highest,
        on_x=scale.x(on),
    )


def _path(steps: Sequence[Step], scale: _Scale, last: date) -> str:
    """Level until the next step, then up or down to it; lifted where nothing is charged."""
    parts: list[str] = []
    is_drawing = False
    for step, ends in zip(steps, [*(later.day for later in steps[1:]), last], strict=True):
        if step.amount is None:
            is_drawing = False
            continue
        y = scale.y(step.amount)
        parts.append(f"V{y}" if is_drawing else f"M{scale.x(step.day)} {y}")
        parts.append(f"H{scale.x(ends)}")
        is_drawing = True
    return "".join(parts)
