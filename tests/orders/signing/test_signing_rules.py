"""When an agency wants its CATR's word: the rule, who sets it, what it means for an order."""

from decimal import Decimal
from typing import Any

import pytest

from orders.models import Order, SigningRule, State
from orders.reading.order import lines_of
from orders.reading.priced import offers_for
from orders.services.signing import approving
from orders.signing_rules import priced, why_catr
from stmm.audit.models import Change, Entry
from stmm.refusals import Incomplete, NotAllowed
from tests.catalog.factories import make_category, make_offer, make_service
from tests.factories import AT, TODAY
from tests.orders.approvals import NO_RULE, set_rule
from tests.orders.factories import (
    World,
    access,
    make_draft,
    make_line,
    make_ready_order,
    sign,
)
from tests.orders.pages import errors, goes_to, messages, page, post, text


def why(order: Order) -> str:
    order = Order.objects.get(pk=order.pk)
    lines = lines_of(order)
    return why_catr(order, priced(lines, offers_for(lines, on=TODAY)))


def order_of(world: World, quantity: int = 1) -> Order:
    """Of a service for $96.00 a month and $45.00 once, each."""
    order = make_draft(world)
    make_line(order, world.mandatory, by=world.atr, quantity=quantity)
    return order


def test_without_a_rule_atrs_sign_themselves(world: World) -> None:
    order = make_ready_order(world)

    assert why(order) == ""
    assert sign(order, by=world.atr).state == State.SIGNED


def test_a_rule_that_says_never_is_as_none(world: World) -> None:
    set_rule(world)

    assert why(order_of(world)) == ""


def test_a_rule_that_says_always_holds_for_every_order(world: World) -> None:
    set_rule(world, needs_catr="always")

    assert why(order_of(world)) == "Highway Patrol wants its CATR’s approval of every order."


@pytest.mark.parametrize(
    ("rule", "quantity", "reason"),
    [
        ({"monthly_above": Decimal(192)}, 2, ""),
        (
            {"monthly_above": Decimal("191.99")},
            2,
            "its monthly total of $192.00 is above $191.99",
        ),
        ({"once_above": Decimal(90)}, 2, ""),
        ({"once_above": Decimal(0)}, 2, "its one-time total of $90.00 is above $0.00"),
        (
            {"monthly_above": Decimal(100), "once_above": Decimal(100)},
            3,
            (
                "its monthly total of $288.00 is above $100.00"
                " and its one-time total of $135.00 is above $100.00"
            ),
        ),
    ],
)
def test_amounts_are_quantity_times_charge_and_must_be_above_the_limit(
    world: World, rule: dict[str, Any], quantity: int, reason: str
) -> None:
    set_rule(world, needs_catr="sometimes", **rule)

    expected = (
        f"Highway Patrol wants its CATR’s approval of this order: {reason}." if reason else ""
    )
    assert why(order_of(world, quantity)) == expected


def test_amounts_are_those_of_todays_catalogue(world: World) -> None:
    set_rule(world, needs_catr="sometimes", monthly_above=Decimal(100))
    order = order_of(world)
    assert why(order) == ""

    make_offer(world.mandatory, effective_from=TODAY, mrc=Decimal("100.01"), nrc=None)

    assert "$100.01 is above $100.00" in why(order)


def test_what_has_no_charge_counts_as_nothing(world: World) -> None:
    set_rule(world, needs_catr="sometimes", monthly_above=Decimal(0), once_above=Decimal(0))
    order = make_draft(world)
    make_line(
        order,
        make_service("By the minute", world.contract, mrc=None, nrc=None),
        by=world.atr,
    )

    assert why(order) == ""


def test_a_category_counts_whatever_the_amount(world: World) -> None:
    other = make_category("4.1", "Long Distance")
    set_rule(world, needs_catr="sometimes", categories=[other])
    order = order_of(world)
    assert why(order) == ""

    make_line(order, make_service("Calls", world.contract, category=other), by=world.atr)

    assert why(order).endswith("approval of this order: it has services of category 4.1.")


def test_a_rule_of_another_agency_or_for_a_body_without_a_catr_does_not_count(
    world: World,
) -> None:
    set_rule(world, needs_catr="always")
    # Past the service, which refuses it
    SigningRule.objects.create(agency=world.city, needs_catr="always", changed_at=AT)

    assert why(make_draft(world, world.mandatory, by=world.purchaser)) == ""


# Setting it


def test_the_catr_sets_the_rule_and_it_is_recorded(world: World) -> None:
    category = make_category()

    set_rule(
        world, needs_catr="sometimes", monthly_above=Decimal(500), categories=[category, category]
    )

    rule = SigningRule.objects.get()
    assert (rule.agency, rule.needs_catr, rule.changed_at) == (world.agency, "sometimes", AT)
    assert (rule.monthly_above, rule.once_above) == (Decimal(500), None)
    assert list(rule.categories.all()) == [category]
    entry = Entry.objects.about(world.agency).get(action="set_signing_rule")
    assert entry.actor == world.catr
    assert entry.changes == [
        Change("needs the CATR", "Never: each ATR signs", "For amounts or categories named below"),
        Change("a month above", "no amount", "$500.00"),
        Change("once above", "no amount", "no amount"),
        Change("categories", "none", "1.2"),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"needs_catr": "always"},
        {"needs_catr": "sometimes", "once_above": Decimal("9.5")},
    ],
)
def test_the_same_rule_twice_is_set_once(world: World, rule: dict[str, Any]) -> None:
    results = {set_rule(world, **rule).pk for _ in range(2)}

    assert len(results) == SigningRule.objects.count() == 1
    assert Entry.objects.filter(action="set_signing_rule").count() == 1


def test_a_rule_is_changed_and_forgets_amounts_that_count_no_more(world: World) -> None:
    set_rule(
        world,
        needs_catr="sometimes",
        monthly_above=Decimal(5),
        once_above=Decimal(5),
        categories=[make_category()],
    )

    rule = set_rule(world, needs_catr="always", monthly_above=Decimal(7))

    assert (rule.monthly_above, rule.once_above, rule.categories.count()) == (None, None, 0)
    assert str(rule) == "Who signs for Highway Patrol"


def test_sometimes_needs_an_amount_or_a_category(world: World) -> None:
    with pytest.raises(Incomplete, match="Give an amount, or check a category"):
        set_rule(world, needs_catr="sometimes")


@pytest.mark.parametrize("who", ["atr", "stranger", "stnd", "auditor", "desk", "purchaser"])
def test_nobody_but_the_catr_sets_the_rule(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only the CATR of Highway Patrol"):
        set_rule(world, by=getattr(world, who), needs_catr="always")

    assert not SigningRule.objects.exists()


def test_a_body_outside_state_government_has_no_rule(world: World) -> None:
    with pytest.raises(NotAllowed, match="City of Lodi has no CATR: only State agencies"):
        approving.set_signing_rule(
            agency=world.city, **NO_RULE, access=access(world.purchaser), at=AT
        )


# The page


def test_the_page_has_the_form_for_the_catr(world: World) -> None:
    answer = page(world.catr, "orders:signing-rule", world.agency.pk)

    assert "Record the rule" in text(answer)
    assert answer.context["form"].initial == {"needs_catr": "never"}


def test_the_catr_records_the_rule_on_the_page(world: World) -> None:
    category = make_category()

    answer = post(
        world.catr,
        "orders:signing-rule",
        world.agency.pk,
        needs_catr="sometimes",
        monthly_above="1000",
        categories=[category.pk],
    )

    assert goes_to(answer, "orders:signing-rule", world.agency.pk)
    assert messages(answer) == ["The rule is recorded. It holds for every order from now on."]
    shown = page(world.catr, "orders:signing-rule", world.agency.pk)
    assert shown.context["form"].initial == {
        "needs_catr": "sometimes",
        "monthly_above": Decimal(1000),
        "once_above": None,
        "categories": [category],
    }


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"needs_catr": "sometimes"}, "needs_catr"),
        ({"needs_catr": "now and then"}, "needs_catr"),
        ({"needs_catr": "sometimes", "once_above": "-1"}, "once_above"),
        ({"needs_catr": "sometimes", "monthly_above": "1.005"}, "monthly_above"),
        ({"needs_catr": "sometimes", "categories": ["987654"]}, "categories"),
    ],
)
def test_a_rule_that_says_nothing_sensible_is_not_recorded(
    world: World, typed: dict[str, Any], field: str
) -> None:
    answer = post(world.catr, "orders:signing-rule", world.agency.pk, **typed)

    assert list(errors(answer)) == [field]
    assert not SigningRule.objects.exists()


def test_others_of_the_agency_and_oversight_read_the_rule(world: World) -> None:
    set_rule(world)
    assert "For no order: each ATR signs" in text(
        page(world.atr, "orders:signing-rule", world.agency.pk)
    )

    set_rule(
        world,
        needs_catr="sometimes",
        monthly_above=Decimal(500),
        once_above=Decimal(900),
        categories=[make_category()],
    )
    shown = text(page(world.auditor, "orders:signing-rule", world.agency.pk))
    for words in (
        "a monthly total above $500.00",
        "a one-time total above $900.00",
        "a service of category 1.2 MPLS",
        "Only the CATR of Highway Patrol, appointed today, says who signs.",
    ):
        assert words in shown
    assert "Record the rule" not in shown

    set_rule(world, needs_catr="always")
    assert "For every order." in text(page(world.atr, "orders:signing-rule", world.agency.pk))


def test_the_page_of_a_city_says_that_none_of_it_applies(world: World) -> None:
    shown = text(page(world.purchaser, "orders:signing-rule", world.city.pk))

    assert "none of the rules on this page apply" in shown
    assert "Deputies of the CATR" not in shown


def test_the_agencys_page_leads_there(world: World) -> None:
    answer = page(world.atr, "agencies:detail", world.agency.pk)

    assert f'href="/orders/agencies/{world.agency.pk}/signing/"' in answer.content.decode()
