"""The standing of a State entity, and its names: dated, with both times."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from stmm.agencies.models import Agency, AgencyName, Standing
from stmm.agencies.services import add_agency, rename, set_standing
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.factories import Kind, make_agency, make_user

pytestmark = pytest.mark.django_db
Value = Standing.Value
APRIL = date(2026, 4, 1)


def say(agency: Agency, value: str, effective_from: date, at: datetime) -> Standing:
    return set_standing(
        agency=agency,
        value=value,
        effective_from=effective_from,
        reason="Letter of March 1",
        actor=None,
        at=at,
    )


def standing_on(day: date) -> str | None:
    """Of the only agency there is."""
    agency: Any = Agency.objects.with_standing(day).get()
    standing: str | None = agency.standing_then
    return standing


def call(agency: Agency, name: str, effective_from: date, at: datetime) -> AgencyName:
    return rename(
        agency=agency,
        name=name,
        effective_from=effective_from,
        reason="Statutes of 2026",
        actor=None,
        at=at,
    )


def test_a_standing_holds_from_its_day_on(at: datetime) -> None:
    agency = make_agency(standing=Value.NON_EXEMPT)

    say(agency, Value.EXEMPT, APRIL, at)

    assert standing_on(APRIL - timedelta(days=1)) == Value.NON_EXEMPT
    assert standing_on(APRIL) == Value.EXEMPT


def test_what_was_known_before_stays_known(at: datetime) -> None:
    agency = make_agency(standing=Value.NON_EXEMPT)
    say(agency, Value.EXEMPT, APRIL, at + timedelta(days=1))

    known = Standing.objects.filter(agency=agency).in_effect(APRIL, known_at=at).get()

    assert known.value == Value.NON_EXEMPT
    assert str(known) == "Non-exempt"


def test_a_state_entity_of_which_nothing_is_recorded_is_undetermined() -> None:
    make_agency(standing=None)

    assert standing_on(APRIL) == Value.UNDETERMINED


def test_a_local_agency_has_no_standing() -> None:
    make_agency(Kind.LOCAL)

    assert standing_on(APRIL) is None


def test_a_standing_is_recorded_with_reason_and_both_values(at: datetime) -> None:
    agency, analyst = make_agency(standing=Value.NON_EXEMPT), make_user("Priya Nair")

    set_standing(
        agency=agency,
        value=Value.EXEMPT,
        effective_from=APRIL,
        reason="Letter of March 1",
        actor=analyst,
        at=at,
    )

    entry = Entry.objects.about(agency)[0]
    assert (entry.actor, entry.reason) == (analyst, "Letter of March 1")
    assert entry.changes == [
        ("standing", "Non-exempt", "Exempt agency"),
        ("from", "", "April 1, 2026"),
    ]


@pytest.mark.parametrize("kind", [Kind.LOCAL, Kind.FEDERAL, Kind.TRIBAL, Kind.OTHER])
def test_only_a_state_entity_has_a_standing(kind: str, at: datetime) -> None:
    agency = make_agency(kind)

    with pytest.raises(NotAllowed, match="not a State entity"):
        say(agency, Value.EXEMPT, APRIL, at)


def test_the_same_standing_twice_adds_nothing(at: datetime) -> None:
    agency = make_agency(standing=None)

    assert say(agency, Value.EXEMPT, APRIL, at) == say(agency, Value.EXEMPT, APRIL, at)

    assert Standing.objects.count() == 1
    assert Entry.objects.about(agency).filter(action="set_standing").count() == 1


def test_a_standing_that_there_is_not_is_refused(at: datetime) -> None:
    agency = make_agency()

    with pytest.raises(ValueError, match="privileged"):
        say(agency, "privileged", APRIL, at)


def test_a_new_name_is_the_agencys_name_and_the_former_one_stays(at: datetime) -> None:
    agency = make_agency(name="Technology Agency")

    call(agency, "Department of Technology", at.date() + timedelta(days=1), at + timedelta(days=1))

    agency.refresh_from_db()
    former = AgencyName.objects.filter(agency=agency).in_effect(at.date()).get()
    assert agency.name == "Department of Technology"
    assert str(former) == "Technology Agency"
    assert Entry.objects.about(agency)[0].changes[0] == (
        "name",
        "Technology Agency",
        "Department of Technology",
    )


def test_a_name_learnt_of_late_does_not_replace_a_later_one(at: datetime) -> None:
    agency = make_agency(name="Technology Agency")

    call(agency, "Data Center", at.date() - timedelta(days=400), at)

    agency.refresh_from_db()
    assert agency.name == "Technology Agency"


def test_a_name_can_not_be_recorded_before_its_day(at: datetime) -> None:
    agency = make_agency()

    with pytest.raises(NotAllowed, match="when it is in use"):
        call(agency, "Department of Technology", at.date() + timedelta(days=1), at)


def test_an_agency_is_added_with_its_name_and_recorded(at: datetime) -> None:
    analyst = make_user("Priya Nair")

    agency = add_agency(kind=Kind.LOCAL, name="City of Lodi", actor=analyst, at=at)

    assert (agency.code, str(agency), agency.is_state) == (None, "City of Lodi", False)
    assert agency.names.get().effective_from == at.date()
    assert Entry.objects.about(agency).get().actor == analyst


def test_a_code_keeps_its_leading_zeros(at: datetime) -> None:
    agency = add_agency(kind=Kind.STATE, code="0110", name="Senate", actor=None, at=at)

    agency.refresh_from_db()
    assert str(agency) == "0110 Senate"


def test_a_state_entity_needs_a_code(at: datetime) -> None:
    with pytest.raises(NotAllowed, match="needs its code"):
        add_agency(kind=Kind.STATE, name="Senate", actor=None, at=at)


def test_the_database_too_wants_a_state_entity_to_have_a_code() -> None:
    with pytest.raises(IntegrityError, match="state_agency_has_a_code"), transaction.atomic():
        Agency.objects.create(kind=Kind.STATE, name="Senate")


def test_a_code_in_use_is_refused_with_its_holder(at: datetime) -> None:
    add_agency(kind=Kind.STATE, code="0110", name="Senate", actor=None, at=at)

    with pytest.raises(NotAllowed, match="The code 0110 is Senate’s"):
        add_agency(kind=Kind.STATE, code="0110", name="Assembly", actor=None, at=at)


@pytest.mark.parametrize("name", ["Senate", "SENATE"])
def test_a_name_in_use_is_refused_with_its_holder(name: str, at: datetime) -> None:
    add_agency(kind=Kind.STATE, code="0110", name="Senate", actor=None, at=at)

    with pytest.raises(NotAllowed, match="0110 Senate is there already"):
        add_agency(kind=Kind.STATE, code="0120", name=name, actor=None, at=at)


def test_the_same_agency_twice_is_added_once(at: datetime) -> None:
    first, second = (
        add_agency(kind=Kind.LOCAL, name="City of Lodi", actor=None, at=at) for _ in range(2)
    )

    assert first == second
    assert Entry.objects.about(first).count() == first.names.count() == 1


def test_two_bodies_of_different_kinds_may_share_a_name(at: datetime) -> None:
    for kind in (Kind.LOCAL, Kind.TRIBAL):
        add_agency(kind=kind, name="Lodi", actor=None, at=at)

    assert Agency.objects.count() == 2


@pytest.mark.parametrize("text", ["0110", "01", "senate", "ENA", ""])
def test_an_agency_is_found_by_code_and_name(text: str, at: datetime) -> None:
    agency = add_agency(kind=Kind.STATE, code="0110", name="Senate", actor=None, at=at)

    assert list(Agency.objects.matching(text)) == [agency]


@pytest.mark.parametrize("text", ["110", "Assembly"])
def test_other_words_do_not_find_it(text: str, at: datetime) -> None:
    add_agency(kind=Kind.STATE, code="0110", name="Senate", actor=None, at=at)

    assert not Agency.objects.matching(text).exists()
