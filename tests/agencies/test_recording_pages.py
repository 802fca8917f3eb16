"""The pages by which STND analysts record: works, refused, not theirs, done twice."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from stmm.accounts.models import User
from stmm.agencies.models import Agency, Appointment, Standing
from stmm.audit.models import Entry
from tests.factories import (
    SINCE,
    Kind,
    Role,
    make_agency,
    make_appointment,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db

STANDING = {"value": "exempt", "effective_from": "2026-04-01", "reason": "Letter of March 1"}
APPOINTMENT = {"role": "atr", "starts_on": "2026-04-01", "email": "Ana@CHP.example"}
NEW_PERSON = {"name": "Ana Reyes", "title": "Analyst", "city": "Sacramento", "state": "CA"}
END = {"last_day": "2026-04-30", "reason": "She retires"}
AGENCY = {"kind": "local", "code": "", "name": "City of Lodi"}


@pytest.fixture
def patrol() -> Agency:
    return make_agency(name="California Highway Patrol", code="2720")


@pytest.fixture
def appointment(patrol: Agency) -> Appointment:
    return make_appointment(Role.ATR, patrol, make_user("Joan Park"))


@pytest.fixture
def analyst() -> Client:
    return signed_in(make_appointment(Role.STND).user)


@pytest.fixture
def pages(patrol: Agency, appointment: Appointment) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each page's address with a post that it accepts."""
    return {
        "add": (reverse("agencies:add"), AGENCY),
        "set-standing": (reverse("agencies:set-standing", args=[patrol.pk]), STANDING),
        "appoint": (
            reverse("agencies:appoint", args=[patrol.pk]),
            APPOINTMENT | NEW_PERSON,
        ),
        "end-appointment": (reverse("agencies:end-appointment", args=[appointment.pk]), END),
    }


Pages = dict[str, tuple[str, dict[str, Any]]]
NAMES = ["add", "set-standing", "appoint", "end-appointment"]
OF_AN_AGENCY = NAMES[1:]


def problems(client: Client, url: str, data: dict[str, Any]) -> str:
    """The words of the error summary that the post is answered with."""
    page = client.post(url, data)
    assert page.status_code == 200
    text = page.content.decode()
    assert "<title>Problem: " in text
    summary = re.search(r'class="error-summary".*?</div>', text, re.DOTALL)
    assert summary
    return summary[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_shown(name: str, pages: Pages, analyst: Client) -> None:
    assert analyst.get(pages[name][0]).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_an_accepted_post_leads_to_the_agencys_page(
    name: str, pages: Pages, analyst: Client
) -> None:
    url, data = pages[name]

    answer = analyst.post(url, data, follow=True)

    assert answer.resolver_match.view_name == "agencies:detail"
    assert "<strong>Done.</strong>" in answer.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_post_twice_changes_nothing_more(name: str, pages: Pages, analyst: Client) -> None:
    url, data = pages[name]
    first = analyst.post(url, data)
    entries, mails = Entry.objects.count(), len(mail.outbox)

    second = analyst.post(url, data)

    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert (Entry.objects.count(), len(mail.outbox)) == (entries, mails)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_post_is_answered_with_its_problems(
    name: str, pages: Pages, analyst: Client
) -> None:
    before = Entry.objects.count()

    assert "Fill this in" in problems(analyst, pages[name][0], {"name": " "})
    assert Entry.objects.count() == before


@pytest.mark.parametrize("name", OF_AN_AGENCY)
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DEPUTY_DIRECTOR, Role.CATR])
@pytest.mark.parametrize("method", ["get", "post"])
def test_those_who_see_but_may_not_record_are_told_why(
    name: str, role: Role, method: str, pages: Pages, patrol: Agency
) -> None:
    at_patrol = patrol if role == Role.CATR else None
    client = signed_in(make_appointment(role, at_patrol).user)
    url, data = pages[name]
    before = Entry.objects.count()

    answer = getattr(client, method)(url, data)

    assert answer.status_code == 403
    assert "are recorded by the STND analysts" in answer.content.decode()
    assert Entry.objects.count() == before


@pytest.mark.parametrize("name", OF_AN_AGENCY)
@pytest.mark.parametrize("method", ["get", "post"])
def test_those_who_do_not_see_the_agency_find_nothing(name: str, method: str, pages: Pages) -> None:
    client = signed_in(make_appointment(Role.CATR).user)
    url, data = pages[name]

    assert getattr(client, method)(url, data).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CATR])
def test_only_analysts_add_agencies(role: Role, pages: Pages) -> None:
    client = signed_in(make_appointment(role).user)
    url, data = pages["add"]

    assert client.post(url, data).status_code == 403
    assert not Agency.objects.filter(name="City of Lodi").exists()


@pytest.mark.parametrize("name", NAMES)
def test_other_methods_are_refused(name: str, pages: Pages, analyst: Client) -> None:
    assert analyst.put(pages[name][0]).status_code == 405
    assert analyst.delete(pages[name][0]).status_code == 405


@pytest.mark.parametrize("name", OF_AN_AGENCY)
def test_what_is_not_there_is_not_found(name: str, analyst: Client) -> None:
    assert analyst.get(reverse(f"agencies:{name}", args=[10**7])).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_a_post_without_its_token_is_refused(name: str, pages: Pages) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_appointment(Role.STND).user)
    url, data = pages[name]

    assert client.post(url, data).status_code == 403


def test_a_standing_is_recorded_as_typed(analyst: Client, patrol: Agency) -> None:
    analyst.post(reverse("agencies:set-standing", args=[patrol.pk]), STANDING)

    standing = Standing.objects.filter(agency=patrol).latest("pk")
    assert (standing.value, standing.reason) == ("exempt", "Letter of March 1")
    assert f"{standing.effective_from}" == "2026-04-01"
    assert standing.recorded_by == User.objects.get(appointments__role=Role.STND)


def test_a_refused_standing_is_shown_with_what_was_typed(analyst: Client) -> None:
    url = reverse("agencies:set-standing", args=[make_agency(Kind.LOCAL).pk])

    page = analyst.post(url, STANDING).content.decode()

    assert "is not a State entity, so it has no standing to set." in page
    assert "Letter of March 1" in page


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "soon"])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("set-standing", "effective_from"),
        ("appoint", "starts_on"),
        ("end-appointment", "last_day"),
    ],
)
def test_a_day_that_cannot_be_meant_is_a_problem(
    day: str, name: str, field: str, pages: Pages, analyst: Client
) -> None:
    url, data = pages[name]

    assert f"id_{field}" in problems(analyst, url, data | {field: day})


def test_a_new_person_is_appointed_and_invited(analyst: Client, patrol: Agency) -> None:
    form = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 signed", "application/pdf")

    page = analyst.post(
        reverse("agencies:appoint", args=[patrol.pk]),
        APPOINTMENT | NEW_PERSON | {"cdt_965": form},
        follow=True,
    ).content.decode()

    ana = User.objects.get(email="ana@chp.example")
    appointment = ana.appointments.get()
    [sent] = mail.outbox
    assert (ana.name, ana.title, ana.city) == ("Ana Reyes", "Analyst", "Sacramento")
    assert appointment.form is not None
    assert bytes(appointment.form.content) == b"%PDF-1.7 signed"
    assert (sent.to, sent.subject) == (["ana@chp.example"], "CALNET orders: choose your password")
    assert "A link to set a password is on its way to ana@chp.example." in page


def test_the_invitation_lets_a_new_person_in(
    analyst: Client, client: Client, patrol: Agency
) -> None:
    analyst.post(reverse("agencies:appoint", args=[patrol.pk]), APPOINTMENT | NEW_PERSON)
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link

    form = client.get(link[1], follow=True)
    password = "a quiet green harbour"
    client.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": password})

    assert client.login(request=form.wsgi_request, username="ana@chp.example", password=password)


def test_a_person_known_here_is_appointed_by_email_alone(analyst: Client, patrol: Agency) -> None:
    ana = make_user(email="ana@chp.example")

    analyst.post(reverse("agencies:appoint", args=[patrol.pk]), APPOINTMENT)

    assert ana.appointments.get().agency == patrol
    assert mail.outbox == []


def test_the_details_of_a_person_known_here_are_left_as_they_are(
    analyst: Client, patrol: Agency
) -> None:
    make_user("Ana Castillo", email="ana@chp.example")

    page = analyst.post(
        reverse("agencies:appoint", args=[patrol.pk]), APPOINTMENT | NEW_PERSON, follow=True
    )

    assert "Ana Castillo had an account already" in page.content.decode()
    assert User.objects.get(email="ana@chp.example").name == "Ana Castillo"


def test_a_person_not_known_here_needs_a_name(analyst: Client, patrol: Agency) -> None:
    url = reverse("agencies:appoint", args=[patrol.pk])

    assert "Nobody signs in with ana@chp.example yet" in problems(analyst, url, APPOINTMENT)


def test_a_second_catr_is_refused_with_the_first_ones_name(analyst: Client, patrol: Agency) -> None:
    make_appointment(Role.CATR, patrol, make_user("Marcus Webb"), starts_on=SINCE)
    url = reverse("agencies:appoint", args=[patrol.pk])

    refusal = problems(analyst, url, APPOINTMENT | NEW_PERSON | {"role": "catr"})

    assert "Marcus Webb is the CATR of California Highway Patrol" in refusal
    assert not User.objects.filter(email="ana@chp.example").exists()


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        (Kind.STATE, ["catr", "atr", "aio", "auditor"]),
        (Kind.LOCAL, ["purchaser", "auditor"]),
    ],
)
def test_only_roles_that_the_agency_has_are_offered(
    kind: str, offered: list[str], analyst: Client
) -> None:
    page = analyst.get(reverse("agencies:appoint", args=[make_agency(kind).pk]))

    assert [value for value, _ in page.context["form"].fields["role"].choices] == offered


def test_the_department_has_its_own_roles(analyst: Client) -> None:
    department = Agency.objects.get(code="7502")

    page = analyst.get(reverse("agencies:appoint", args=[department.pk]))

    roles = [value for value, _ in page.context["form"].fields["role"].choices]
    assert {"stnd", "deputy_director"} < set(roles)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"PK\x03\x04 a spreadsheet", "This file is not a PDF."),
        (b"", "The submitted file is empty."),
        (b"%PDF-1.7" + b" " * 4 * 1024 * 1024, "This file is larger than 4 MB."),
    ],
)
def test_what_is_no_signed_form_is_refused(
    content: bytes, problem: str, analyst: Client, patrol: Agency
) -> None:
    upload = SimpleUploadedFile("scan.pdf", content, "application/pdf")
    url = reverse("agencies:appoint", args=[patrol.pk])

    assert problem in problems(analyst, url, APPOINTMENT | NEW_PERSON | {"cdt_965": upload})


def test_a_name_that_no_form_can_print_is_refused(analyst: Client, patrol: Agency) -> None:
    url = reverse("agencies:appoint", args=[patrol.pk])

    refusal = problems(analyst, url, APPOINTMENT | NEW_PERSON | {"name": "Ana \N{PILE OF POO}"})

    assert "PILE OF POO" in refusal


def test_an_appointment_ends_with_its_last_day(analyst: Client, appointment: Appointment) -> None:
    analyst.post(reverse("agencies:end-appointment", args=[appointment.pk]), END)

    appointment.refresh_from_db()
    assert f"{appointment.until}" == "2026-05-01"


def test_an_end_recorded_before_is_not_moved(analyst: Client, appointment: Appointment) -> None:
    url = reverse("agencies:end-appointment", args=[appointment.pk])
    analyst.post(url, END)

    refusal = problems(analyst, url, END | {"last_day": "2026-06-30"})

    assert "Its end is recorded already" in refusal


def test_a_code_in_use_is_shown_as_the_problem(analyst: Client, patrol: Agency) -> None:
    url = reverse("agencies:add")

    refusal = problems(analyst, url, {"kind": "state", "code": "2720", "name": "Senate"})

    assert "The code 2720 is California Highway Patrol’s." in refusal


def test_fields_that_are_not_asked_for_are_not_taken(analyst: Client, patrol: Agency) -> None:
    extra = {"is_superuser": "on", "password": "x", "recorded_at": "2001-01-01", "user": "1"}

    analyst.post(reverse("agencies:appoint", args=[patrol.pk]), APPOINTMENT | NEW_PERSON | extra)

    ana = User.objects.get(email="ana@chp.example")
    assert not ana.is_superuser
    assert ana.appointments.get().recorded_at.year > 2001
