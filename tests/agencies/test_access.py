"""What a person may do on a day: read once, from the appointments in effect on it."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from stmm.accounts.models import User
from stmm.agencies.access import ORDERING, Access, access_of
from stmm.agencies.models import Agency
from tests.factories import SINCE, TODAY, Kind, Role, make_agency, make_appointment, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return make_user("Ana Reyes")


def access_as(role: Role, on: date = TODAY) -> Access:
    return access_of(make_appointment(role).user, on=on)


def test_all_of_a_persons_authority_is_read_in_one_query(
    ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        make_appointment(Role.ATR, make_agency(), ana)

    with django_assert_num_queries(1):
        access = access_of(ana, on=TODAY)
        assert len(access.ordering_agencies) == len(access.member_agency_ids) == 3
        assert access.title.count("; ") == 2


def test_someone_not_signed_in_has_no_authority(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        access = access_of(AnonymousUser(), on=TODAY)

    assert access.roles == frozenset()


def test_an_appointment_counts_on_its_days_only(ana: User) -> None:
    make_appointment(Role.ATR, user=ana, starts_on=TODAY)

    assert access_of(ana, on=TODAY).roles == {Role.ATR}
    assert access_of(ana, on=TODAY - timedelta(days=1)).roles == frozenset()


def test_other_peoples_appointments_do_not_count(ana: User) -> None:
    make_appointment(Role.ATR)

    assert access_of(ana, on=TODAY).appointments == ()


@pytest.mark.parametrize("role", Role)
def test_oversight_sees_everything(role: Role) -> None:
    oversight = {Role.STND, Role.DEPUTY_DIRECTOR, Role.DEPUTY_DELEGATE, Role.AUDITOR}

    assert access_as(role).sees_everything == (role in oversight)


@pytest.mark.parametrize("role", Role)
def test_roles_are_told_apart(role: Role) -> None:
    access = access_as(role)

    assert access.is_stnd == (role == Role.STND)
    assert access.is_auditor == (role == Role.AUDITOR)
    assert bool(access.ordering_agencies) == (role in ORDERING)


def test_a_person_of_oversight_is_no_member_of_an_agency() -> None:
    assert access_as(Role.AUDITOR).member_agency_ids == frozenset()


def test_an_agency_is_listed_once_for_all_roles_in_it(ana: User) -> None:
    agency = make_agency()
    for role in (Role.ATR, Role.CATR):
        make_appointment(role, agency, ana)

    assert access_of(ana, on=TODAY).ordering_agencies == (agency,)


def test_the_catrs_authority_comes_before_the_atrs(ana: User) -> None:
    agency = make_agency()
    for role in (Role.ATR, Role.CATR):
        make_appointment(role, agency, ana)

    found = access_of(ana, on=TODAY).appointment_at(agency, ORDERING)

    assert found is not None
    assert found.role == Role.CATR


def test_there_is_no_authority_at_another_agency(ana: User) -> None:
    make_appointment(Role.ATR, user=ana)

    assert access_of(ana, on=TODAY).appointment_at(make_agency(), ORDERING) is None


def test_the_title_says_what_a_person_is_and_where(ana: User) -> None:
    make_appointment(Role.ATR, make_agency(name="California Highway Patrol"), ana)

    assert access_of(ana, on=TODAY).title == "ATR, California Highway Patrol"


def test_members_see_their_own_agencies(ana: User) -> None:
    own = make_agency()
    make_appointment(Role.ATR, own, ana)
    make_agency()

    assert list(Agency.objects.visible_to(access_of(ana, on=TODAY))) == [own]


def test_oversight_sees_every_agency() -> None:
    make_agency(Kind.LOCAL)

    access = access_as(Role.AUDITOR)

    assert Agency.objects.visible_to(access).count() == Agency.objects.count() == 2


def test_people_without_appointment_see_none(ana: User) -> None:
    make_agency()

    assert not Agency.objects.visible_to(access_of(ana, on=SINCE)).exists()
