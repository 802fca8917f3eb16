"""Facts from a day on: which one holds on a day, and which one was known at a moment."""

from datetime import date, datetime, timedelta

import pytest

from stmm.agencies.models import Agency, Standing
from tests.factories import make_agency

pytestmark = pytest.mark.django_db

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
Value = Standing.Value


@pytest.fixture
def agency() -> Agency:
    return make_agency(standing=None)


def add(agency: Agency, value: str, effective_from: date, recorded_at: datetime) -> Standing:
    return Standing.objects.create(
        agency=agency,
        value=value,
        effective_from=effective_from,
        recorded_at=recorded_at,
        reason="For this test",
    )


def test_a_fact_holds_from_its_day_on(agency: Agency, at: datetime) -> None:
    fact = add(agency, Value.EXEMPT, MAY, at)

    assert not Standing.objects.in_effect(MAY - timedelta(days=1)).exists()
    assert Standing.objects.in_effect(MAY).get() == fact
    assert Standing.objects.in_effect(JUNE).get() == fact


def test_the_latest_day_that_has_come_holds(agency: Agency, at: datetime) -> None:
    june = add(agency, Value.NON_EXEMPT, JUNE, at)
    may = add(agency, Value.EXEMPT, MAY, at + timedelta(days=1))

    assert Standing.objects.in_effect(JUNE - timedelta(days=1)).get() == may
    assert Standing.objects.in_effect(JUNE).get() == june


def test_of_two_facts_for_a_day_the_one_recorded_last_holds(agency: Agency, at: datetime) -> None:
    corrected = add(agency, Value.NON_EXEMPT, MAY, at + timedelta(days=1))
    add(agency, Value.EXEMPT, MAY, at)

    assert Standing.objects.in_effect(MAY).get() == corrected


def test_of_two_facts_of_one_moment_the_row_added_last_holds(agency: Agency, at: datetime) -> None:
    add(agency, Value.EXEMPT, MAY, at)
    second = add(agency, Value.NON_EXEMPT, MAY, at)

    assert Standing.objects.in_effect(MAY).get() == second


def test_what_was_recorded_later_was_not_known(agency: Agency, at: datetime) -> None:
    first = add(agency, Value.EXEMPT, MAY, at)
    second = add(agency, Value.NON_EXEMPT, MAY, at + timedelta(hours=1))

    before = at + timedelta(minutes=59)
    assert Standing.objects.in_effect(MAY, known_at=before).get() == first
    assert Standing.objects.in_effect(MAY, known_at=at + timedelta(hours=1)).get() == second


def test_each_subject_has_its_own_facts(agency: Agency, at: datetime) -> None:
    other = make_agency(standing=None)
    add(agency, Value.EXEMPT, MAY, at)
    add(other, Value.NON_EXEMPT, MAY, at)

    assert set(Standing.objects.in_effect(MAY).values_list("agency", "value")) == {
        (agency.pk, Value.EXEMPT),
        (other.pk, Value.NON_EXEMPT),
    }
