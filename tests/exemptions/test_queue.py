"""The queue: what waits, for how many working days, in which order, in how many queries."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from exemptions.models import ExemptionRequest, RequestState, SentVersion, TakenBack
from exemptions.reading.clock import Clock
from exemptions.reading.home import exemptions_at_home
from exemptions.reading.queue import AT_ONCE, Ordered, clocks_of
from exemptions.reading.working import clock_of
from stmm.accounts.models import User
from stmm.audit.services import record
from tests.exemptions.factories import Case, as_of, make_request
from tests.factories import AT, TODAY, Role, make_appointment, signed_in
from tests.orders.pages import page, text

State = RequestState
DAY = timedelta(days=1)
PACIFIC = ZoneInfo("America/Los_Angeles")


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PACIFIC)


def sent_on(case: Case, day: date, state: str = State.SENT, **fields: Any) -> ExemptionRequest:
    request = make_request(case, state, **fields)
    version = request.sent.get()
    # A version is never edited: one that was signed on that day takes its place in the count
    SentVersion.objects.create(
        request=request,
        number=0,
        content=version.content,
        sha256=version.sha256,
        signed_at=at(day),
        signed_by=version.signed_by,
        appointment=version.appointment,
        name=version.name,
        role=version.role,
        is_by_author=False,
    )
    return request


def counted(case: Case, request: ExemptionRequest, on: date) -> Clock:
    return clocks_of(ExemptionRequest.objects.filter(pk=request.pk), on=on)[request.pk]


def test_a_clock_starts_with_the_first_sending(case: Case) -> None:
    request = sent_on(case, TODAY - 7 * DAY)

    assert counted(case, request, TODAY) == Clock(5, stands=False)


def test_a_clock_stands_from_a_question_to_its_answer(case: Case) -> None:
    request = make_request(case, State.QUESTION_OUT)
    asked_on = TODAY + DAY
    request.questions.create(
        text="And when?",
        asked_at=at(TODAY + 4 * DAY),
        asked_by=case.analyst,
        answer="In May.",
        answered_by=case.atr,
        closed_at=at(TODAY + 7 * DAY, 23),
    )

    # The first question, asked on the day of sending, is open all along
    assert counted(case, request, asked_on) == Clock(0, stands=True)
    request.questions.filter(text="Which sites?").update(
        answer="Both.", answered_by=case.atr, closed_at=at(asked_on)
    )
    # Tuesday to Thursday; Friday to the next Sunday with the agency; Monday
    assert counted(case, request, TODAY + 7 * DAY) == Clock(4, stands=False)


def test_a_clock_stands_while_a_request_is_a_draft_again(case: Case) -> None:
    request = make_request(case, State.SENT)
    first = request.sent.get()
    TakenBack.objects.create(version=first, at=at(TODAY + DAY), by=case.atr)

    assert counted(case, request, TODAY + 9 * DAY) == Clock(0, stands=True)

    SentVersion.objects.create(
        request=request,
        number=2,
        content=first.content,
        sha256=first.sha256,
        signed_at=at(TODAY + 8 * DAY),
        signed_by=first.signed_by,
        appointment=first.appointment,
        name=first.name,
        role=first.role,
        is_by_author=False,
    )
    assert counted(case, request, TODAY + 9 * DAY) == Clock(2, stands=False)


def test_a_closed_request_stands_as_on_its_last_day(case: Case) -> None:
    request = make_request(case, State.DENIED)
    ExemptionRequest.objects.filter(pk=request.pk).update(closed_at=at(TODAY + 2 * DAY))
    request.refresh_from_db()

    assert clock_of(request, on=TODAY + 40 * DAY) == Clock(2, stands=False)


def shown(case: Case, who: str, **query: str) -> list[str]:
    answer = page(getattr(case, who), "exemptions:queue", **query)
    return [row.request.number for row in answer.context["rows"]]


def test_the_oldest_clock_comes_first(case: Case) -> None:
    new = make_request(case, State.SENT)
    old = sent_on(case, TODAY - 14 * DAY)
    stands = sent_on(case, TODAY - 10 * DAY, State.QUESTION_OUT)

    assert shown(case, "auditor") == [old.number, new.number, stands.number]


def test_each_tab_shows_its_own(case: Case) -> None:
    other = make_appointment(Role.STND).user
    unassigned = make_request(case, State.SENT)
    mine, theirs = (make_request(case, State.IN_REVIEW) for _ in range(2))
    ExemptionRequest.objects.filter(pk=theirs.pk).update(analyst=other)
    make_request(case, State.DRAFT)
    make_request(case, State.APPROVED)

    assert shown(case, "analyst") == [unassigned.number]
    assert shown(case, "analyst", show="mine") == [mine.number]
    assert shown(case, "analyst", show="all") == [unassigned.number, mine.number, theirs.number]
    assert shown(case, "analyst", show="everything") == [unassigned.number]
    assert shown(case, "delegate") == [unassigned.number, mine.number, theirs.number]
    tabs = page(case.analyst, "exemptions:queue").context["tabs"]
    assert [count for _, count in tabs] == [1, 1, 3]


def test_the_queue_is_narrowed(case: Case) -> None:
    review = make_request(case, State.IN_REVIEW, project="Tunnel radio")
    make_request(case, State.SENT)

    assert shown(case, "auditor", q="tunnel") == [review.number]
    assert shown(case, "auditor", state="in_review") == [review.number]
    assert shown(case, "auditor", state="in_review", q="backhaul") == []
    assert len(shown(case, "auditor", state="approved")) == 2
    answer = page(case.auditor, "exemptions:queue", q="satellite")
    assert "No request matches" in text(answer)


def test_an_empty_queue_says_so(case: Case) -> None:
    assert "Nothing waits here" in text(page(case.analyst, "exemptions:queue"))


def sheet(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_files_hold_exactly_what_is_shown(case: Case) -> None:
    wanted = make_request(case, State.QUESTION_OUT, project="=Tunnel radio")
    make_request(case, State.SENT)
    query = {"show": "all", "q": "tunnel"}

    csv = b"".join(page(case.auditor, "exemptions:queue-csv", **query)).decode()
    xlsx = sheet(b"".join(page(case.auditor, "exemptions:queue-xlsx", **query)))

    lines = csv.strip().split("\r\n")
    assert len(lines) == len(xlsx) == 2
    assert lines[1].startswith(f"{wanted.number},Highway Patrol,")
    assert "'=Tunnel radio" in lines[1]
    assert xlsx[1][0] == wanted.number
    assert lines[1].endswith(f",stands still,{case.analyst.name}")


def test_a_file_reads_requests_some_at_a_time(case: Case) -> None:
    request = make_request(case, State.SENT)
    ordered = Ordered({request.pk: Clock(0, stands=False)}, [request.pk] * (AT_ONCE + 1))

    with CaptureQueriesContext(connection) as queries:
        assert len(list(ordered.all_waiting())) == AT_ONCE + 1
    assert len(queries) == 2


def queries(user: User, urls: Iterable[str]) -> list[int]:
    client, found = signed_in(user), []
    for url in urls:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        found.append(len(captured))
    return found


@pytest.mark.parametrize(
    ("name", "who", "most"),
    [
        ("exemptions:queue", "analyst", 9),
        ("exemptions:queue", "deputy_director", 9),
        ("home", "analyst", 14),
        ("home", "deputy_director", 12),
    ],
)
def test_a_list_takes_as_many_queries_for_many(case: Case, name: str, who: str, most: int) -> None:
    def more() -> None:
        for state in (State.SENT, State.IN_REVIEW, State.QUESTION_OUT, State.RECOMMENDED):
            make_request(case, state)

    url, user = f"{reverse(name)}?show=all", getattr(case, who)
    more()
    (few,) = queries(user, [url])
    for _ in range(6):
        more()

    assert queries(user, [url]) == [few]
    assert few <= most


def test_pages_of_one_request_take_as_many_queries_for_many_events(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    urls = [
        reverse("exemptions:request", args=[request.pk]),
        reverse("exemptions:decide", args=[request.pk]),
    ]
    make_request(case, State.APPROVED)
    _happen(case, request, 1)
    few = queries(case.deputy_director, urls)
    for _ in range(8):
        make_request(case, State.DENIED)
    _happen(case, request, 500)

    assert queries(case.deputy_director, urls) == few
    assert max(few) <= 32


def _happen(case: Case, request: ExemptionRequest, times: int) -> None:
    """Entries, questions that were answered, notes and void recommendations."""
    version = request.sent.get()
    for number in range(times):
        record(at=AT, actor=case.analyst, action="ask_on_exemption_request", subject=request)
        request.notes.create(text=f"Note {number}", at=AT, by=case.analyst)
        if number < 40:
            request.questions.create(
                text="Which?", asked_at=AT, asked_by=case.analyst,
                answer="Both.", answered_by=case.atr, closed_at=AT,
            )  # fmt: skip
            request.recommendations.create(
                version=version, outcome="denied", reasoning="No.", made_at=AT,
                made_by=case.analyst, voided_at=AT, voided_because="Recommended anew.",
            )  # fmt: skip


def test_at_home_an_analyst_finds_what_waits(case: Case) -> None:
    unassigned = make_request(case, State.SENT)
    review = make_request(case, State.IN_REVIEW)
    answered = make_request(case, State.IN_REVIEW)
    answered.questions.create(
        text="Which?", asked_at=AT, asked_by=case.analyst,
        answer="Both.", answered_by=case.atr, closed_at=AT,
    )  # fmt: skip
    make_request(case, State.QUESTION_OUT)

    home = exemptions_at_home(as_of(case.analyst), on=TODAY)

    found = {each.heading: [row.request for row in each.rows] for each in home.sections or ()}
    assert found == {
        "Answered by the agency": [answered],
        "To review": [review],
        "Unassigned": [unassigned],
    }
    assert home.to_decide is None
    assert "Exemption requests: to review (1)" in text(page(case.analyst, "home"))


@pytest.mark.parametrize("who", ["deputy_director", "delegate"])
def test_at_home_who_decides_finds_what_is_ready_with_the_recommendation(
    case: Case, who: str
) -> None:
    ready = make_request(case, State.RECOMMENDED)
    own = make_request(case, State.RECOMMENDED)
    user = getattr(case, who)
    own.contributors.create(user=user, part="wrote")

    home = exemptions_at_home(as_of(user), on=TODAY)

    assert home.sections is None
    assert [row.request for row in home.to_decide or ()] == [ready]
    shown = text(page(user, "home"))
    assert "The sites were checked with each contractor." in shown


def test_at_home_a_delegate_finds_nothing_of_their_own_agency(case: Case) -> None:
    make_request(case, State.RECOMMENDED)
    make_appointment(Role.ATR, case.agency, case.delegate)

    assert exemptions_at_home(as_of(case.delegate), on=TODAY).to_decide == []


def test_at_home_others_find_no_queue(case: Case) -> None:
    home = exemptions_at_home(as_of(case.atr), on=TODAY)

    assert (home.sections, home.to_decide) == (None, None)
