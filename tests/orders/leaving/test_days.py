"""When a body outside State government may leave: every day against a naive count of days."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.completeness.leaving import Quoted
from orders.compliance.leaving import earliest, earliest_of_all, thing_of
from orders.models import Leaving, LeavingPart
from stmm.policy.decision import Decision, decide
from stmm.policy.facts import Action, Ato, Buyer, Designation, Purchase, Source
from stmm.refusals import Incomplete
from tests.catalog.factories import make_free
from tests.orders.factories import World
from tests.orders.leavings import (
    END,
    FREE,
    LAST_BOUND,
    at,
    give,
    make_city_service,
    make_draft,
)

DAYS = st.dates(date(2014, 1, 1), date(2040, 12, 31))


def naive_first_free(approved: date) -> date:
    """Days counted one by one until the calendar shows the day two years on, or the one after."""
    day = approved
    while True:
        day += timedelta(days=1)
        if day.year == approved.year + 2 and (day.month, day.day) >= (
            approved.month,
            approved.day,
        ):
            return day


def naive_end(notice: date) -> date:
    """Thirty sheets torn off a calendar."""
    year, month, day = notice.year, notice.month, notice.day
    for _ in range(30):
        day += 1
        if day > calendar.monthrange(year, month)[1]:
            day, month = 1, month + 1
        if month > 12:
            month, year = 1, year + 1
    return date(year, month, day)


def decided(on: date, approved: date | None, *, lists: bool = True) -> Decision:
    return decide(
        Purchase(
            on=on,
            buyer=Buyer.NON_STATE,
            source=Source.OTHER,
            designation=Designation.UNDETERMINED,
            action=Action.LEAVE,
            ato=Ato(approved, lists),
        )
    )


@settings(max_examples=300)
@given(on=DAYS, approved=DAYS)
def test_the_earliest_days_are_those_of_the_naive_count(on: date, approved: date) -> None:
    free = naive_first_free(approved)
    bound = approved <= on < free

    found = earliest(decided(on, approved))

    assert found.notice_on == (free if bound else on)
    assert found.end_on == naive_end(found.notice_on)


@pytest.mark.parametrize(
    ("approved", "notice_on", "end_on"),
    [
        # 29 February: the first free day is 1 March two years on
        (date(2024, 2, 29), date(2026, 3, 1), date(2026, 3, 31)),
        (date(2024, 2, 28), date(2026, 2, 28), date(2026, 3, 30)),
        # Into a February with 29 days
        (date(2026, 1, 30), date(2028, 1, 30), date(2028, 2, 29)),
        (date(2026, 12, 2), date(2028, 12, 2), date(2029, 1, 1)),
    ],
)
def test_the_earliest_days_round_the_end_of_february_and_of_a_year(
    approved: date, notice_on: date, end_on: date
) -> None:
    found = earliest(decided(approved, approved))

    assert (found.notice_on, found.end_on) == (notice_on, end_on)
    assert naive_end(notice_on) == end_on


def test_what_no_ato_lists_may_leave_at_once() -> None:
    found = earliest(decided(FREE, FREE, lists=False))

    assert (found.notice_on, found.end_on) == (FREE, END)


def test_a_part_is_of_something() -> None:
    with pytest.raises(ValueError, match="without a thing"):
        thing_of(LeavingPart())


def test_several_things_leave_when_the_last_of_them_may() -> None:
    decisions = [decided(date(2026, 3, 2), day) for day in (date(2024, 1, 1), date(2025, 7, 1))]

    last = earliest_of_all(decisions)

    assert last is not None
    assert (last.notice_on, last.end_on) == (FREE, END)
    assert earliest_of_all([]) is None


@pytest.mark.parametrize("on", [FREE, date(2028, 1, 15), date(2028, 2, 1), date(2028, 2, 29)])
def test_notice_on_or_after_the_first_free_day_ends_thirty_days_later(
    world: World, on: date
) -> None:
    leaving = give(make_draft(world, make_city_service(world), on=on), world=world, on=on)

    assert (leaving.given_on, leaving.ends_on) == (on, naive_end(on))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # The clock goes forward on March 12, 2028, and back on November 5, 2028
        (at(date(2028, 3, 12), 1, 59), date(2028, 3, 12)),
        (at(date(2028, 3, 12), 23, 59), date(2028, 3, 12)),
        (at(date(2028, 11, 5), 0, 30), date(2028, 11, 5)),
        (at(date(2028, 11, 5), 23, 59), date(2028, 11, 5)),
        # Of the notice's day alone: no hour is lost or won over a change of the clock
        (at(date(2028, 2, 20), 23, 59), date(2028, 2, 20)),
        (at(date(2028, 10, 20), 0, 0), date(2028, 10, 20)),
    ],
)
def test_the_day_of_the_notice_is_the_pacific_day(world: World, moment: object, day: date) -> None:
    leaving = make_draft(world, make_city_service(world), on=day)

    leaving = give(leaving, world=world, on=day, moment=moment)  # type: ignore[arg-type]  # see above

    assert (leaving.given_on, leaving.ends_on) == (day, naive_end(day))


def test_inside_the_two_years_notice_is_refused_to_their_very_last_day(world: World) -> None:
    leaving = make_draft(world, make_city_service(world), on=LAST_BOUND)

    with pytest.raises(Incomplete) as refused:
        give(leaving, world=world, moment=at(LAST_BOUND, 23, 59), on=LAST_BOUND)

    (problem,) = refused.value.problems
    for words in (
        "12 Hosted VoIP",
        "notice may be given from July 1, 2027",
        "may end on July 31, 2027",
    ):
        assert words in problem.message
    assert isinstance(problem, Quoted)
    first, second = problem.citations
    assert (first.id, second.id) == ("PO-4.1", "PO-4.2")
    assert "exclusively purchased from the CALNET MSA for a period of two years" in first.quote
    assert "with a 30 calendar day notice" in second.quote
    assert not Leaving.objects.filter(given_on__isnull=False).exists()


def test_a_minute_later_it_is_the_first_free_day(world: World) -> None:
    leaving = make_draft(world, make_city_service(world), on=LAST_BOUND)

    leaving = give(leaving, world=world, moment=at(FREE, 0, 0))

    assert (leaving.given_on, leaving.ends_on) == (FREE, END)


def test_a_wanted_day_before_the_notice_runs_out_is_refused(world: World) -> None:
    service = make_city_service(world)
    early = make_draft(world, service, wanted_on=date(2027, 7, 30))

    with pytest.raises(Incomplete, match="on July 31, 2027 at the earliest"):
        give(early, world=world)
    assert give(make_draft(world, service, wanted_on=END), world=world).ends_on == END


def test_a_wanted_day_later_than_that_is_kept(world: World) -> None:
    leaving = make_draft(world, make_city_service(world), wanted_on=date(2027, 9, 30))

    assert give(leaving, world=world).ends_on == date(2027, 9, 30)


def test_under_a_contract_that_is_not_exclusive_notice_may_be_given_at_once(world: World) -> None:
    make_free(world.contract)
    on = date(2026, 3, 2)

    leaving = give(make_draft(world, make_city_service(world), on=on), world=world, on=on)

    assert leaving.ends_on == naive_end(on)
