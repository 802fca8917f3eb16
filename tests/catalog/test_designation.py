"""Saying what is mandatory: who may, what wins, what is kept of it, what is left to say."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Contract, Designation, Service
from catalog.services.designating import set_flag
from stmm.accounts.models import User
from stmm.agencies.access import access_of
from stmm.agencies.models import Appointment
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.catalog.factories import (
    FAR,
    LONG_AGO,
    MANDATORY,
    NON_MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_offer,
    make_service,
)
from tests.factories import AT, SINCE, TODAY, make_appointment, signed_in

pytestmark = pytest.mark.django_db
Role = Appointment.Role
SAID: dict[str, Any] = {
    "value": MANDATORY,
    "effective_from": SINCE,
    "reason": "The Department’s decision",
    "notice": "Notice 20-03",
}


@pytest.fixture
def analyst() -> User:
    return make_appointment(Role.STND).user


def say(analyst: User, contract: Contract, **said: Any) -> Designation:
    access = access_of(analyst, on=TODAY)
    return set_flag(contract=contract, **(SAID | said), access=access, at=AT)


def flag_of(service: Service) -> str:
    return Service.objects.with_designation(TODAY).get(pk=service.pk).designation


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_most_specific_word_wins(analyst: User) -> None:
    service = make_service()
    say(analyst, service.contract, value=NON_MANDATORY)
    assert flag_of(service) == NON_MANDATORY
    say(analyst, service.contract, category=make_category(), value=MANDATORY)
    assert flag_of(service) == MANDATORY
    say(analyst, service.contract, service=service, value=NON_MANDATORY)
    assert flag_of(service) == NON_MANDATORY


def test_a_word_is_recorded_with_who_why_and_the_notice(analyst: User) -> None:
    service = make_service()
    row = say(analyst, service.contract, service=service)
    assert (row.recorded_by, row.reason, row.basis) == (
        analyst,
        "The Department’s decision",
        "Notice 20-03",
    )
    entry = Entry.objects.about(service).latest("sequence")
    assert (entry.actor, entry.action) == (analyst, "designate")


def test_the_same_word_twice_is_one_row(analyst: User) -> None:
    contract = make_contract()
    assert say(analyst, contract) == say(analyst, contract)
    assert Designation.objects.count() == 1
    say(analyst, contract, value=NON_MANDATORY)
    assert Designation.objects.count() == 2


@pytest.mark.parametrize("role", [role for role in Role if role != Role.STND])
def test_only_an_stnd_analyst_designates(role: str) -> None:
    person = make_appointment(role).user
    with pytest.raises(NotAllowed, match="STND analysts"):
        say(person, make_contract())
    assert not Designation.objects.exists()


def test_a_service_and_a_category_of_another_contract_are_refused(analyst: User) -> None:
    contract = make_contract()
    with pytest.raises(NotAllowed, match="is not under contract"):
        say(analyst, contract, service=make_service())
    with pytest.raises(NotAllowed, match="has no category"):
        say(analyst, contract, category=make_category("9.9", "Another"))


def post(analyst: User, name: str, pk: int, **fields: Any) -> Any:
    return signed_in(analyst).post(
        reverse(f"catalog:{name}", args=[pk]), SAID | fields, follow=True
    )


def test_an_analyst_designates_a_service_and_the_page_tells_who_and_why(analyst: User) -> None:
    service = make_service()
    page = text(post(analyst, "designate-service", service.pk))
    assert "Mandatory (Required) from January 1, 2020 on." in page
    assert "The Department’s decision; basis: Notice 20-03" in page
    assert f"by {analyst.name}" in page


def test_an_analyst_designates_a_category_of_a_contract(analyst: User) -> None:
    service = make_service()
    category = make_category()
    page = text(post(analyst, "designate-contract", service.contract_id, category=category.pk))
    assert f"{category}: Mandatory (Required)" in page
    assert flag_of(service) == MANDATORY


def test_the_contracts_form_tells_how_many_services_keep_their_own(analyst: User) -> None:
    service = make_service()
    make_service(contract=service.contract)
    make_designation(MANDATORY, service)
    url = reverse("catalog:designate-contract", args=[service.contract_id])
    assert "1 of the 2 services of this contract has" in text(signed_in(analyst).get(url))


def test_a_form_without_a_reason_is_refused_at_its_field(analyst: User) -> None:
    page = post(analyst, "designate-service", make_service().pk, reason="")
    assert "reason" in page.context["form"].errors
    assert "<title>Problem: " in text(page)


# The list of what is undetermined


@pytest.fixture
def reader() -> Client:
    return signed_in(make_appointment(Role.ATR).user)


def listed(client: Client, **asked: Any) -> set[Service]:
    return set(client.get(reverse("catalog:undetermined"), asked).context["page"])


def test_the_list_has_what_nobody_spoke_of_and_what_was_left_open(reader: Client) -> None:
    silent, said, left_open = make_service(), make_service(), make_service()
    make_designation(MANDATORY, said)
    make_designation(Designation.Value.UNDETERMINED, left_open)
    assert listed(reader) == {silent, left_open}


def test_the_list_leaves_out_what_cant_be_ordered(reader: Client) -> None:
    make_service(contract=make_contract(until=LONG_AGO))
    make_offer(make_service(), effective_from=LONG_AGO, withdrawn=True)
    assert listed(reader) == set()
    page = reader.get(reverse("catalog:undetermined"))
    assert "Nothing is undetermined." in text(page)


def test_the_list_is_of_a_day_and_of_a_contract(reader: Client) -> None:
    one, other = make_service(), make_service()
    make_designation(MANDATORY, one, effective_from=timezone.localdate() - timedelta(days=1))
    assert listed(reader) == {other}
    assert listed(reader, on=LONG_AGO.isoformat()) == {one, other}
    assert listed(reader, on=LONG_AGO.isoformat(), contract=one.contract_id) == {one}
    assert listed(reader, contract="x") == {other}
    assert listed(reader, on=FAR.isoformat()) == set()
