"""Told 90 and 30 days before the two years of services end, once each, whoever asks how often."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.jobs import tell_of_endings
from orders.models import AuthorizationToOrder, WindowNotice
from orders.services.atos.notices import endings, tell_of_ending
from stmm.audit.models import Entry
from stmm.outbox.models import Notice, NoticeKind
from tests.catalog.factories import make_category, make_contract, make_free
from tests.factories import Kind, Role, make_agency, make_appointment
from tests.orders.ato_papers import amended, noon, renewed
from tests.orders.factories import World, make_ato

FREE = date(2027, 7, 1)


def days_before(number: int) -> date:
    return FREE - timedelta(days=number)


def told(world: World) -> list[tuple[date, int]]:
    return list(
        WindowNotice.objects.filter(ato=world.ato).order_by("pk").values_list("until", "days")
    )


@pytest.mark.parametrize(
    ("left", "days"),
    [(91, []), (90, [90]), (31, [90]), (30, [30]), (1, [30]), (0, []), (-1, [])],
)
def test_who_is_to_be_told_on_a_day(world: World, left: int, days: list[int]) -> None:
    found = list(endings(days_before(left)))

    assert [each.days for each in found] == days
    assert all(each.until == FREE for each in found)


def test_each_is_told_once(world: World) -> None:
    second = make_appointment(Role.PURCHASER, world.city).user
    for left in (92, 90, 89, 60, 30, 29, 1, 0):
        for _ in range(2):
            tell_of_endings(noon(days_before(left)))

    assert told(world) == [(FREE, 90), (FREE, 30)]
    assert str(WindowNotice.objects.latest("pk")) == f"{world.ato}: 30 days before 2027-07-01"
    for user in (world.purchaser, second):
        notices = Notice.objects.filter(user=user)
        assert notices.count() == 2
        assert {notice.kind for notice in notices} == {NoticeKind.ATO}
    assert Entry.objects.about(world.ato).filter(action="tell_of_ending").count() == 2


def test_what_is_told_names_services_and_days(world: World) -> None:
    tell_of_endings(noon(days_before(90)))

    notice = Notice.objects.get(user=world.purchaser)
    assert notice.subject == "ATO of City of Lodi for C4-DNCS-19: two years end on June 30, 2027"
    assert "- 1.2 MPLS, VPN and Converged VoIP" in notice.text
    assert "a service ends on July 31, 2027 at the earliest" in notice.text
    assert notice.url == world.ato.get_absolute_url()


def test_two_workers_tell_once(world: World) -> None:
    """Both found it before either told."""
    (ending,) = endings(days_before(90))
    at = noon(days_before(90))

    assert tell_of_ending(ending=ending, at=at) == 1
    assert tell_of_ending(ending=ending, at=at) == 0


def test_nobody_to_tell_is_told_later(world: World) -> None:
    town = make_agency(Kind.LOCAL)
    ato = make_ato(town, world.contract)
    tell_of_endings(noon(days_before(90)))
    assert not WindowNotice.objects.filter(ato=ato).exists()

    user = make_appointment(Role.PURCHASER, town).user
    tell_of_endings(noon(days_before(80)))
    assert Notice.objects.filter(user=user).count() == 1


def test_an_addition_is_told_of_on_its_own_days_and_a_renewal_never(world: World) -> None:
    lan = make_category("5", "LAN")
    world.contract.categories.add(make_category(), lan)
    amended(world, world.ato, on=date(2026, 1, 5), categories=[lan])
    renewed(world, world.ato, on=date(2026, 2, 5))

    assert [(each.until, each.items) for each in endings(days_before(30))] == [
        (FREE, ("1.2 MPLS, VPN and Converged VoIP",))
    ]
    assert [each.items for each in endings(date(2028, 1, 1))] == [("5 LAN",)]
    assert list(endings(date(2028, 1, 20))) == []


@pytest.mark.parametrize("change", ["ended", "not exclusive"])
def test_what_binds_nobody_is_not_told_of(world: World, change: str) -> None:
    if change == "ended":
        AuthorizationToOrder.objects.filter(pk=world.ato.pk).update(
            ended_on=days_before(100), end_recorded_at=noon(FREE), end_reason="For this test"
        )
    else:
        make_free(world.contract)

    assert list(endings(days_before(30))) == []


def test_leap_days_are_counted(world: World) -> None:
    """Approved on February 29: the first free day is March 1 two years on."""
    town = make_agency(Kind.LOCAL)
    leap = date(2024, 2, 29)
    make_ato(town, world.contract, approved_on=leap, signed=(leap, leap))

    assert [each.days for each in endings(date(2025, 12, 1))] == [90]
    assert list(endings(date(2025, 11, 30))) == []


def test_the_queries_do_not_grow_with_the_atos(world: World) -> None:
    with CaptureQueriesContext(connection) as one:
        list(endings(days_before(30)))
    for number in range(4):
        make_ato(world.city, make_contract(f"C-{number}"))
    with CaptureQueriesContext(connection) as many:
        assert len(list(endings(days_before(30)))) == 5

    assert len(one) == len(many) <= 5
