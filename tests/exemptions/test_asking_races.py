"""The same done at the same moment, by one person twice or by two: done once.

SQLite queues writers anyway; it is PostgreSQL where these would go wrong.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from exemptions.content import canonical, draft_content
from exemptions.models import ExemptionRequest, RequestState, SentVersion
from exemptions.services import drafting, items, sending
from exemptions.workflow import Action
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import ChangedMeanwhile, WrongState
from tests.exemptions.factories import Case, as_of, make_case, make_request
from tests.factories import AT, TODAY

pytestmark = pytest.mark.django_db(transaction=True)
State = RequestState
AT_ONCE = 4


@pytest.fixture
def case(transactional_db: None) -> Case:
    return make_case()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each gave or raised."""

    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        except (ChangedMeanwhile, WrongState) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def entries(action: str) -> int:
    return Entry.objects.filter(action=action).count()


def test_the_first_page_sent_many_times_at_once_begins_one_draft(case: Case) -> None:
    key, member = uuid4(), as_of(case.atr)

    def begin() -> ExemptionRequest:
        return drafting.begin(agency=case.agency, project="A", key=key, access=member, at=AT)

    assert len(set(at_once(*[begin] * AT_ONCE))) == 1
    assert ExemptionRequest.objects.count() == 1
    assert verify().faults == ()


def test_a_service_added_many_times_at_once_is_there_once(case: Case) -> None:
    request, member = make_request(case), as_of(case.atr)
    request.items.all().delete()

    def add() -> object:
        return items.add_service(
            request=request, service=case.service, quantity=1, access=member, at=AT
        )

    assert len(set(at_once(*[add] * AT_ONCE))) == 1
    assert request.items.count() == 1


def test_a_request_signed_many_times_at_once_is_sent_once(case: Case) -> None:
    request, officer = make_request(case), as_of(case.officer)

    def send() -> ExemptionRequest:
        return sending.send(request=request, version=1, access=officer, at=AT)

    assert at_once(*[send] * AT_ONCE) == [request] * AT_ONCE
    assert SentVersion.objects.count() == 1
    assert entries(Action.SEND) == 1
    assert verify().faults == ()


def test_what_is_signed_is_what_stood_on_the_page_whoever_changes_it_meanwhile(
    case: Case,
) -> None:
    request = make_request(case)
    on_the_page = canonical(draft_content(request, on=TODAY))

    sent, changed = at_once(
        lambda: sending.send(request=request, version=1, access=as_of(case.officer), at=AT),
        lambda: drafting.change(
            request=request, fields={"project": "B"}, version=1, access=as_of(case.atr), at=AT
        ),
    )

    assert (sent is ChangedMeanwhile) != (changed in (ChangedMeanwhile, WrongState))
    for version in SentVersion.objects.all():
        assert version.content == on_the_page


def test_taken_back_and_withdrawn_at_once_one_of_them_is_last(case: Case) -> None:
    request, member = make_request(case, State.RECOMMENDED), as_of(case.atr)

    at_once(
        lambda: sending.take_back(request=request, reason="-", access=member, at=AT),
        lambda: sending.withdraw(request=request, reason="-", access=member, at=AT),
        lambda: sending.take_back(request=request, reason="-", access=member, at=AT),
    )

    assert ExemptionRequest.objects.get().state == State.WITHDRAWN
    assert entries(Action.WITHDRAW) == 1
    assert entries(Action.TAKE_BACK) <= 1
    assert not request.recommendations.filter(voided_at__isnull=True).exists()


def test_an_extension_asked_for_many_times_at_once_is_one(case: Case) -> None:
    former, member = make_request(case, State.APPROVED), as_of(case.atr)

    def extend() -> ExemptionRequest:
        return drafting.extend(former=former, key=uuid4(), access=member, at=AT)

    assert len(set(at_once(*[extend] * AT_ONCE))) == 1
    assert former.extensions.count() == 1
