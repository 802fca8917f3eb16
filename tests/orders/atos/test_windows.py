"""The two years of each listed service: against a second computation, written naively here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Category, Service, Term
from orders.compliance.decisions import decide_services
from orders.models import AuthorizationToOrder
from orders.reading.windows import Window, chart_of, earliest_end, windows_of
from stmm.policy.dates import ato_window
from stmm.policy.facts import Action, Source
from stmm.policy.findings import Outcome
from tests.catalog.factories import make_category, make_contract, make_free, make_service
from tests.factories import AT, TODAY, Kind, make_agency
from tests.orders.ato_papers import amended, noon, renewed
from tests.orders.factories import KNOWN, World, make_ato

APPROVED = date(2025, 7, 1)
LEAP = date(2024, 2, 29)


def naive_first_free_day(start: date) -> date:
    """Two years on by walking through the calendar; a missing February 29 is March 1."""
    day, anniversaries = start, 0
    while anniversaries < 2:
        before, day = day, day + timedelta(days=1)
        skipped = (start.month, start.day) == (2, 29) and (before.month, before.day) == (2, 28)
        is_again = (day.month, day.day) == (start.month, start.day)
        anniversaries += is_again or (skipped and day.month == 3)
    return day


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(-40, 900))
def test_a_window_lasts_as_long_as_the_calendar_says(start: date, offset: int) -> None:
    until, on = naive_first_free_day(start), start + timedelta(days=offset)
    window = Window("1.2", "Initial ATO", start, until)
    chart = chart_of([window], on)
    (bar,) = chart.bars

    assert ato_window(start) == (start, until)
    assert bar.running == window.is_running(on) == (start <= on < until)
    assert 0 <= bar.x <= bar.x + bar.width <= 100.01
    assert 0 <= bar.over <= bar.width
    assert 0 <= chart.stroke <= 100
    assert (chart.since, chart.to) == (start, max(on, until))


@dataclass(frozen=True)
class Paper:
    """A paper of an ATO as the naive computation sees it."""

    on: date
    categories: frozenset[str]
    services: frozenset[str]


def naive_start(papers: Iterable[Paper], service: Service) -> date | None:
    """The first day on which any paper listed the service or its category."""
    days = [
        paper.on
        for paper in papers
        if service.product_id in paper.services or service.category.code in paper.categories
    ]
    return min(days) if days else None


def paper(on: date, *listed: Category | Service) -> Paper:
    return Paper(
        on,
        frozenset(each.code for each in listed if isinstance(each, Category)),
        frozenset(each.product_id for each in listed if isinstance(each, Service)),
    )


@dataclass(frozen=True)
class Case:
    """An ATO of category 1.2, LAN added in 2025, one WAN service in 2026, renewed in between."""

    ato: AuthorizationToOrder
    papers: tuple[Paper, ...]
    services: tuple[Service, ...]


@pytest.fixture
def case(world: World) -> Case:
    lan, wan = make_category("5", "LAN"), make_category("6", "WAN")
    world.contract.categories.add(make_category(), lan, wan)
    router, line, cable = (
        make_service(name, world.contract, category=category, recorded_at=KNOWN)
        for name, category in (("Router", lan), ("Line", wan), ("Cable", wan))
    )
    amended(world, world.ato, on=date(2025, 11, 2), categories=[lan])
    renewed(world, world.ato, on=date(2026, 1, 5))
    amended(world, world.ato, on=date(2026, 2, 1), services=[line])
    return Case(
        world.ato,
        (
            paper(APPROVED, make_category()),
            paper(date(2025, 11, 2), lan),
            paper(date(2026, 1, 5), make_category(), lan),
            paper(date(2026, 2, 1), line),
        ),
        (world.mandatory, world.optional, router, line, cable),
    )


def windows(ato: AuthorizationToOrder) -> dict[str, tuple[date, date | None]]:
    ato = AuthorizationToOrder.objects.select_related("contract").get(pk=ato.pk)
    return {each.item: (each.starts_on, each.until) for each in windows_of([ato], on=TODAY)[ato.pk]}


def test_each_addition_has_its_own_window_and_a_renewal_restarts_none(case: Case) -> None:
    router = case.services[3]

    assert windows(case.ato) == {
        "1.2 MPLS, VPN and Converged VoIP": (APPROVED, date(2027, 7, 1)),
        "5 LAN": (date(2025, 11, 2), date(2027, 11, 2)),
        str(router): (date(2026, 2, 1), date(2028, 2, 1)),
    }


@pytest.mark.parametrize("action", Action)
def test_decisions_agree_with_the_naive_computation_on_each_boundary(
    world: World, case: Case, action: Action
) -> None:
    starts = {service: naive_start(case.papers, service) for service in case.services}
    bounds = {
        day for start in starts.values() if start for day in (start, naive_first_free_day(start))
    }
    for on in sorted({day + timedelta(days=off) for day in bounds for off in (-1, 0, 1)}):
        decisions = decide_services(
            world.city, case.services, on=on, source=Source.OTHER, action=action
        )
        for service, start in starts.items():
            bound = start is not None and start <= on < naive_first_free_day(start)
            decision = decisions[service.pk]
            assert (decision.outcome == Outcome.EXCLUSIVE_TO_CALNET) == bound, (service, on)
            if bound and start is not None:
                assert decision.date_shown == naive_first_free_day(start)


def test_orders_go_through_from_the_approval_that_lists_the_service(
    world: World, case: Case
) -> None:
    for service in case.services:
        start = naive_start(case.papers, service)
        for on in (start - timedelta(days=1), start) if start else (TODAY,):
            decision = decide_services(world.city, [service], on=on, source=Source.CALNET)
            listed = start is not None and on >= start
            assert decision[service.pk].outcome.is_allowed == listed, (service, on)


def test_what_was_known_at_a_moment_is_found_again(world: World, case: Case) -> None:
    """The amendment of November 2 is recorded at noon of that day: not known a second before."""
    router, at = case.services[2], noon(date(2025, 11, 2))

    def known(moment: datetime) -> date | None:
        purchase = decide_services(
            world.city, [router], on=TODAY, source=Source.OTHER, known_at=moment
        )[router.pk].purchase
        return purchase.ato.approved_on if purchase.ato and purchase.ato.lists_service else None

    assert known(at - timedelta(seconds=1)) is None
    assert known(at) == known(AT) == date(2025, 11, 2)


def test_a_single_service_whose_category_was_listed_keeps_the_older_window(world: World) -> None:
    amended(world, world.ato, on=date(2026, 1, 5), services=[world.optional])

    assert windows(world.ato)[str(world.optional)] == (APPROVED, date(2027, 7, 1))


def test_an_extension_of_the_contract_restarts_nothing(world: World) -> None:
    before = windows(world.ato)
    Term.objects.create(
        contract=world.contract,
        kind="extension",
        starts_on=date(2040, 1, 1),
        until=date(2041, 1, 1),
        recorded_at=AT,
        basis="For this test",
    )

    assert windows(world.ato) == before


def test_a_contract_that_is_not_exclusive_has_no_window(world: World) -> None:
    make_free(world.contract)

    assert windows(world.ato) == {"1.2 MPLS, VPN and Converged VoIP": (APPROVED, None)}
    decision = decide_services(world.city, [world.mandatory], on=TODAY, source=Source.OTHER)[
        world.mandatory.pk
    ]
    assert decision.outcome == Outcome.ALLOWED


@pytest.mark.parametrize(
    ("approved_on", "free"),
    [
        (LEAP, date(2026, 3, 1)),
        (date(2024, 2, 28), date(2026, 2, 28)),
        # The days on which clocks change in California
        (date(2024, 3, 10), date(2026, 3, 10)),
        (date(2024, 11, 3), date(2026, 11, 3)),
    ],
)
def test_leap_days_and_changes_of_the_clock(world: World, approved_on: date, free: date) -> None:
    town = make_agency(Kind.LOCAL)
    ato = make_ato(town, world.contract, approved_on=approved_on, signed=(approved_on, approved_on))

    assert free == naive_first_free_day(approved_on)
    assert windows(ato)["1.2 MPLS, VPN and Converged VoIP"] == (approved_on, free)


def test_what_lists_a_service_again_does_not_move_a_window_of_a_leap_day(world: World) -> None:
    contract = make_contract("C3-LEAP")
    contract.categories.add(make_category(), make_category("6", "WAN"))
    phone = make_service("Telephone", contract, recorded_at=KNOWN)
    line = make_service("Line", contract, category=make_category("6", "WAN"), recorded_at=KNOWN)
    ato = make_ato(world.city, contract, approved_on=LEAP, signed=(LEAP, LEAP))
    renewed(world, ato, on=date(2025, 2, 28))
    amended(world, ato, on=date(2026, 2, 28), services=[phone, line])
    papers = (paper(LEAP, make_category()), paper(date(2026, 2, 28), phone, line))
    starts = {service: naive_start(papers, service) for service in (phone, line)}

    assert starts == {phone: LEAP, line: date(2026, 2, 28)}
    for on in (date(2026, 2, 27) + timedelta(days=off) for off in range(5)):
        decisions = decide_services(world.city, [phone, line], on=on, source=Source.OTHER)
        for service, start in starts.items():
            bound = start is not None and start <= on < naive_first_free_day(start)
            found = decisions[service.pk].outcome == Outcome.EXCLUSIVE_TO_CALNET
            assert found == bound, (service, on)


@pytest.mark.parametrize("hour", [0, 23])
@pytest.mark.parametrize("day", [date(2025, 11, 2), date(2026, 3, 8)])
def test_an_approval_counts_on_its_pacific_day(world: World, day: date, hour: int) -> None:
    at = datetime(day.year, day.month, day.day, hour, 59, tzinfo=ZoneInfo("America/Los_Angeles"))
    ato = make_ato(
        make_agency(Kind.LOCAL), world.contract, approved_on=day, signed=(day, day), at=at
    )

    assert windows(ato)["1.2 MPLS, VPN and Converged VoIP"][1] == naive_first_free_day(day)


def test_a_chart_of_nothing_and_of_what_never_binds() -> None:
    assert chart_of([], TODAY).bars == ()
    chart = chart_of([Window("1.2", "Initial ATO", TODAY, None)], TODAY)
    assert (chart.bars[0].width, chart.bars[0].running, chart.first_free) == (0, False, None)


def test_notice_to_end_an_ato_waits_for_its_last_window() -> None:
    one = Window("1.2", "Initial ATO", APPROVED, date(2027, 7, 1))
    two = Window("5", "Amendment 1", date(2025, 11, 2), date(2027, 11, 2))

    earliest = earliest_end([one, two], date(2027, 7, 1))
    assert earliest.day == date(2027, 12, 2)
    assert "give notice from November 2, 2027 on" in earliest.problem
    assert earliest_end([one, two], date(2027, 11, 2)).problem == ""


def test_the_queries_do_not_grow_with_the_atos(world: World, case: Case) -> None:
    with CaptureQueriesContext(connection) as one:
        windows_of([case.ato], on=TODAY)
    more = [
        make_ato(world.city, make_contract(f"C-{number}"), services=[world.optional])
        for number in range(5)
    ]
    with CaptureQueriesContext(connection) as many:
        windows_of([case.ato, *more], on=TODAY)

    assert len(one) == len(many) == 2
