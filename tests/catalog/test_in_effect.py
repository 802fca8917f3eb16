"""Dated facts of the catalogue: which row holds on a day, and as known at a moment."""

from datetime import date, timedelta

import pytest

from catalog.models import Contract, Designation, Offer, Service
from tests.catalog.factories import (
    MANDATORY,
    NON_MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_offer,
    make_service,
    make_term,
)
from tests.factories import AT, SINCE, TODAY

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
DAY = timedelta(days=1)


def in_effect(service: Service, on: date) -> Offer:
    return Offer.objects.in_effect(on).get(service=service)


def designation_of(service: Service, on: date = TODAY) -> str:
    return str(Service.objects.with_designation(on).get(pk=service.pk).designation)


def test_an_offer_holds_from_its_first_day_until_the_next_one_does() -> None:
    service = make_service()
    new = make_offer(service, effective_from=TODAY)
    assert in_effect(service, TODAY) == new
    assert in_effect(service, TODAY - DAY) != new


def test_a_correction_of_the_same_day_wins_by_when_it_was_recorded() -> None:
    service = make_service()
    correction = make_offer(service, effective_from=SINCE, recorded_at=LATER)
    make_offer(service, effective_from=SINCE, recorded_at=AT)
    assert in_effect(service, TODAY) == correction


def test_a_row_recorded_late_for_an_earlier_day_does_not_win() -> None:
    service = make_service(effective_from=TODAY)
    now = in_effect(service, TODAY)
    make_offer(service, effective_from=TODAY - DAY, recorded_at=LATER)
    assert in_effect(service, TODAY) == now


def test_what_was_recorded_after_a_moment_was_not_known_at_it() -> None:
    service = make_service()
    before = in_effect(service, TODAY)
    make_offer(service, effective_from=TODAY, recorded_at=LATER)
    assert Offer.objects.in_effect(TODAY, known_at=AT).get(service=service) == before


def test_a_service_is_offered_only_from_its_first_offer_to_its_withdrawal() -> None:
    service = make_service(effective_from=TODAY)
    make_offer(service, effective_from=TODAY + 2 * DAY, withdrawn=True)
    offered = [day for day in range(-1, 4) if Service.objects.offered(TODAY + day * DAY).exists()]
    assert offered == [0, 1]


def test_a_service_names_the_offer_it_has_on_the_day() -> None:
    service = make_service()
    new = make_offer(service, effective_from=TODAY)
    assert Service.objects.offered(TODAY).get(pk=service.pk).offer_id == new.pk


def test_a_service_nobody_spoke_of_is_undetermined() -> None:
    assert designation_of(make_service()) == Designation.Value.UNDETERMINED


def test_the_word_on_the_contract_holds_for_its_services() -> None:
    service = make_service()
    make_designation(MANDATORY, service.contract)
    assert designation_of(service) == MANDATORY


def test_the_word_on_a_category_wins_over_the_contract_even_if_older() -> None:
    service = make_service()
    make_designation(NON_MANDATORY, service.contract, category=make_category())
    make_designation(MANDATORY, service.contract, effective_from=TODAY)
    assert designation_of(service) == NON_MANDATORY


def test_the_word_on_the_service_wins_over_category_and_contract() -> None:
    service = make_service()
    make_designation(MANDATORY, service)
    make_designation(NON_MANDATORY, service.contract, category=make_category(), at=LATER)
    make_designation(NON_MANDATORY, service.contract, at=LATER)
    assert designation_of(service) == MANDATORY


def test_the_word_on_another_category_or_contract_is_not_heard() -> None:
    service = make_service()
    make_designation(MANDATORY, service.contract, category=make_category("22", "Hosted VoIP"))
    make_designation(MANDATORY, make_contract())
    make_designation(MANDATORY, make_service(contract=service.contract))
    assert designation_of(service) == Designation.Value.UNDETERMINED


def test_a_specific_word_of_tomorrow_does_not_hold_today() -> None:
    service = make_service()
    make_designation(MANDATORY, service.contract)
    make_designation(NON_MANDATORY, service, effective_from=TODAY + DAY)
    assert designation_of(service) == MANDATORY
    assert designation_of(service, TODAY + DAY) == NON_MANDATORY


def test_a_designation_is_as_known_at_the_moment_asked() -> None:
    service = make_service()
    make_designation(MANDATORY, service)
    make_designation(NON_MANDATORY, service, at=LATER)
    known = Service.objects.with_designation(TODAY, known_at=AT).get(pk=service.pk)
    assert known.designation == MANDATORY


def test_a_contract_is_in_term_from_its_first_day_to_its_last_and_not_on_the_day_after() -> None:
    make_contract(starts_on=TODAY, until=TODAY + 2 * DAY)
    in_term = [day for day in range(-1, 4) if Contract.objects.in_term(TODAY + day * DAY).exists()]
    assert in_term == [0, 1]


def test_an_extension_keeps_a_contract_in_term() -> None:
    contract = make_contract(until=TODAY)
    assert not Contract.objects.in_term(TODAY).exists()
    make_term(contract, TODAY, TODAY + DAY, kind="extension")
    assert Contract.objects.in_term(TODAY).get() == contract


def test_dated_rows_read_as_words() -> None:
    service = make_service("Hosted VoIP")
    assert str(in_effect(service, TODAY)).startswith("Hosted VoIP")
    flag = make_designation(NON_MANDATORY, service.contract)
    assert str(flag).startswith("Non-mandatory (Discretionary) from")
