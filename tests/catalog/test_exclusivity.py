"""Whether an ATO under a contract binds its agency: a dated fact that STND adds (PO-4.1)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from catalog.models import Contract, Exclusivity
from catalog.services.contracts import keep_exclusivity
from stmm.agencies.access import Access, access_of
from stmm.audit.models import Entry
from tests.catalog.factories import make_contract
from tests.factories import AT, SINCE, TODAY, Role, make_appointment

pytestmark = pytest.mark.django_db


@pytest.fixture
def stnd() -> Access:
    return access_of(make_appointment(Role.STND).user, on=TODAY)


def free(access: Access, contract: Contract, since: date) -> Exclusivity:
    return keep_exclusivity(
        contract=contract,
        is_exclusive=False,
        effective_from=since,
        reason="Clause 4",
        access=access,
        at=AT,
    )


def test_a_contract_is_exclusive_until_the_department_says_otherwise_from_a_day_on(
    stnd: Access,
) -> None:
    contract, exclusive = make_contract(), Contract.objects.exclusive
    free(stnd, contract, TODAY)
    yesterday = TODAY - timedelta(days=1)
    assert exclusive(yesterday).filter(pk=contract.pk).exists()
    assert not exclusive(TODAY).filter(pk=contract.pk).exists()
    assert exclusive(TODAY, known_at=AT - timedelta(seconds=1)).filter(pk=contract.pk).exists()


def test_exclusivity_that_comes_back_is_a_newer_row_and_the_same_again_is_none(
    stnd: Access,
) -> None:
    contract = make_contract()
    assert free(stnd, contract, SINCE) == free(stnd, contract, SINCE)
    keep_exclusivity(
        contract=contract,
        is_exclusive=True,
        effective_from=TODAY,
        reason="Amendment 2",
        access=stnd,
        at=AT,
    )
    assert contract.exclusivity.count() == 2
    assert Contract.objects.exclusive(TODAY).filter(pk=contract.pk).exists()
    newest = Entry.objects.about(contract).first()
    assert newest is not None
    assert [(each.field, each.before, each.after) for each in newest.changes] == [
        ("exclusive", "No exclusivity", "Exclusive to CALNET under an ATO"),
        ("from", "", "March 2, 2026"),
    ]


def test_the_database_refuses_to_edit_exclusivity(stnd: Access) -> None:
    row = free(stnd, make_contract(), SINCE)
    row.is_exclusive = True
    with pytest.raises(IntegrityError, match="append-only"):
        row.save()
