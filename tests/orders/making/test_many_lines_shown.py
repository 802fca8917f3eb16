"""Many lines on one page: what they are together comes first, with the way on."""

import pytest

from orders.models import Order
from tests.orders.factories import World, make_draft, make_line, make_ready_order, off_the_ato
from tests.orders.pages import again, page, text

STEPS = ("lines", "review")
REFUSED = "Not allowed as it stands: Request #1 ."


def with_lines(world: World, count: int) -> Order:
    order = make_ready_order(world, world.mandatory)
    for _ in range(count - 1):
        make_line(again(order), world.mandatory, by=world.catr)
    return again(order)


@pytest.mark.parametrize(("count", "is_shown"), [(8, False), (9, True)])
def test_more_than_fit_on_a_screen_are_summed_up_above_them(
    world: World, count: int, is_shown: bool
) -> None:
    order = with_lines(world, count)

    lines, review = (text(page(world.catr, f"orders:{name}", order.pk)) for name in STEPS)

    assert (f"{count} lines, " in lines) is is_shown
    assert (lines.count("Continue") == 2) is is_shown
    assert ("Add more lines" in lines) is is_shown
    assert ("Go to “What next”" in review) is is_shown


@pytest.mark.parametrize("name", STEPS)
def test_those_that_the_chapter_refuses_are_named_above_the_lines(world: World, name: str) -> None:
    order = make_ready_order(world, world.mandatory, by=world.purchaser)
    off_the_ato(world.mandatory)

    answer = page(world.purchaser, f"orders:{name}", order.pk)

    assert REFUSED in text(answer)
    html = answer.content.decode()
    assert 'href="#line-1"' in html
    assert '<tr id="line-1">' in html


def test_of_very_many_the_first_are_named(world: World) -> None:
    order = make_ready_order(world, *[world.mandatory] * 22, by=world.purchaser)
    off_the_ato(world.mandatory)

    shown = text(page(world.purchaser, "orders:lines", order.pk))

    assert "Not allowed as they stand: Request #1 , " in shown
    assert "Request #20 and 2 more." in shown


def test_the_review_of_an_order_without_lines_shows_no_empty_table(world: World) -> None:
    answer = page(world.catr, "orders:review", make_draft(world).pk)

    assert "Add at least one service (section 7)." in text(answer)
    assert "<table" not in answer.content.decode()
