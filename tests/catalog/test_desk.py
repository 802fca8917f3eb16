"""Whose order desk a person works at, and until when."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError

from catalog.access import desks_of
from catalog.models import Contractor, DeskMember
from stmm.accounts.models import User
from tests.factories import SINCE, TODAY, make_user

pytestmark = pytest.mark.django_db


def member(user: User, *, starts_on: date = SINCE, until: date | None = None) -> Contractor:
    contractor, _ = Contractor.objects.get_or_create(name="AT&T")
    DeskMember.objects.create(user=user, contractor=contractor, starts_on=starts_on, until=until)
    return contractor


def test_a_member_is_at_the_desk_from_the_first_day_on() -> None:
    user = make_user()
    contractor = member(user, starts_on=TODAY)
    assert desks_of(user, on=TODAY) == [contractor]
    assert desks_of(user, on=TODAY - timedelta(days=1)) == []


def test_a_member_has_left_the_desk_on_the_day_after_the_last() -> None:
    user = make_user()
    contractor = member(user, until=TODAY)
    assert desks_of(user, on=TODAY - timedelta(days=1)) == [contractor]
    assert desks_of(user, on=TODAY) == []


def test_nobody_else_is_at_the_desk() -> None:
    member(make_user())
    assert desks_of(make_user(), on=TODAY) == []
    assert desks_of(AnonymousUser(), on=TODAY) == []


def test_a_person_is_at_a_desk_once_at_a_time() -> None:
    user = make_user()
    member(user)
    with pytest.raises(IntegrityError):
        member(user, starts_on=TODAY)
