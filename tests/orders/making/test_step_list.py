"""The steps at the top of each page of an open order: what is filled in, and what is not yet."""

import pytest

from orders.models import Order
from stmm.accounts.models import User
from tests.orders.factories import World, fill, make_draft, make_ready_order, off_the_ato
from tests.orders.pages import again, page, step_states

NAMES = ("Contractor", "Lines", "Where and when", "Billing and contacts", "Review", "Sign")


def states(world: World, order: Order, name: str, by: User | None = None) -> dict[str, str]:
    return step_states(page(by or world.catr, f"orders:{name}", order.pk))


def test_a_step_that_is_passed_over_empty_is_not_done(world: World) -> None:
    order = make_draft(world)

    assert states(world, order, "review") == dict(
        zip(NAMES, ("done", "todo", "done", "todo", "current", "todo"), strict=True)
    )
    assert states(world, order, "contacts")["Lines"] == "todo"


def test_an_address_is_lacking_only_once_a_line_needs_one(world: World) -> None:
    order = make_draft(world, world.mandatory)

    assert states(world, order, "contacts")["Where and when"] == "todo"
    fill(order, by=world.catr, requested_address="601 North 7th Street")
    assert states(world, again(order), "contacts")["Where and when"] == "done"


@pytest.mark.parametrize("name", ["contacts", "sign"])
def test_what_is_filled_in_is_done(world: World, name: str) -> None:
    found = states(world, make_ready_order(world, world.mandatory), name)

    before = NAMES[: NAMES.index("Sign" if name == "sign" else "Billing and contacts")]
    assert {found[each] for each in before} == {"done"}


def test_lines_that_the_chapter_refuses_are_not_done(world: World) -> None:
    order = make_ready_order(world, world.mandatory, by=world.purchaser)
    assert states(world, order, "review", by=world.purchaser)["Lines"] == "done"

    off_the_ato(world.mandatory)

    assert states(world, order, "review", by=world.purchaser)["Lines"] == "todo"
