"""A sent order of very many lines: in groups that open, all of them on one page."""

import re

import pytest

from orders.reading.groups import FIT
from tests.factories import signed_in
from tests.orders.desk_orders import complete, make_acknowledged, make_committed, threaten
from tests.orders.factories import World, make_ready_order
from tests.orders.pages import page, text
from tests.orders.test_query_counts import counted


def groups(html: str) -> list[tuple[str, bool]]:
    """What each is called, and whether it is open."""
    found = re.findall(r'<details class="line-group"( open)?>\s*<summary>([^<]+)</summary>', html)
    return [(name, bool(is_open)) for is_open, name in found]


def test_lines_that_fit_stand_in_one_table(world: World) -> None:
    order = make_acknowledged(world, FIT)

    html = page(world.atr, "orders:detail", order.pk).content.decode()

    assert groups(html) == []
    assert html.count("<tr id=") == FIT
    assert "Total, before the administrative fee" in html


@pytest.mark.parametrize("who", ["atr", "desk", "auditor"])
def test_more_stand_in_groups_that_say_how_far_their_lines_are(world: World, who: str) -> None:
    order = make_committed(world, FIT + 2)
    complete(world, order, 1)
    threaten(world, order, FIT + 1)

    answer = page(getattr(world, who), "orders:detail", order.pk)

    html = answer.content.decode()
    assert groups(html) == [
        ("Lines 1 to 20: 1 completed, 19 with a committed date", True),
        ("Lines 21 to 22: 2 with a committed date, 1 in jeopardy", False),
        ("Lines 1 to 20", False),
        ("Lines 21 to 22", False),
    ]
    shown = text(answer)
    assert "22 lines: 1 completed, 21 with a committed date, 1 in jeopardy." in shown
    total = answer.context["shown"].mrc_total
    assert f"22 lines: ${total:,.2f} a month and" in shown
    assert re.findall(r'<tr id="line-(\d+)">', html) == [f"{n}" for n in range(1, FIT + 3)]


def test_before_it_is_sent_the_first_group_is_open(world: World) -> None:
    order = make_ready_order(world, *[world.mandatory] * (FIT + 2))

    html = page(world.catr, "orders:detail", order.pk).content.decode()

    assert groups(html) == [("Lines 1 to 20", True), ("Lines 21 to 22", False)]


def test_any_number_of_groups_takes_the_same_queries(world: World) -> None:
    browser = signed_in(world.atr)
    one, many = (
        counted(browser, make_committed(world, lines).get_absolute_url())
        for lines in (1, 2 * FIT + 1)
    )

    assert one == many


def test_a_group_of_one_line_is_called_by_it(world: World) -> None:
    order = make_acknowledged(world, FIT + 1)

    names = [
        name for name, _ in groups(page(world.atr, "orders:detail", order.pk).content.decode())
    ]

    assert names[-1] == "Line 21"
