"""The end of a term is exact by the day, written down once, and told of before."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exemptions.jobs import end_terms, remind
from exemptions.models import ExemptionRequest, Reminder, RequestState
from exemptions.services.expiring import Ending, ended, endings, expire, remind_of_ending
from stmm.agencies.models import Appointment
from stmm.audit.models import Entry
from stmm.outbox.models import Notice
from tests.exemptions.factories import UNTIL, Case, make_request
from tests.exemptions.living import PACIFIC, buy, first_item, noon

State = RequestState
DAY = timedelta(days=1)


@pytest.fixture
def approved(case: Case) -> ExemptionRequest:
    return make_request(case, State.APPROVED)


def state_of(request: ExemptionRequest) -> str:
    return ExemptionRequest.objects.get(pk=request.pk).state


def told(request: ExemptionRequest) -> list[int]:
    return list(Reminder.objects.filter(request=request).values_list("days_before", flat=True))


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime(2027, 3, 1, 23, 59, 59, tzinfo=PACIFIC), State.APPROVED),
        (datetime(2027, 3, 2, 0, 0, tzinfo=PACIFIC), State.EXPIRED),
    ],
)
def test_the_state_is_written_down_after_pacific_midnight(
    approved: ExemptionRequest, at: datetime, state: str
) -> None:
    end_terms(at)

    assert state_of(approved) == state


def test_the_end_is_written_down_once_and_told(case: Case, approved: ExemptionRequest) -> None:
    over = ended(UNTIL)
    assert end_terms(noon(UNTIL)) == 1
    assert end_terms(noon(UNTIL)) == 0
    expire(request=over[0], at=noon(UNTIL))

    entries = Entry.objects.about(approved).filter(action="expire_exemption")
    assert [entry.actor for entry in entries] == [None]
    notices = Notice.objects.filter(cause=f"exemption-{approved.pk}-ended")
    assert {notice.user for notice in notices} == {case.atr, case.officer}
    assert notices[0].subject == f"{approved} ended on March 1, 2027"


def test_what_was_not_over_yet_is_left_alone(approved: ExemptionRequest) -> None:
    expire(request=approved, at=noon(UNTIL - DAY))

    assert state_of(approved) == State.APPROVED


def test_a_job_that_comes_late_changes_nothing_of_what_is_covered(
    case: Case, approved: ExemptionRequest
) -> None:
    """Between midnight and the job, and after the job, the same purchases are covered."""
    assert not ExemptionRequest.objects.in_term(UNTIL).exists()
    end_terms(noon(UNTIL + 3 * DAY))
    assert ExemptionRequest.objects.in_term(UNTIL - DAY).get() == approved
    assert buy(case, first_item(approved), on=UNTIL - DAY).pk


@pytest.mark.parametrize(
    ("left", "days"),
    [(91, []), (90, [90]), (31, [90]), (30, [30]), (8, [30]), (7, [7]), (1, [7]), (0, [])],
)
def test_who_is_to_be_reminded_on_a_day(
    approved: ExemptionRequest, left: int, days: list[int]
) -> None:
    assert [each.days for each in endings(UNTIL - left * DAY)] == days


def test_each_reminder_is_given_once(case: Case, approved: ExemptionRequest) -> None:
    for left in (91, 90, 60, 30, 29, 7, 1, 0):
        for _ in range(2):
            remind(noon(UNTIL - left * DAY))

    assert sorted(told(approved)) == [7, 30, 90]
    for user in (case.atr, case.officer):
        assert Notice.objects.filter(user=user, cause__contains="-ends-").count() == 3
    entries = Entry.objects.about(approved).filter(action="remind_of_end")
    assert entries.count() == 3
    assert str(Reminder.objects.earliest("pk")) == f"{approved} ends in 90 days"
    notice = Notice.objects.filter(cause__endswith="-ends-90")[0]
    assert notice.subject == f"{approved} ends on March 1, 2027"


def test_a_job_that_comes_late_sends_the_nearest_alone(approved: ExemptionRequest) -> None:
    remind(noon(UNTIL - 5 * DAY))

    assert told(approved) == [7]


def test_an_exemption_that_begins_near_its_end_is_reminded_of_once(case: Case) -> None:
    short = make_request(case, State.APPROVED, until=date(2026, 3, 20))
    remind(noon(date(2026, 3, 2)))

    assert told(short) == [30]


def test_nobody_is_reminded_of_what_does_not_run(case: Case) -> None:
    for state in (State.REVOKED, State.EXPIRED, State.DENIED, State.SENT):
        make_request(case, state)

    assert list(endings(UNTIL - DAY)) == []


def test_where_nobody_acts_for_the_agency_the_reminder_waits(
    case: Case, approved: ExemptionRequest
) -> None:
    own = Appointment.objects.filter(agency=case.agency)
    own.update(until=UNTIL - 80 * DAY)
    assert remind(noon(UNTIL - 60 * DAY)) == 0
    assert told(approved) == []

    own.update(until=None)
    assert remind(noon(UNTIL - 59 * DAY)) == 2


def test_who_was_revoked_meanwhile_is_not_reminded(case: Case) -> None:
    request = make_request(case, State.REVOKED)

    assert remind_of_ending(ending=Ending(request, UNTIL, 7), at=noon(UNTIL - DAY)) == 0


def test_looking_for_the_ends_takes_the_same_queries_for_any_number(case: Case) -> None:
    counts = []
    for _ in range(2):
        make_request(case, State.APPROVED)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(endings(UNTIL - DAY))
        counts.append(len(queries))

    assert counts[0] == counts[1]
