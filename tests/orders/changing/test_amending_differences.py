"""What an amendment makes different from the order before it, in words."""

from decimal import Decimal

from orders.models import Order
from orders.reading.differences import Difference, differences
from orders.reading.order import shown_lines
from orders.services.making import drafting
from tests.catalog.factories import make_offer
from tests.factories import AT, TODAY
from tests.orders.factories import World, access, fill, make_line, make_sent_order, sign
from tests.orders.pages import again
from tests.orders.sent_orders import amend, complete, make_order_of_three, take_off


def found(draft: Order) -> list[Difference]:
    draft = again(draft)
    return differences(draft, shown_lines(draft, on=TODAY))


def test_a_draft_shows_each_field_that_differs(world: World) -> None:
    draft = amend(make_sent_order(world), world.atr)
    fill(draft, by=world.atr, division="North", contact_fax="", is_other=True)

    assert found(draft) == [
        Difference("Other", "not checked", "checked"),
        Difference("Division (unit, etc.)", "nothing", "North"),
        Difference("Fax number", "(916) 555-0199", "nothing"),
    ]


def test_a_draft_shows_lines_added_dropped_and_changed(world: World) -> None:
    order = make_order_of_three(world)
    draft = amend(order, world.atr)
    line = draft.lines.select_related("order").get(position=1)
    drafting.change_line(
        line=line,
        fields={
            "quantity": 4,
            "requested_date": TODAY,
            "order_type": "change",
            "billing_account": "939",
        },
        version=draft.version,
        access=access(world.atr),
        at=AT,
    )
    take_off(draft, 2, world.atr)
    make_line(draft, world.mandatory, by=world.atr, quantity=2)
    make_offer(world.undesignated, effective_from=TODAY, mrc=Decimal("99.5"), nrc=None)

    first, last = "Request #1, Hosted VoIP", "Request #2, Dark fibre"
    assert found(draft) == [
        Difference(f"{first}: Order type", "Add", "Change"),
        Difference(f"{first}: Quantity", "1", "4"),
        Difference(f"{first}: Requested date of service", "nothing", "March 2, 2026"),
        Difference(f"{first}: Existing billing account number", "nothing", "939"),
        Difference("Request #2 before", "Add 1 Toll-free line", "taken off"),
        Difference(f"{last}: MRC each", "$96.00", "$99.50"),
        Difference(f"{last}: NRC each", "$45.00", "nothing"),
        Difference("Request #3", "not on it", "Add 2 Hosted VoIP"),
    ]


def test_a_signed_amendment_shows_the_same_differences(world: World) -> None:
    order = complete(make_order_of_three(world), 3, world=world)
    draft = amend(order, world.atr)
    take_off(draft, 1, world.atr)
    before = found(draft)

    sign(draft, by=world.catr)

    assert (
        found(draft)
        == before
        == [Difference("Request #1 before", "Add 1 Hosted VoIP", "taken off")]
    )


def test_an_order_that_amends_none_differs_from_none(world: World) -> None:
    assert found(make_sent_order(world)) == []
