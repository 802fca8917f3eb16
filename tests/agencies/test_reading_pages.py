"""The pages that show agencies: who sees which, and in how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from stmm.agencies.models import Agency, Appointment, Standing
from stmm.agencies.services import appoint, end_appointment, set_standing
from stmm.audit.models import Entry
from tests.factories import (
    AT,
    SINCE,
    Kind,
    Role,
    make_agency,
    make_appointment,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
LIST = reverse("agencies:list")
OVERSIGHT = [Role.STND, Role.DEPUTY_DIRECTOR, Role.AUDITOR]
MEMBERS = [Role.CATR, Role.ATR, Role.AIO, Role.PURCHASER]


def text_of(client: Client, url: str, **data: str) -> str:
    page = client.get(url, data)
    assert page.status_code == 200
    return page.content.decode()


def listed(client: Client, **data: str) -> list[str]:
    return [agency.name for agency in client.get(LIST, data).context["page"]]


def page_of(agency: Agency) -> str:
    return reverse("agencies:detail", args=[agency.pk])


@pytest.fixture
def patrol() -> Agency:
    return make_agency(name="California Highway Patrol", code="2720")


@pytest.fixture
def auditor() -> Client:
    return signed_in(make_appointment(Role.AUDITOR, make_agency(name="State Auditor")).user)


@pytest.mark.parametrize("role", OVERSIGHT)
def test_oversight_finds_every_agency_in_the_list(role: Role, patrol: Agency) -> None:
    client = signed_in(make_appointment(role).user)

    assert "California Highway Patrol" in text_of(client, LIST)


@pytest.mark.parametrize("role", MEMBERS)
def test_members_find_their_own_agency_only(role: Role, patrol: Agency) -> None:
    appointment = make_appointment(role)
    page = text_of(signed_in(appointment.user), LIST)

    assert appointment.agency.name in page
    assert "California Highway Patrol" not in page


def test_people_without_an_appointment_are_told_why_the_list_is_empty(patrol: Agency) -> None:
    page = text_of(signed_in(make_user("Dana Fox")), LIST)

    assert "No agency to show" in page
    assert "California Highway Patrol" not in page


def test_someone_not_signed_in_is_sent_to_sign_in(client: Client) -> None:
    answer = client.get(LIST)

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('login')}?next={LIST}")


@pytest.mark.parametrize("wanted", [{"q": "2720"}, {"q": "patrol"}, {"standing": "exempt"}])
def test_the_list_is_narrowed_by_name_code_and_standing(
    wanted: dict[str, str], auditor: Client
) -> None:
    make_agency(name="California Highway Patrol", code="2720", standing=Standing.Value.EXEMPT)

    assert listed(auditor, **wanted) == ["California Highway Patrol"]


def test_the_list_is_narrowed_by_kind(auditor: Client) -> None:
    make_agency(Kind.LOCAL, name="City of Lodi")

    assert listed(auditor, kind=Kind.LOCAL) == ["City of Lodi"]


def test_an_agency_of_which_nothing_is_recorded_is_found_as_not_determined(
    auditor: Client,
) -> None:
    make_agency(name="Board of Pilots", standing=None)

    assert listed(auditor, standing=Standing.Value.UNDETERMINED) == ["Board of Pilots"]


def test_a_list_narrowed_to_nothing_says_so(auditor: Client) -> None:
    assert "No agency matches" in text_of(auditor, LIST, q="Atlantis")


def test_a_filter_that_there_is_not_is_a_problem_of_the_form(auditor: Client) -> None:
    assert "There is a problem" in text_of(auditor, LIST, kind="galactic")


def test_the_list_takes_the_same_queries_for_any_length(auditor: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            text_of(auditor, LIST)
        return len(captured)

    few = queries()
    for _ in range(60):
        make_agency()

    assert queries() == few <= 6
    assert "Page </span>3" in text_of(auditor, LIST)


def test_an_agencys_page_takes_the_same_queries_for_any_length(
    auditor: Client, patrol: Agency
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text_of(auditor, page_of(patrol))
        return len(captured)

    make_appointment(Role.ATR, patrol)
    few = queries()
    for number in range(10):
        make_appointment(Role.ATR, patrol, make_user(f"Person {number}"))

    assert queries() == few <= 11


def test_an_agencys_page_shows_its_people_standings_names_and_history(
    auditor: Client, patrol: Agency
) -> None:
    make_appointment(Role.CATR, patrol, make_user("Marcus Webb"))
    ended = make_appointment(Role.ATR, patrol, make_user("Joan Park"))
    end_appointment(
        appointment=ended, until=AT.date(), reason="She retires", actor=ended.user, at=AT
    )
    make_appointment(
        Role.AIO,
        patrol,
        make_user("Ada Long"),
        starts_on=timezone.localdate() + timedelta(days=9),
    )

    page = text_of(auditor, page_of(patrol))

    assert "Non-exempt" in page
    assert "For this test" in page
    assert "Its name when it was added" in page
    assert page.index("Appointed today") < page.index("Marcus Webb")
    assert page.index("Appointed from a later day on") < page.index("Ada Long")
    assert page.index("Appointments that have ended (1)") < page.index("Joan Park")
    assert "Reason: She retires" in page


def test_a_standing_to_come_is_listed_and_not_in_force(auditor: Client, patrol: Agency) -> None:
    set_standing(
        agency=patrol,
        value=Standing.Value.EXEMPT,
        effective_from=timezone.localdate() + timedelta(days=9),
        reason="Letter of March 1",
        actor=None,
        at=AT,
    )

    page = auditor.get(page_of(patrol))

    assert page.context["agency"].standing_then == Standing.Value.NON_EXEMPT
    assert "Letter of March 1" in page.content.decode()


def test_a_local_agency_has_no_standing_on_its_page(auditor: Client) -> None:
    page = text_of(auditor, page_of(make_agency(Kind.LOCAL)))

    assert "Standing today" not in page


def test_members_are_told_who_records_changes(patrol: Agency) -> None:
    client = signed_in(make_appointment(Role.CATR, patrol).user)

    page = text_of(client, page_of(patrol))

    assert "are recorded by the STND analysts" in page
    assert "Appoint a person" not in page


def test_an_analyst_finds_everything_there_is_to_do(patrol: Agency) -> None:
    appointment = make_appointment(Role.CATR, patrol)
    client = signed_in(make_appointment(Role.STND).user)

    page = text_of(client, page_of(patrol))

    for name, pk in (
        ("appoint", patrol.pk),
        ("set-standing", patrol.pk),
        ("end-appointment", appointment.pk),
    ):
        assert reverse(f"agencies:{name}", args=[pk]) in page


def test_another_agency_and_one_that_is_not_there_are_answered_alike(patrol: Agency) -> None:
    client = signed_in(make_appointment(Role.CATR).user)

    answers = [client.get(page_of(patrol)), client.get(reverse("agencies:detail", args=[10**30]))]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.fixture
def with_form(patrol: Agency) -> Appointment:
    return appoint(
        user=make_user(),
        agency=patrol,
        role=Role.ATR,
        starts_on=SINCE,
        actor=None,
        at=AT,
        form=b"%PDF-1.7 signed",
    )


def test_the_form_of_an_appointment_is_downloaded_and_the_download_recorded(
    auditor: Client, with_form: Appointment
) -> None:
    assert with_form.form is not None

    answer = auditor.get(reverse("agencies:appointment-form", args=[with_form.pk]))

    assert answer.content == b"%PDF-1.7 signed"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert Entry.objects.about(with_form.form).get().action == "download"


def test_an_appointment_without_form_has_none_to_download(auditor: Client) -> None:
    appointment = make_appointment()

    answer = auditor.get(reverse("agencies:appointment-form", args=[appointment.pk]))

    assert answer.status_code == 404


def test_the_form_of_another_agency_is_not_to_be_had(with_form: Appointment) -> None:
    client = signed_in(make_appointment(Role.CATR).user)

    answer = client.get(reverse("agencies:appointment-form", args=[with_form.pk]))

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["list", "detail", "appointment-form"])
def test_pages_to_read_take_nothing(
    name: str, auditor: Client, patrol: Agency, with_form: Appointment
) -> None:
    args = {"list": [], "detail": [patrol.pk], "appointment-form": [with_form.pk]}[name]

    assert auditor.post(reverse(f"agencies:{name}", args=args)).status_code == 405
