from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from stmm.look.templatetags.look import day, last_day, moment, money


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Decimal("1234.5"), "$1,234.50"),
        (Decimal(0), "$0.00"),
        (Decimal("0.0000"), "$0.00"),
        (12, "$12.00"),
        (Decimal("1E+3"), "$1,000.00"),
        (Decimal("0.032"), "$0.032"),
        (Decimal("0.0325"), "$0.0325"),
        (Decimal("0.03255"), "$0.0326"),
        (Decimal("-5.10"), "−$5.10"),
        (Decimal("19981500.0000"), "$19,981,500.00"),
    ],
)
def test_money_has_two_decimals_and_up_to_four_where_the_price_has_them(
    amount: Decimal | int, shown: str
) -> None:
    assert money(amount) == shown


def test_money_that_is_absent_is_a_dash_read_out_as_none() -> None:
    shown = money(None)
    assert '<span aria-hidden="true">–</span>' in shown
    assert '<span class="visually-hidden">none</span>' in shown


@pytest.mark.parametrize("amount", [0.1, "12", ""])
def test_money_refuses_what_is_not_exact(amount: object) -> None:
    with pytest.raises(TypeError, match="money is a Decimal"):
        money(amount)  # type: ignore[arg-type]  # a template can pass anything


def test_a_day_is_written_out() -> None:
    assert day(date(2026, 3, 2)) == "March 2, 2026"


def test_a_datetime_is_shown_as_its_pacific_day() -> None:
    assert day(datetime(2026, 3, 2, 7, 30, tzinfo=UTC)) == "March 1, 2026"


def test_a_moment_is_shown_in_pacific_time() -> None:
    assert moment(datetime(2026, 3, 2, 17, 12, tzinfo=UTC)) == "March 2, 2026, 9:12 AM"
    assert moment(datetime(2026, 7, 2, 3, 5, tzinfo=UTC)) == "July 1, 2026, 8:05 PM"


def test_a_period_is_shown_by_the_last_day_it_covers() -> None:
    assert last_day(date(2027, 1, 1)) == "December 31, 2026"


def test_absent_dates_are_read_out_as_none() -> None:
    assert "none" in day(None)
    assert "none" in moment(None)
    assert "none" in last_day(None)
