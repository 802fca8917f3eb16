"""Very many lines of an order, in groups that fit on a page each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from orders.models import OrderLine

FIT = 20


class OfLine(Protocol):
    @property
    def line(self) -> OrderLine: ...


Row = TypeVar("Row", bound=OfLine)


@dataclass(frozen=True, slots=True)
class Group(Generic[Row]):
    """Some rows that follow each other; in words, by their request numbers, "Lines 21 to 40"."""

    rows: tuple[Row, ...]

    def __str__(self) -> str:
        first, last = self.rows[0].line.position, self.rows[-1].line.position
        return f"Lines {first} to {last}" if first != last else f"Line {first}"


def in_groups(rows: tuple[Row, ...]) -> Iterator[Group[Row]]:
    for start in range(0, len(rows), FIT):
        yield Group(rows[start : start + FIT])
