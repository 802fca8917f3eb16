"""Purchase ledgers: read whole or not at all, matched, hostile ones refused, workers killed."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from orders.files.ledger import HEADINGS, read_lines
from orders.jobs import ledgers_left_behind, match_ledger
from orders.models import Ledger, LedgerError, OutsideDecision, OutsidePurchase
from orders.services.elsewhere.ledger_reading import GIVEN_UP, LEASE, MOST_ATTEMPTS, read_ledger
from orders.services.elsewhere.ledgers import upload_ledger, withdraw_ledger
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import NotAllowed, WrongState
from tests.catalog.matrix_files import xlsx_file
from tests.catalog.workbook_files import ods_file
from tests.factories import AT
from tests.orders.elsewhere_records import (
    ledger_csv,
    ledger_line,
    make_ledger,
    reread,
    send_ledger,
)
from tests.orders.factories import World, access

pytestmark = pytest.mark.django_db
State = Ledger.State
Match = OutsidePurchase.Match


def errors(ledger: Ledger) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.value) for each in ledger.errors.all()]


def test_a_ledger_is_recorded_whole_with_proposals_decisions_and_findings(world: World) -> None:
    ledger = make_ledger(
        world,
        [
            ledger_line(Description="Hosted VoIP, February", Purchase_document="PO-1"),
            ledger_line(Product_ID=world.optional.product_id, Amount="$1,200"),
            ledger_line(Bought_on="2/27/2026", Service_from="2026-02-01", Service_to="2026-02-28"),
            ledger_line(Description="Hosted VoIP lines", Exemption="EX-7"),
        ],
    )

    assert (ledger.state, ledger.lines, ledger.proposed, ledger.findings) == (
        State.RECORDED,
        4,
        3,
        2,
    )
    found = list(OutsidePurchase.objects.order_by("row"))
    assert [each.row for each in found] == [2, 3, 4, 5]
    voip, toll_free, lawn, exempted = found
    assert (voip.match, voip.proposed_by, voip.service) == (
        Match.PROPOSED,
        "words",
        world.mandatory,
    )
    assert (voip.finding, voip.finding_state, voip.reference) == ("mandatory", "open", "PO-1")
    assert voip.likeness == Decimal("1.00")
    assert (toll_free.proposed_by, toll_free.finding) == ("identifier", "")
    assert toll_free.amount == Decimal("1200.00")
    assert (lawn.match, lawn.service, lawn.outcome) == (Match.OPEN, None, "")
    assert (lawn.starts_on, lawn.last_day) == (date(2026, 2, 1), date(2026, 2, 28))
    assert (exempted.finding, exempted.exemption_reference) == ("mandatory", "EX-7")
    assert OutsideDecision.objects.count() == 3
    assert {each.recorded_by for each in found} == {world.atr}
    actions = [(entry.action, entry.actor) for entry in Entry.objects.about(ledger)]
    assert actions == [("record_ledger", None), ("upload_ledger", world.atr)]
    assert not verify().faults


def test_a_workbook_is_read_as_a_csv_is(world: World) -> None:
    line = ["Sierra", "Hosted VoIP", "", "", 120.5, date(2026, 2, 27)]
    rows: list[list[object]] = [list(HEADINGS[:6]), line]
    ledger = make_ledger(world, content=xlsx_file(rows), file_name="ledger.xlsx")
    assert (ledger.state, ledger.lines, ledger.refusal) == (State.RECORDED, 1, "")
    texts = [list(HEADINGS[:6]), ["Sierra", "Hosted VoIP", "", "", "121", "2026-02-27"]]
    assert make_ledger(world, content=ods_file(texts), file_name="l.ods").lines == 1


def test_every_wrong_cell_is_named_and_nothing_is_recorded(world: World) -> None:
    ledger = make_ledger(
        world,
        [
            ledger_line(),
            ledger_line(Vendor="", Amount="-5"),
            ledger_line(Bought_on="yesterday", Amount="12.345"),
            ledger_line(Bought_on="2026-03-03"),
            ledger_line(Bought_on="2013-06-30"),
            ledger_line(Bought_on="", Description="x" * 501),
            ledger_line(Service_from="2026-02-02", Service_to="2026-02-01"),
            ledger_line(Vendor="#REF!"),
        ],
    )

    assert ledger.state == State.REFUSED
    assert ledger.in_error == 10
    assert ledger.refusal == "Nothing was recorded. 10 cells are to be mended."
    assert errors(ledger) == [
        (3, "Vendor", ""),
        (3, "Amount", "-5"),
        (4, "Amount", "12.345"),
        (4, "Bought on", "yesterday"),
        (5, "Bought on", "2026-03-03"),
        (6, "Bought on", "2013-06-30"),
        (7, "Description", "x" * 60 + "…"),
        (7, "Bought on", ""),
        (8, "Service to", "2026-02-01"),
        (9, "Vendor", "#REF!"),
    ]
    assert str(ledger.errors.all()[0]) == "Row 3, Vendor"
    assert not OutsidePurchase.objects.exists()
    assert Entry.objects.about(ledger)[0].action == "refuse_ledger"


def test_problems_beyond_the_first_thousand_are_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.files.ledger.MOST_PROBLEMS", 2)
    ledger = make_ledger(world, [ledger_line(Amount="")] * 5)

    assert (ledger.in_error, ledger.errors.count()) == (5, 2)


def test_headings_are_needed_each_once_and_others_are_not_used(world: World) -> None:
    missing = make_ledger(world, [ledger_line()], content=b"Vendor,Cost\nSierra,5\n")
    assert [column for _, column, _ in errors(missing)] == ["Description", "Amount", "Bought on"]
    twice = make_ledger(world, content=ledger_csv([ledger_line()], ["VENDOR", *HEADINGS]))
    assert errors(twice) == [(1, "Vendor", "Vendor")]
    more = make_ledger(
        world, content=ledger_csv([ledger_line(Fund="1")], ["Fund", "Bought  On", *HEADINGS[:5]])
    )
    assert errors(more) == [(2, "Bought on", "")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("ledger.csv", ledger_csv([]), "no line below its headings"),
        ("ledger.pdf", b"%PDF-1.7", "Only files named"),
        ("ledger.xlsx", b"PK\x03\x04 no workbook at all", ""),
        ("ledger.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old one", "protected by a password"),
        ("ledger.csv", b"\x00\x01\x02\xff\xfe" * 50, ""),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_as_a_whole(
    world: World, name: str, content: bytes, said: str
) -> None:
    ledger = make_ledger(world, content=content, file_name=name)

    assert ledger.state == State.REFUSED
    assert said in ledger.refusal
    assert ledger.refusal or ledger.errors.exists()
    assert not OutsidePurchase.objects.exists()


def test_formulas_and_markup_stay_text(world: World) -> None:
    make_ledger(world, [ledger_line(Vendor="=cmd|' /C calc'!A0", Description="<script>x</script>")])

    assert OutsidePurchase.objects.get().vendor == "=cmd|' /C calc'!A0"


def test_more_lines_than_a_ledger_may_have_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.files.ledger.MOST_LINES", 2)
    ledger = make_ledger(world, [ledger_line()] * 3)

    assert ledger.refusal == "The file has more than 2 lines. Split it."


def test_ten_thousand_lines_are_matched_in_bounded_time_and_queries(world: World) -> None:
    def lines(count: int) -> list[Mapping[str, Any]]:
        texts = ("Hosted VoIP seat {}", "Toll-free line {}", "Dark fibre {}", "Chair number {}")
        start = date(2024, 1, 1)
        return [
            ledger_line(
                Description=texts[number % 4].format(number),
                Bought_on=(start + timedelta(days=number % 700)).isoformat(),
            )
            for number in range(count)
        ]

    def queries(count: int) -> int:
        ledger = send_ledger(world, lines(count))
        with CaptureQueriesContext(connection) as counted:
            assert reread(ledger).lines == count
        return len(counted)

    few = queries(100)
    began = monotonic()
    many = queries(10_000)

    assert monotonic() - began < 60
    # Rows are written many at once, on SQLite some thirty; nothing else is asked line by line
    assert many - few <= 400
    assert Ledger.objects.latest("pk").proposed == 7_500


def test_progress_is_told_while_it_is_read_and_matched(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    read_lines(
        name="ledger.csv",
        content=ledger_csv([ledger_line()] * 2_500),
        until=AT.date(),
        progress=told.append,
    )
    assert told == [1_000, 2_000]
    monkeypatch.setattr("orders.services.elsewhere.ledger_reading.BATCH", 2)
    ledger = send_ledger(world, [ledger_line()] * 3)
    with CaptureQueriesContext(connection) as queries:
        reread(ledger)
    assert any('"lines_matched" = 2' in query["sql"] for query in queries)


def test_a_worker_that_died_is_followed_by_another_but_not_for_ever(world: World) -> None:
    ledger = send_ledger(world, [ledger_line()])
    assert ledgers_left_behind(AT + LEASE) == [ledger.pk]
    Ledger.objects.filter(pk=ledger.pk).update(state=State.READING, attempts=1)
    assert reread(ledger, at=AT).state == State.READING
    recorded = reread(ledger, at=AT + LEASE + timedelta(seconds=1))
    assert (recorded.state, recorded.attempts) == (State.RECORDED, 2)
    assert ledgers_left_behind(AT + 2 * LEASE) == []

    other = send_ledger(world, [ledger_line(Vendor="Other")])
    Ledger.objects.filter(pk=other.pk).update(state=State.READING, attempts=MOST_ATTEMPTS)
    given_up = reread(other, at=AT + LEASE + timedelta(seconds=1))
    assert (given_up.state, given_up.refusal) == (State.REFUSED, GIVEN_UP)


@pytest.mark.parametrize(
    "lines", [[ledger_line()], [ledger_line(Amount="")], []], ids=["sound", "wrong cell", "no line"]
)
def test_a_reading_that_another_took_over_keeps_nothing(
    world: World, lines: list[Mapping[str, Any]]
) -> None:
    ledger = send_ledger(world, lines, content=ledger_csv(lines))
    calls = iter(range(100))

    def clock() -> Any:
        if next(calls) == 1:
            Ledger.objects.filter(pk=ledger.pk).update(attempts=9)
        return AT

    read_ledger(ledger_id=ledger.pk, clock=clock)

    assert Ledger.objects.get(pk=ledger.pk).state == State.READING
    assert not OutsidePurchase.objects.exists()
    assert not LedgerError.objects.exists()


def test_the_job_reads_what_waits_and_leaves_what_is_done(world: World) -> None:
    ledger = send_ledger(world, [ledger_line()])
    match_ledger.call(ledger.pk)
    match_ledger.call(ledger.pk)

    assert OutsidePurchase.objects.count() == 1


def test_the_same_page_or_the_same_file_again_uploads_nothing(world: World) -> None:
    key = uuid4()
    content = ledger_csv([ledger_line()])

    def send(file: bytes, key: Any) -> Ledger:
        return upload_ledger(
            agency=world.agency,
            file_name="ledger.csv",
            content=file,
            key=key,
            access=access(world.atr),
            at=AT,
        )

    first = send(content, key)
    assert send(b"another file", key) == first
    assert send(content, uuid4()) == first
    reread(first)
    assert send(content, uuid4()) == first
    assert Entry.objects.filter(action="upload_ledger").count() == 1
    withdraw_ledger(ledger=first, reason="Last year’s", access=access(world.atr), at=AT)
    assert send(content, uuid4()) != first


def test_a_ledger_is_withdrawn_once_with_all_its_purchases(world: World) -> None:
    ledger = make_ledger(world, [ledger_line(), ledger_line()])
    for _ in range(2):
        withdraw_ledger(ledger=ledger, reason="Last year’s", access=access(world.catr), at=AT)

    assert Ledger.objects.get().state == State.WITHDRAWN
    assert not OutsidePurchase.objects.standing().exists()
    assert OutsidePurchase.objects.count() == 2
    entry = Entry.objects.about(ledger)[0]
    assert (entry.action, entry.reason) == ("withdraw_ledger", "Last year’s")
    assert Entry.objects.about(ledger).count() == 3
    refused = make_ledger(world, [ledger_line(Amount="")])
    with pytest.raises(WrongState, match="nothing of it is recorded"):
        withdraw_ledger(ledger=refused, reason="x", access=access(world.atr), at=AT)


@pytest.mark.parametrize("who", ["stranger", "purchaser", "stnd", "auditor", "desk"])
def test_only_who_orders_for_the_agency_sends_or_withdraws_ledgers(world: World, who: str) -> None:
    someone = access(getattr(world, who))
    ledger = make_ledger(world, [ledger_line()])
    with pytest.raises(NotAllowed):
        withdraw_ledger(ledger=ledger, reason="x", access=someone, at=AT)
    with pytest.raises(NotAllowed):
        upload_ledger(
            agency=world.agency,
            file_name="ledger.csv",
            content=b"x",
            key=uuid4(),
            access=someone,
            at=AT,
        )


@pytest.mark.parametrize("values", [{"state": "lost"}, {"in_error": 1}, {"lines": 0}])
def test_the_database_refuses_a_ledger_that_contradicts_itself(
    world: World, values: dict[str, object]
) -> None:
    ledger = make_ledger(world, [ledger_line()])
    with pytest.raises(IntegrityError), transaction.atomic():
        Ledger.objects.filter(pk=ledger.pk).update(**values)
