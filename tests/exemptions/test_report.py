"""The figures of exemptions for oversight, on the page, in the charts and in the files."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from exemptions.models import Decision, ExemptionRequest, Recommendation, RequestState
from exemptions.reading.charts import bar_chart
from exemptions.reading.report import (
    Decided,
    Step,
    approvals_by_ground,
    decided_between,
    ending_soon,
    held,
    held_scope,
    open_by_age,
    spreads,
    with_steps,
)
from exemptions.services.deciding import decide
from exemptions.services.recommending import recommend
from exemptions.services.working import answer, ask, assign
from exemptions.verdict import Verdict
from stmm.audit.services import record
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.living import buy, first_item
from tests.exemptions.verdicts import approval, decided, denial, return_
from tests.factories import AT, TODAY, signed_in

State = RequestState
DAY = timedelta(days=1)
FAR = date(2199, 1, 1)
REPORT = reverse("exemptions:report")


def at(days: float) -> datetime:
    return AT + timedelta(days=days)


def walked(case: Case) -> Decision:
    """Sent, assigned after 1 day, asked after 2 more, answered after 4, recommended after 0.5,
    returned after 1, answered after 2, recommended after 1, decided after 3.
    """
    request = make_request(case, State.SENT)
    with transaction.atomic():
        record(at=AT, actor=case.officer, action="send_exemption_request", subject=request)
    analyst, agency = as_of(case.analyst), as_of(case.atr)
    assign(request=request, analyst=case.analyst, access=analyst, at=at(1))
    question = ask(request=request, text="Which sites?", access=analyst, at=at(3))
    answer(question=question, text="Both.", access=agency, at=at(7))
    advice = recommend(request=request, verdict=approval(), access=analyst, at=at(7.5))
    _decide(case, request, advice, return_(), 8.5)
    answer(question=request.questions.latest("pk"), text="All.", access=agency, at=at(10.5))
    advice = recommend(request=request, verdict=approval(), access=analyst, at=at(11.5))
    return _decide(case, request, advice, approval(), 14.5)


def _decide(
    case: Case, request: ExemptionRequest, advice: Recommendation, verdict: Verdict, after: float
) -> Decision:
    return decide(
        request=request,
        recommendation=advice,
        verdict=verdict,
        key=uuid4(),
        access=as_of(case.deputy_director),
        at=at(after),
    )


def test_each_step_takes_the_days_that_it_took(case: Case) -> None:
    decision = walked(case)
    other = make_request(case, State.IN_REVIEW)
    assign(request=other, analyst=case.analyst, access=as_of(case.analyst), at=at(2))

    (found,) = with_steps([decision])

    assert found.steps == {
        Step.UNASSIGNED: Decimal("1.0"),
        Step.REVIEW: Decimal("3.5"),
        Step.AGENCY: Decimal("6.0"),
        Step.DECIDE: Decimal("4.0"),
    }
    assert found.total == Decimal("14.5")


def test_handing_over_a_review_begins_no_new_step(case: Case) -> None:
    request = make_request(case, State.SENT)
    with transaction.atomic():
        for action, days in (
            ("send_exemption_request", 0),
            ("assign_exemption_request", 1),
            ("assign_exemption_request", 2),
            ("recommend_on_exemption_request", 4),
        ):
            record(at=at(days), actor=None, action=action, subject=request)
    decision = Decision(request=request, at=at(5))

    (found,) = with_steps([decision])

    assert found.steps[Step.REVIEW] == Decimal("3.0")
    assert found.steps[Step.DECIDE] == 0


def of_days(*days: int) -> list[Decided]:
    rest = dict.fromkeys(Step, Decimal(0))
    return [Decided(Decision(), rest | {Step.REVIEW: Decimal(each)}) for each in days]


@pytest.mark.parametrize(
    ("days", "median", "ninetieth"),
    [
        ((), None, None),
        ((4,), 4, 4),
        ((4, 2), 2, 4),
        ((5, 1, 3), 3, 5),
        (tuple(range(1, 11)), 5, 9),
        (tuple(range(1, 21)), 10, 18),
    ],
)
def test_median_and_ninetieth_percentile_are_days_that_occurred(
    days: tuple[int, ...], median: int | None, ninetieth: int | None
) -> None:
    whole, *steps = spreads(of_days(*days))

    assert (whole.median, whole.ninetieth) == (median, ninetieth)
    review = next(each for each in steps if each.name == Step.REVIEW)
    assert (review.median, review.ninetieth) == (median, ninetieth)


def test_open_requests_are_counted_by_age_and_step(case: Case) -> None:
    make_request(case, State.SENT)
    make_request(case, State.IN_REVIEW)
    make_request(case, State.QUESTION_OUT)
    make_request(case, State.RECOMMENDED)
    for state in (State.DRAFT, State.APPROVED, State.DENIED, State.WITHDRAWN):
        make_request(case, state)

    for days, label in (
        (0, "Up to 7 days"),
        (7, "Up to 7 days"),
        (8, "8 to 30 days"),
        (30, "8 to 30 days"),
        (31, "31 to 90 days"),
        (91, "More than 90 days"),
    ):
        found = dict(open_by_age(TODAY + days * DAY))
        assert set(found[label].values()) == {1}
        assert sum(sum(each.values()) for each in found.values()) == 4


def test_the_days_of_a_period_are_both_counted_and_returns_are_no_decisions(case: Case) -> None:
    _, decision = decided(case, approval())
    decided(case, return_())

    assert list(decided_between(TODAY, TODAY)) == [decision]
    assert not decided_between(TODAY + DAY, TODAY + DAY).exists()
    assert not decided_between(TODAY - DAY, TODAY - DAY).exists()


def test_approvals_are_counted_by_ground(case: Case) -> None:
    for codes in (("trial",), ("not_at_sites", "trial"), ("trial",)):
        decided(case, approval(reason_codes=codes))
    decided(case, denial())

    assert approvals_by_ground(TODAY, TODAY) == [
        ("A trial of what CALNET does not offer", 3),
        ("No CALNET service at the sites", 1),
    ]


def test_what_remains_and_what_ends_soon(case: Case) -> None:
    request = make_request(case, State.APPROVED)
    make_request(case, State.REVOKED)
    buy(case, first_item(request), quantity=4)

    first, second = held(list(held_scope(TODAY)))

    assert (first.request, first.left.quantity_left, second.left.quantity_left) == (request, 6, 10)
    assert list(ending_soon(UNTIL - 90 * DAY)) == [request]
    assert not ending_soon(UNTIL - 91 * DAY).exists()
    assert not held_scope(UNTIL).exists()


def test_a_chart_has_a_bar_for_each_number_as_long_as_it_is_large() -> None:
    chart = bar_chart("Decisions", "days", [("One", 10), ("Two", Decimal("5.0")), ("None", 0)])

    assert chart is not None
    assert [bar.width for bar in chart.bars] == [560.0, 280.0, 0.0]
    assert chart.height == 180
    assert chart.bars[1].number_x == 288.0
    assert chart.bars[0].label_y < chart.bars[0].number_y < chart.bars[1].label_y
    assert bar_chart("Nothing", "days", [("One", 0)]) is None


def page(case: Case, query: str = "") -> str:
    return signed_in(case.auditor).get(f"{REPORT}?{query}").content.decode()


def test_the_page_shows_chart_and_table_of_the_same_numbers(case: Case) -> None:
    walked(case)
    make_request(case, State.APPROVED, until=timezone.localdate() + 40 * DAY)
    make_request(case, State.SENT)

    shown = page(case, "since=2026-03-03&to=2026-03-31")

    assert "Time to decide, March 3, 2026 to March 31, 2026" in shown
    assert "From sending to decision: 14.5 days." in shown
    assert '<th scope="row">In review</th><td class="num" data-label="Median">3.5</td>' in shown
    assert "No CALNET service at the sites: 1 approvals." in shown
    assert "Exemptions that end within 90 days (1)" in shown
    assert "What remains of exemptions in term (" in shown


def test_where_nothing_happened_the_page_says_so(case: Case) -> None:
    shown = page(case, "since=2025-01-01&to=2025-01-02")

    assert "Nothing was decided on these days." in shown
    assert "Nothing was approved on these days." in shown
    assert "No exemption is in term today." in shown


def test_a_period_that_ends_before_it_begins_is_refused_and_its_files_lead_back(
    case: Case,
) -> None:
    query = "since=2026-03-02&to=2026-03-01"
    assert "The last day can’t come before the first." in page(case, query)

    for name in ("report-times-csv", "report-times-xlsx"):
        back = signed_in(case.auditor).get(f"{reverse(f'exemptions:{name}')}?{query}")
        assert back.headers["Location"] == f"{REPORT}?{query}"


def table_of(case: Case, name: str, query: str = "") -> list[list[str]]:
    """The rows of a CSV, and the same of the workbook, which must agree in the first three."""
    browser = signed_in(case.auditor)
    text = b"".join(browser.get(f"{reverse(f'exemptions:{name}-csv')}?{query}")).decode("utf-8-sig")
    book = b"".join(browser.get(f"{reverse(f'exemptions:{name}-xlsx')}?{query}"))
    sheet = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    rows = [line.split(",") for line in text.splitlines()]
    assert [row[:3] for row in sheet] == [row[:3] for row in rows] or sheet[0] == rows[0]
    assert len(sheet) == len(rows)
    return rows


def test_the_files_have_the_days_of_each_decision(case: Case) -> None:
    decision = walked(case)

    _, row = table_of(case, "report-times", "since=2026-03-01&to=2026-03-31")

    assert row == [
        decision.request.number, "Highway Patrol", "2026-03-02", "2026-03-16", "Approve",
        "14.5", "1.0", "3.5", "6.0", "4.0",
    ]  # fmt: skip


def test_the_files_have_what_remains(case: Case) -> None:
    request = make_request(case, State.APPROVED, granted=3, amount=Decimal("300.00"), until=FAR)
    buy(case, first_item(request), quantity=2, amount="160.00")

    _, first, second = table_of(case, "report-scope")

    assert first == [
        request.number, "Highway Patrol", "Converged VoIP", "3", "2", "1", "300.00", "160.00",
        "140.00", "2198-12-31",
    ]  # fmt: skip
    assert second[6:9] == ["", "0.00", ""]


def test_the_page_takes_the_same_queries_for_any_number(case: Case) -> None:
    browser, counts = signed_in(case.auditor), list[int]()
    for _ in range(2):
        decided(case, approval(until=FAR))
        make_request(case, State.SENT)
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{REPORT}?since=2026-03-01&to=2026-03-31")
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 22
