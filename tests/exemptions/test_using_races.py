"""An exemption revoked, ending, or used by several at the same moment.

SQLite queues writers anyway; it is PostgreSQL where these would go wrong.
"""

import pytest

from exemptions.models import Letter, RequestState, Revocation, Use
from exemptions.services import letters
from exemptions.services.revoking import revoke
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.outbox.models import Notice
from tests.exemptions.factories import Case, as_of, make_case, make_request
from tests.exemptions.living import buy, first_item
from tests.exemptions.using_races import race_with_revocation, race_with_the_end
from tests.factories import AT
from tests.orders.test_races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)
RACES = 5


@pytest.fixture
def case() -> Case:
    return make_case()


def test_nobody_buys_under_what_is_being_revoked(case: Case) -> None:
    for _ in range(RACES):
        race_with_revocation(case)
    assert verify().faults == ()


def test_nobody_buys_under_what_is_ending(case: Case) -> None:
    for _ in range(RACES):
        race_with_the_end(case)
    assert verify().faults == ()


def test_the_same_purchase_many_times_at_once_takes_once(case: Case) -> None:
    item = first_item(make_request(case, RequestState.APPROVED))

    made = at_once(*[lambda: buy(case, item, key="7")] * AT_ONCE)

    assert len(set(made)) == Use.objects.count() == 1
    assert Entry.objects.filter(action="use_exemption").count() == 1


def test_revoked_by_several_clicks_at_once_it_is_revoked_and_told_of_once(case: Case) -> None:
    request = make_request(case, RequestState.APPROVED)
    access = as_of(case.deputy_director)

    at_once(*[lambda: revoke(request=request, reason="No", access=access, at=AT)] * AT_ONCE)

    assert Revocation.objects.count() == 1
    assert Entry.objects.filter(action="revoke_exemption").count() == 1
    assert Notice.objects.count() == 2


def test_the_letter_made_by_many_workers_at_once_is_kept_and_mailed_once(case: Case) -> None:
    decision = make_request(case, RequestState.APPROVED).decisions.get()

    at_once(*[lambda: letters.write_letter(signed=decision, at=AT)] * AT_ONCE)

    assert Letter.objects.count() == 1
    assert Entry.objects.filter(action="write_letter").count() == 1
