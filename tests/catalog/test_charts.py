"""Step charts: where the line runs, what is marked, when there is nothing to draw."""

from datetime import date
from decimal import Decimal

from catalog.charts import BOTTOM, LEFT, RIGHT, TOP, Step, step_chart

FIRST, MIDDLE, LAST = date(2020, 1, 1), date(2020, 7, 1), date(2020, 12, 30)


def test_the_line_is_level_until_the_next_step_and_then_jumps() -> None:
    steps = [Step(MIDDLE, Decimal(10)), Step(FIRST, Decimal(5))]
    chart = step_chart("MRC", steps, on=LAST, until=LAST)
    assert chart is not None
    middle = (LEFT + RIGHT) / 2
    half = (TOP + BOTTOM) / 2
    assert chart.path == f"M{LEFT}.0 {half}H{middle}V{TOP}.0H{RIGHT}.0"


def test_the_highest_amount_is_at_the_top_and_named() -> None:
    steps = [Step(FIRST, Decimal(8)), Step(MIDDLE, Decimal(2))]
    chart = step_chart("MRC", steps, on=LAST, until=LAST)
    assert chart is not None
    assert chart.highest == 8
    assert chart.marks[0].y == TOP


def test_the_line_breaks_where_nothing_is_charged() -> None:
    steps = [Step(FIRST, Decimal(5)), Step(MIDDLE, None), Step(LAST, Decimal(5))]
    chart = step_chart("MRC", steps, on=LAST, until=LAST)
    assert chart is not None
    assert chart.path.count("M") == 2
    assert len(chart.marks) == 2


def test_a_day_before_the_first_step_is_marked_at_the_edge() -> None:
    chart = step_chart("MRC", [Step(FIRST, Decimal(5))], on=date(2010, 1, 1), until=LAST)
    assert chart is not None
    assert chart.on_x == LEFT


def test_a_step_to_come_still_shows_its_length() -> None:
    steps = [Step(FIRST, Decimal(5)), Step(LAST, Decimal(6))]
    chart = step_chart("MRC", steps, on=MIDDLE, until=MIDDLE)
    assert chart is not None
    assert chart.last > LAST


def test_nothing_is_drawn_where_nothing_was_ever_charged() -> None:
    assert step_chart("NRC", [], on=LAST, until=LAST) is None
    assert step_chart("NRC", [Step(FIRST, Decimal(0))], on=LAST, until=LAST) is None
    assert step_chart("NRC", [Step(FIRST, None)], on=LAST, until=LAST) is None


def test_one_step_of_today_is_drawn() -> None:
    chart = step_chart("NRC", [Step(FIRST, Decimal(1))], on=FIRST, until=FIRST)
    assert chart is not None
    assert chart.path == f"M{LEFT}.0 {TOP}.0H{RIGHT}.0"
