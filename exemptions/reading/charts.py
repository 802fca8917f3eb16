"""Bar charts drawn on the server: SVG without script or style. The table has the same numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

# The label stands above its bar, the number at the bar's end
WIDTH, ROW, NUMBERS = 640, 60, 80


@dataclass(frozen=True, slots=True)
class Bar:
    """`y` and `width` place it in the drawing, its words stand above it."""

    label: str
    value: Decimal
    y: int
    width: float

    @property
    def label_y(self) -> int:
        return self.y - 8

    @property
    def number_y(self) -> int:
        return self.y + 18

    @property
    def number_x(self) -> float:
        return self.width + 8


@dataclass(frozen=True, slots=True)
class BarChart:
    name: str
    unit: str
    bars: tuple[Bar, ...]
    width: int = WIDTH

    @property
    def height(self) -> int:
        return ROW * len(self.bars)


def bar_chart(name: str, unit: str, values: Iterable[tuple[str, Decimal | int]]) -> BarChart | None:
    """A bar for each value, in the given order; None where nothing is above zero."""
    given = [(label, Decimal(value)) for label, value in values]
    highest = max((value for _, value in given), default=Decimal(0))
    if not highest:
        return None
    room = WIDTH - NUMBERS
    bars = (
        Bar(label, value, 32 + ROW * place, round(room * float(value / highest), 1))
        for place, (label, value) in enumerate(given)
    )
    return BarChart(name, unit, tuple(bars))
