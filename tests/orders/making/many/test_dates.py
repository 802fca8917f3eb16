"""One requested date of service for all lines of a draft that have none yet."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from orders.models import Order
from orders.services.making.many_lines import date_lines
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed, WrongState
from tests.factories import AT
from tests.orders.factories import World, access, make_draft, make_line, make_signed_order
from tests.orders.pages import again, goes_to, messages, page, post, text
from tests.orders.test_query_counts import statements

LATER, OWN = date(2099, 4, 15), date(2099, 5, 1)
BUTTON = "without a date"


def draft(world: World, lines: int = 2) -> Order:
    """With so many lines that have no day, and one of a day of its own behind them."""
    order = make_draft(world, *[world.mandatory] * lines)
    make_line(order, world.mandatory, by=world.catr, requested_date=OWN)
    return again(order)


def days(order: Order) -> list[date | None]:
    return list(order.lines.order_by("position").values_list("requested_date", flat=True))


def test_the_lines_without_a_day_get_it_and_the_others_keep_theirs(world: World) -> None:
    order = draft(world)
    assert "Use for the 2 lines without a date" in text(page(world.atr, "orders:lines", order.pk))

    answer = post(world.atr, "orders:date-lines", order.pk, wanted_on=f"{LATER}")

    assert goes_to(answer, "orders:lines", order.pk)
    assert messages(answer) == ["2 lines are wanted on April 15, 2099."]
    assert days(order) == [LATER, LATER, OWN]
    assert again(order).version == order.version + 1
    entry = Entry.objects.about(order).latest("sequence")
    assert (entry.action, entry.actor) == ("date_lines", world.atr)
    assert [(change.field, change.after) for change in entry.changes] == [
        (f"Request #{number}: Requested date of service", "April 15, 2099") for number in (1, 2)
    ]


def test_where_each_has_its_day_nothing_is_asked_and_nothing_changes(world: World) -> None:
    order = draft(world, 0)
    entries = Entry.objects.count()

    assert BUTTON not in text(page(world.atr, "orders:lines", order.pk))
    assert messages(post(world.atr, "orders:date-lines", order.pk, wanted_on=f"{LATER}")) == []
    assert days(order) == [OWN]
    assert (again(order).version, Entry.objects.count()) == (order.version, entries)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Requested date of service: Give a day."),
        ("soon", "Requested date of service: Enter a valid date."),
        (
            f"{timezone.localdate() - timedelta(days=2)}",
            "Requested date of service: This day has passed: give today or a later day.",
        ),
    ],
)
def test_a_day_that_can_not_be_changes_nothing_and_says_so(
    world: World, typed: str, told: str
) -> None:
    order = draft(world)

    answer = post(world.atr, "orders:date-lines", order.pk, wanted_on=typed)

    assert goes_to(answer, "orders:lines", order.pk)
    assert messages(answer) == [told]
    assert days(order) == [None, None, OWN]


def test_only_those_who_make_the_order_set_its_days_and_only_on_a_draft(world: World) -> None:
    with pytest.raises(NotAllowed):
        date_lines(order=draft(world), wanted=LATER, access=access(world.auditor), at=AT)
    with pytest.raises(WrongState):
        date_lines(order=make_signed_order(world), wanted=LATER, access=access(world.catr), at=AT)


def test_it_takes_the_same_queries_for_any_number_of_lines(world: World) -> None:
    few, many = draft(world, 1), draft(world, 9)

    def dating(order: Order) -> int:
        by = access(world.atr)
        return statements(lambda: date_lines(order=order, wanted=LATER, access=by, at=AT))

    assert dating(few) == dating(many)
