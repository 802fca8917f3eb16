"""Bar charts drawn on the server: SVG without script or style. The table has the same numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

WIDTH, ROW, LABELS = 640, 30, 250
# What is left of the width for the number at the end of a bar
NUMBERS = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """`y` and `width` place it in the drawing; the words stand at `baseline`."""

    label: str
    value: Decimal
    y: int
    width: float

    @property
    def baseline(self) -> int:
        return self.y + 18

    @property
    def number_x(self) -> float:
        return LABELS + self.width + 8


@dataclass(frozen=True, slots=True)
class BarChart:
    name: str
    unit: str
    bars: tuple[Bar, ...]
    width: int = WIDTH
    labels: int = LABELS

    @property
    def height(self) -> int:
        return ROW * len(self.bars) + 6


def bar_chart(name: str, unit: str, values: Iterable[tuple[str, Decimal | int]]) -> BarChart | None:
    """A bar for each value, in the given order; None where nothing is above zero."""
    given = [(label, Decimal(value)) for label, value in values]
    highest = max((value for _, value in given), default=Decimal(0))
    if not highest:
        return None
    room = WIDTH - LABELS - NUMBERS
    bars = (
        Bar(label, value, 4 + ROW * place, round(room * float(value / highest), 1))
        for place, (label, value) in enumerate(given)
    )
    return BarChart(name, unit, tuple(bars))
