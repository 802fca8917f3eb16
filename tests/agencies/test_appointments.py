"""Who is appointed, as what, from when to when."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from stmm.accounts.models import User
from stmm.agencies.models import Agency, Appointment
from stmm.agencies.services import CDT_965, appoint, appoint_by_email, end_appointment
from stmm.audit.models import Entry
from stmm.documents.models import StoredDocument
from stmm.documents.services import content_of
from stmm.refusals import NotAllowed
from tests.factories import SINCE, Kind, Role, make_agency, make_appointment, make_user

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 1)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def agency() -> Agency:
    return make_agency(name="California Highway Patrol")


@pytest.fixture
def ana() -> User:
    return make_user("Ana Reyes")


@pytest.fixture
def priya() -> User:
    return make_user("Priya Nair")


def end(appointment: Appointment, until: date, at: datetime, actor: User) -> Appointment:
    return end_appointment(
        appointment=appointment, until=until, reason="She retires", actor=actor, at=at
    )


def test_an_appointment_is_recorded_with_its_form(
    agency: Agency, ana: User, priya: User, at: datetime
) -> None:
    appointment = appoint(
        user=ana,
        agency=agency,
        role=Role.ATR,
        starts_on=MAY,
        actor=priya,
        at=at,
        form=b"%PDF-1.7 signed",
    )

    entry = Entry.objects.about(agency)[0]
    assert str(appointment).startswith("Ana Reyes as ATR of ")
    assert (appointment.appointed_by, appointment.recorded_at) == (priya, at)
    assert appointment.form is not None
    assert (appointment.form.kind, content_of(appointment.form)) == (CDT_965, b"%PDF-1.7 signed")
    assert entry.changes == [
        ("ATR", "", "Ana Reyes"),
        ("from", "", "May 1, 2026"),
        ("form CDT-965, SHA-256", "", appointment.form.sha256),
    ]


def test_an_appointment_holds_from_its_first_day_and_not_on_the_day_it_ends(
    priya: User, at: datetime
) -> None:
    appointment = make_appointment(starts_on=MAY)
    end(appointment, MAY + 2 * ONE_DAY, at, priya)

    held = [
        offset
        for offset in range(-1, 4)
        if Appointment.objects.in_effect(MAY + offset * ONE_DAY).exists()
    ]
    assert held == [0, 1]


def test_an_appointment_that_ends_as_it_begins_never_holds(priya: User, at: datetime) -> None:
    end(make_appointment(starts_on=MAY), MAY, at, priya)

    assert not Appointment.objects.in_effect(MAY).exists()


def test_a_period_is_told_with_its_last_day(priya: User, at: datetime) -> None:
    appointment = make_appointment(starts_on=MAY)
    assert appointment.period == "from May 1, 2026 on"

    appointment = end(appointment, date(2026, 7, 1), at, priya)

    assert appointment.period == "from May 1, 2026 to June 30, 2026"


def test_an_agency_has_one_catr(agency: Agency, ana: User, at: datetime) -> None:
    make_appointment(Role.CATR, agency, make_user("Marcus Webb"))

    with pytest.raises(NotAllowed, match="Marcus Webb is the CATR of California Highway Patrol"):
        appoint(user=ana, agency=agency, role=Role.CATR, starts_on=MAY, actor=None, at=at)


def test_a_new_catr_begins_on_the_day_the_old_one_has_ended(
    agency: Agency, ana: User, priya: User, at: datetime
) -> None:
    end(make_appointment(Role.CATR, agency), MAY, at, priya)

    with pytest.raises(NotAllowed, match="to April 30, 2026"):
        make_appointment(Role.CATR, agency, ana, starts_on=MAY - ONE_DAY)
    assert make_appointment(Role.CATR, agency, ana, starts_on=MAY).user == ana


def test_the_database_too_lets_an_agency_have_one_catr(agency: Agency, ana: User) -> None:
    first = make_appointment(Role.CATR, agency)
    first.pk = None
    first.user = ana

    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_an_agency_has_many_atrs(agency: Agency) -> None:
    for name in ("Ana Reyes", "Joan Park"):
        make_appointment(Role.ATR, agency, make_user(name))

    assert Appointment.objects.in_effect(MAY).count() == 2


def test_a_person_holds_a_role_at_an_agency_once(agency: Agency, ana: User, at: datetime) -> None:
    make_appointment(Role.ATR, agency, ana)

    with pytest.raises(NotAllowed, match="already, from January 1, 2020 on"):
        appoint(user=ana, agency=agency, role=Role.ATR, starts_on=MAY, actor=None, at=at)


def test_the_same_appointment_twice_is_made_once(agency: Agency, ana: User, at: datetime) -> None:
    first, second = (
        appoint(
            user=ana,
            agency=agency,
            role=Role.ATR,
            starts_on=MAY,
            actor=None,
            at=at,
            form=b"%PDF-1.7 signed",
        )
        for _ in range(2)
    )

    assert first == second
    assert StoredDocument.objects.count() == 1
    assert Entry.objects.about(agency).filter(action="appoint").count() == 1


def test_a_person_may_be_appointed_at_several_agencies(ana: User) -> None:
    for _ in range(2):
        make_appointment(Role.ATR, make_agency(), ana)

    assert ana.appointments.count() == 2


@pytest.mark.parametrize("role", [Role.CATR, Role.ATR, Role.AIO])
@pytest.mark.parametrize("kind", [Kind.LOCAL, Kind.FEDERAL, Kind.TRIBAL, Kind.OTHER])
def test_only_a_state_entity_has_these_roles(role: Role, kind: str) -> None:
    with pytest.raises(NotAllowed, match="Only a State entity has"):
        make_appointment(role, make_agency(kind))


def test_a_state_entity_has_no_authorized_purchaser(agency: Agency) -> None:
    with pytest.raises(NotAllowed, match="through its CATR and ATRs"):
        make_appointment(Role.PURCHASER, agency)


def test_a_local_agency_has_authorized_purchasers() -> None:
    assert make_appointment(Role.PURCHASER).role == Role.PURCHASER


@pytest.mark.parametrize("role", [Role.STND, Role.DEPUTY_DIRECTOR])
def test_the_departments_roles_are_held_at_the_department(role: Role, agency: Agency) -> None:
    assert make_appointment(role).agency.code == "7502"

    with pytest.raises(NotAllowed, match="at the Department of Technology"):
        make_appointment(role, agency)


def test_the_end_of_an_appointment_is_recorded_with_its_reason(
    agency: Agency, ana: User, priya: User, at: datetime
) -> None:
    end(make_appointment(Role.ATR, agency, ana), MAY, at, priya)

    entry = Entry.objects.about(agency)[0]
    assert (entry.action, entry.actor, entry.reason) == ("end_appointment", priya, "She retires")
    assert entry.changes == [("ATR", "Ana Reyes", ""), ("until", "", "May 1, 2026")]


def test_an_end_can_not_be_moved(priya: User, at: datetime) -> None:
    appointment = end(make_appointment(), MAY, at, priya)

    with pytest.raises(NotAllowed, match="to April 30, 2026"):
        end(appointment, MAY + ONE_DAY, at, priya)


def test_the_same_end_twice_is_recorded_once(agency: Agency, priya: User, at: datetime) -> None:
    appointment = make_appointment(Role.ATR, agency)

    for _ in range(2):
        end(appointment, MAY, at, priya)

    assert Entry.objects.about(agency).filter(action="end_appointment").count() == 1


def test_an_appointment_can_not_end_before_it_begins(priya: User, at: datetime) -> None:
    with pytest.raises(NotAllowed, match="before it begins"):
        end(make_appointment(starts_on=MAY), MAY - ONE_DAY, at, priya)


@pytest.mark.parametrize("typed", ["ana@chp.example", " Ana@CHP.example "])
def test_a_person_is_known_by_email(typed: str, agency: Agency, priya: User, at: datetime) -> None:
    ana = make_user(email="ana@chp.example")

    made = appoint_by_email(
        email=typed,
        details={},
        agency=agency,
        role=Role.ATR,
        starts_on=SINCE,
        actor=priya,
        at=at,
    )

    assert (made.appointment.user, made.is_new_person) == (ana, False)


def test_a_new_person_is_added_and_recorded(agency: Agency, priya: User, at: datetime) -> None:
    made = appoint_by_email(
        email="Joan@CHP.example",
        details={"name": "Joan Park", "title": "Network Supervisor"},
        agency=agency,
        role=Role.ATR,
        starts_on=SINCE,
        actor=priya,
        at=at,
    )

    joan = made.appointment.user
    assert made.is_new_person
    assert (joan.email, joan.name, joan.title) == (
        "joan@chp.example",
        "Joan Park",
        "Network Supervisor",
    )
    assert Entry.objects.about(joan).get().action == "add_person"


def test_a_refused_appointment_adds_nobody(agency: Agency, priya: User, at: datetime) -> None:
    make_appointment(Role.CATR, agency)

    with pytest.raises(NotAllowed):
        appoint_by_email(
            email="joan@chp.example",
            details={"name": "Joan Park"},
            agency=agency,
            role=Role.CATR,
            starts_on=SINCE,
            actor=priya,
            at=at,
        )

    assert not User.objects.filter(name="Joan Park").exists()
