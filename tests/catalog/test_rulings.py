"""Rulings: asked by those who order, answered by the Department, withdrawn while open."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from catalog.models import Designation, Ruling, Service
from catalog.services.rulings import answer, ask, withdraw
from stmm.accounts.models import User
from stmm.agencies.access import access_of
from stmm.agencies.models import Agency, Appointment
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.catalog.factories import MANDATORY, NON_MANDATORY, make_service
from tests.factories import AT, SINCE, TODAY, make_agency, make_appointment, signed_in

pytestmark = pytest.mark.django_db
Role = Appointment.Role
State = Ruling.State


@pytest.fixture
def agency() -> Agency:
    return make_agency(name="Patrol")


@pytest.fixture
def atr(agency: Agency) -> User:
    return make_appointment(Role.ATR, agency).user


@pytest.fixture
def analyst() -> User:
    return make_appointment(Role.STND).user


@pytest.fixture
def service() -> Service:
    return make_service()


@pytest.fixture
def ruling(agency: Agency, atr: User, service: Service) -> Ruling:
    return asked(agency, atr, service)


def asked(agency: Agency, by: User, service: Service) -> Ruling:
    access = access_of(by, on=TODAY)
    return ask(agency=agency, service=service, question="Is it?", access=access, at=AT)


def answered(ruling: Ruling, by: User, value: str = MANDATORY) -> Ruling:
    return answer(
        ruling=ruling,
        value=value,
        effective_from=SINCE,
        reason="It is on the contract’s list",
        access=access_of(by, on=TODAY),
        at=AT,
    )


def withdrawn(ruling: Ruling, by: User) -> Ruling:
    return withdraw(ruling=ruling, access=access_of(by, on=TODAY), at=AT)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_an_answer_becomes_a_dated_designation_that_names_the_ruling(
    ruling: Ruling, analyst: User, service: Service
) -> None:
    row = answered(ruling, analyst).designation
    assert row is not None
    assert (row.service, row.value, row.effective_from) == (service, MANDATORY, SINCE)
    assert (row.basis, row.recorded_by) == (f"Ruling {ruling.pk}", analyst)
    assert Service.objects.with_designation(TODAY).get().designation == MANDATORY


def test_one_agency_has_one_open_ruling_on_a_service(
    ruling: Ruling, agency: Agency, atr: User, service: Service
) -> None:
    assert asked(agency, atr, service) == ruling
    with pytest.raises(IntegrityError), transaction.atomic():
        Ruling.objects.create(
            agency=agency, service=service, question="Again?", asked_by=atr, asked_at=AT
        )


def test_after_an_answer_the_agency_may_ask_again(
    ruling: Ruling, agency: Agency, atr: User, analyst: User, service: Service
) -> None:
    answered(ruling, analyst)
    assert asked(agency, atr, service) != ruling


def test_another_agency_asks_for_itself(ruling: Ruling, service: Service) -> None:
    appointment = make_appointment(Role.CATR)
    assert asked(appointment.agency, appointment.user, service) != ruling


@pytest.mark.parametrize("role", [Role.AIO, Role.STND, Role.AUDITOR])
def test_only_those_who_order_for_an_agency_ask(role: str, service: Service) -> None:
    appointment = make_appointment(role)
    with pytest.raises(NotAllowed, match="Only those who order"):
        asked(appointment.agency, appointment.user, service)


def test_nobody_asks_for_another_agency(atr: User, service: Service) -> None:
    with pytest.raises(NotAllowed, match="Only those who order"):
        asked(make_agency(), atr, service)


def test_only_an_stnd_analyst_answers(ruling: Ruling, atr: User) -> None:
    with pytest.raises(NotAllowed, match="STND analysts"):
        answered(ruling, atr)


def test_an_answer_leaves_nothing_undetermined(ruling: Ruling, analyst: User) -> None:
    with pytest.raises(NotAllowed, match="mandatory or non-mandatory"):
        answered(ruling, analyst, Designation.Value.UNDETERMINED)


def test_the_same_answer_twice_is_one_row(ruling: Ruling, analyst: User) -> None:
    answered(ruling, analyst)
    answered(ruling, analyst)
    assert Designation.objects.count() == 1
    assert Entry.objects.about(ruling).filter(action="answer_ruling").count() == 1


def test_another_answer_to_what_is_answered_is_refused(ruling: Ruling, analyst: User) -> None:
    answered(ruling, analyst)
    with pytest.raises(NotAllowed, match="it was answered"):
        answered(ruling, analyst, NON_MANDATORY)


def test_what_is_withdrawn_is_not_answered_and_twice_is_once(
    ruling: Ruling, atr: User, analyst: User
) -> None:
    withdrawn(ruling, atr)
    assert withdrawn(ruling, atr).state == State.WITHDRAWN
    assert Entry.objects.about(ruling).filter(action="withdraw_ruling").count() == 1
    with pytest.raises(NotAllowed, match="it was withdrawn"):
        answered(ruling, analyst)


def test_what_is_answered_is_not_withdrawn(ruling: Ruling, atr: User, analyst: User) -> None:
    answered(ruling, analyst)
    with pytest.raises(NotAllowed, match="it was answered"):
        withdrawn(ruling, atr)


def test_only_the_agency_that_asked_withdraws(ruling: Ruling, analyst: User) -> None:
    for person in (analyst, make_appointment(Role.ATR).user):
        with pytest.raises(NotAllowed, match="Only those who order"):
            withdrawn(ruling, person)


def test_both_sides_and_oversight_see_it_and_nobody_else(
    ruling: Ruling, atr: User, analyst: User
) -> None:
    auditor, stranger = make_appointment(Role.AUDITOR).user, make_appointment(Role.ATR).user
    answers = {
        person: signed_in(person).get(ruling.get_absolute_url()).status_code
        for person in (atr, analyst, auditor, stranger)
    }
    assert list(answers.values()) == [200, 200, 200, 404]
    service_page = reverse("catalog:service", args=[ruling.service_id])
    assert f"Ruling {ruling.pk}" in text(signed_in(atr).get(service_page))
    assert f"Ruling {ruling.pk}" not in text(signed_in(stranger).get(service_page))


def test_a_question_goes_from_the_service_to_the_list_and_back_with_its_answer(
    atr: User, analyst: User, service: Service, agency: Agency
) -> None:
    asking = signed_in(atr)
    page = asking.post(
        reverse("catalog:ask-ruling", args=[service.pk]),
        {"agency": agency.pk, "question": "May we buy it elsewhere?"},
        follow=True,
    )
    assert "waits for the Department’s answer" in text(page)
    ruling = Ruling.objects.get()
    answering = signed_in(analyst)
    assert f"Ruling {ruling.pk}" in text(answering.get(reverse("catalog:rulings")))
    page = answering.post(
        reverse("catalog:answer-ruling", args=[ruling.pk]),
        {"value": "non_mandatory", "effective_from": SINCE, "reason": "Not on the list"},
        follow=True,
    )
    assert "Not on the list" in text(page)
    page = asking.get(ruling.get_absolute_url())
    assert "Non-mandatory (Discretionary) from January 1, 2020 on, for every agency." in text(page)
    assert "May we buy it elsewhere?" in text(page)
    assert "Answer ruling" in text(page)


def test_the_form_tells_of_the_one_that_waits(ruling: Ruling, atr: User) -> None:
    page = signed_in(atr).get(reverse("catalog:ask-ruling", args=[ruling.service_id]))
    assert "waits for an answer" in text(page)


def test_a_closed_ruling_has_no_form_and_tells_so_to_who_had_it_open(
    ruling: Ruling, atr: User, analyst: User
) -> None:
    withdrawn(ruling, atr)
    url = reverse("catalog:answer-ruling", args=[ruling.pk])
    browser = signed_in(analyst)
    assert browser.get(url).status_code == 302
    said = {"value": "mandatory", "effective_from": SINCE, "reason": "Late"}
    assert "it was withdrawn" in text(browser.post(url, said))


def test_withdrawing_what_was_answered_meanwhile_says_so(
    ruling: Ruling, atr: User, analyst: User
) -> None:
    url = reverse("catalog:withdraw-ruling", args=[ruling.pk])
    answered(ruling, analyst)
    assert "it was answered" in text(signed_in(atr).post(url, follow=True))


def test_the_agency_withdraws_on_the_page(ruling: Ruling, atr: User) -> None:
    url = reverse("catalog:withdraw-ruling", args=[ruling.pk])
    assert "is withdrawn." in text(signed_in(atr).post(url, follow=True))


@pytest.mark.django_db(transaction=True)
def test_two_questions_at_once_are_one(agency: Agency, atr: User, service: Service) -> None:
    def question(_: int) -> Ruling:
        try:
            return asked(agency, atr, service)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        assert len(set(both.map(question, range(2)))) == 1
