"""What the database itself refuses, whoever asks."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction

from catalog.models import CatalogEdition, Contract, Designation, Service
from tests.catalog.factories import (
    MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_offer,
    make_service,
    make_term,
)
from tests.factories import AT, SINCE, TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("charges", [{"mrc": Decimal("-0.01")}, {"nrc": Decimal("-0.01")}])
def test_a_charge_is_not_negative(charges: dict[str, Any]) -> None:
    service = make_service()
    with pytest.raises(IntegrityError, match="charges_are_not_negative"):
        make_offer(service, **charges)


def test_a_charge_can_be_nothing_or_unknown() -> None:
    offer = make_offer(make_service(), mrc=Decimal(0), nrc=None)
    offer.refresh_from_db()
    assert offer.mrc == Decimal(0)
    assert offer.nrc is None


def test_a_product_identifier_names_one_service_of_a_contract() -> None:
    service = make_service(product_id="0085191")
    make_service(product_id="0085191")
    with pytest.raises(IntegrityError):
        make_service(contract=service.contract, product_id="0085191")


def test_a_service_has_a_product_identifier() -> None:
    with pytest.raises(IntegrityError, match="service_has_a_product_id"):
        Service.objects.create(
            contract=make_contract(), category=make_category(), product_id="", name="VoIP"
        )


def test_a_term_ends_after_it_starts() -> None:
    contract = make_contract()
    with pytest.raises(IntegrityError, match="term_ends_after_it_starts"):
        make_term(contract, TODAY, TODAY)


def test_a_contractor_has_a_contract_number_once_and_others_may_share_it() -> None:
    make_contract("C4CVD18", "AT&T Mobility")
    make_contract("C4CVD18", "Verizon Wireless")
    with pytest.raises(IntegrityError):
        make_contract("C4CVD18", "AT&T Mobility")


def test_a_designation_speaks_of_a_service_or_of_a_category_not_of_both() -> None:
    service = make_service()
    with pytest.raises(IntegrityError, match="designation_has_one_subject"):
        make_designation(MANDATORY, service, category=make_category())


def test_a_designation_is_one_of_the_three_words() -> None:
    with pytest.raises(IntegrityError, match="designation_is_known"):
        Designation.objects.create(
            contract=make_contract(),
            value="optional",
            effective_from=SINCE,
            recorded_at=AT,
            reason="none",
        )


def an_offer() -> models.Model:
    return make_offer(make_service())


def a_designation() -> models.Model:
    return make_designation(MANDATORY, make_contract())


def a_term() -> models.Model:
    return make_contract().terms.get()


def an_edition() -> models.Model:
    return CatalogEdition.objects.create(
        contract=make_contract(),
        effective_from=SINCE,
        file_name="matrix.csv",
        sha256="0" * 64,
        lines=1,
        loaded_at=AT,
    )


Make = Callable[[], models.Model]
APPEND_ONLY = pytest.mark.parametrize("make", [an_offer, a_designation, a_term, an_edition])


@APPEND_ONLY
def test_a_dated_row_is_never_edited(make: Make) -> None:
    row = make()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.save()


@APPEND_ONLY
def test_a_dated_row_is_never_removed(make: Make) -> None:
    row = make()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.delete()


@APPEND_ONLY
def test_dated_rows_are_not_edited_in_bulk_either(make: Make) -> None:
    rows = type(make())._default_manager.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(id=models.F("id"))


def test_a_contract_that_has_anything_under_it_stays() -> None:
    contract = make_service().contract
    with pytest.raises(models.ProtectedError):
        Contract.objects.filter(pk=contract.pk).delete()
