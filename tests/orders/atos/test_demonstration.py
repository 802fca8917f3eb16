"""The sample agencies outside State government, with their ATOs."""

import pytest

from catalog.demonstration import load_contracts
from orders.demonstration.local_agencies import load_local_agencies
from orders.models import AtoPaper, AuthorizationToOrder, Registration
from stmm.agencies.models import Agency
from tests.factories import AT, Kind


@pytest.mark.django_db
def test_the_demonstration_brings_its_local_agencies_and_their_atos() -> None:
    load_contracts(at=AT)

    number = load_local_agencies(at=AT)

    assert AuthorizationToOrder.objects.count() == number > 0
    assert not AtoPaper.objects.filter(listed__isnull=True).exists()
    merced = Agency.objects.get(kind=Kind.LOCAL, name="City of Merced")
    assert Registration.objects.approved().filter(agency=merced).exists()
