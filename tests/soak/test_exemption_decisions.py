"""R4: 200 exemption requests, each decided by eight at once: one decision, one entry."""

import pytest
from django.db import connection

from exemptions.models import Decision, ExemptionRequest, RequestState
from stmm.audit.models import Entry
from stmm.audit.services import verify
from tests.exemptions.factories import make_case, make_request
from tests.exemptions.test_deciding_races import assert_decided_once, deciding
from tests.orders.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
REQUESTS, DECISIONS = 200, 8


def test_two_hundred_requests_decided_eight_times_at_once_are_decided_once_each() -> None:
    case = make_case()
    for _ in range(REQUESTS):
        request = make_request(case, RequestState.RECOMMENDED)

        results = at_once(*(deciding(case, request, number) for number in range(DECISIONS)))

        assert_decided_once(request, results)
        connection.close()
    assert Decision.objects.count() == REQUESTS
    assert Entry.objects.filter(action="decide_exemption_request").count() == REQUESTS
    assert not ExemptionRequest.objects.filter(state=RequestState.RECOMMENDED).exists()
    assert verify().faults == ()
