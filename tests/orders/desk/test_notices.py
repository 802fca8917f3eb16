"""A contractor's file of notices: read cell by cell, taken in whole or not at all."""

from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.files.desk_notices import HEADINGS, Kind, Notice, Reading
from orders.forms.desk import LARGEST_FILE
from orders.models import LineProgress, LineState, Order, State
from orders.services.desk.notices import NoticesRefused, TakenIn, take_in
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.outbox.models import Notice as Told
from stmm.refusals import NotAllowed
from tests.orders.desk.notice_files import read
from tests.orders.desk_orders import (
    FRIDAY,
    SENT_AT,
    SENT_ON,
    at_desk,
    complete,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
    progress,
    threaten,
)
from tests.orders.factories import World, access
from tests.orders.pages import Answer, errors, goes_to, messages, page, post, text

TO = f"{FRIDAY}"


# Taking in


def taken(world: World, *rows: Sequence[object]) -> TakenIn:
    filled = [(*row, *[""] * (len(HEADINGS) - len(row))) for row in rows]
    return take_in(reading=Reading(read(*filled)), access=at_desk(world), at=SENT_AT)


def refused(world: World, *rows: Sequence[object]) -> list[str]:
    with pytest.raises(NoticesRefused) as raised:
        taken(world, *rows)
    return [str(problem) for problem in raised.value.problems]


def whole_course(order: Order) -> tuple[tuple[object, ...], ...]:
    return (
        (order, "", "acknowledge"),
        (order, "1", "commit", TO),
        (order, "2", "commit", TO),
        (order, "1", "jeopardy", "", "", "No copper"),
        (order, "1", "complete", SENT_ON, "", "", "C-1", "B-2", "SR-3"),
        (order, "2", "complete", SENT_ON),
    )


def test_an_order_is_brought_to_its_end_by_one_file(world: World) -> None:
    order, rejected = make_order_at_desk(world, 2), make_order_at_desk(world)

    outcome = taken(world, *whole_course(order), (rejected, "", "reject", "", "duplicate"))

    assert (outcome.done, outcome.known) == (7, [])
    assert Order.objects.get(pk=order.pk).state == State.COMPLETED
    assert Order.objects.get(pk=rejected.pk).state == State.REJECTED
    row = progress(order)
    assert (row.circuit_numbers, row.billing_account, row.sr_number) == ("C-1", "B-2", "SR-3")
    assert verify().faults == ()


def test_notices_of_one_order_that_agree_are_one_entry_and_one_message(world: World) -> None:
    order = make_order_at_desk(world, 2)
    before = Told.objects.filter(user=world.atr).count()

    taken(world, *whole_course(order))

    entries = Entry.objects.about(order).filter(actor=world.desk).order_by("sequence")
    assert [entry.action for entry in entries] == [
        "acknowledge",
        "commit",
        "jeopardy",
        "complete_line",
        "complete",
    ]
    committed = entries[1].changes
    assert [change.field for change in committed] == [
        "Request #1: committed date",
        "Request #2: committed date",
    ]
    told = Told.objects.filter(user=world.atr).order_by("pk")[before:]
    assert [notice.cause.split("-")[2] for notice in told] == [
        "acknowledged",
        "committed",
        "jeopardy",
        "completed",
    ]


def test_the_same_file_again_does_nothing(world: World) -> None:
    order, rejected = make_order_at_desk(world, 2), make_order_at_desk(world)
    reason = (rejected, "", "reject", "", "other", "Our warehouse burnt down")
    course = (*whole_course(order), reason)
    taken(world, *course)
    entries = Entry.objects.count()

    outcome = taken(world, *course)

    assert (outcome.done, outcome.known) == (0, [2, 3, 4, 5, 6, 7, 8])
    assert Entry.objects.count() == entries


def test_an_old_file_sent_again_takes_nothing_back(world: World) -> None:
    order = make_acknowledged(world, 2)
    old = (
        (order, "1", "commit", TO),
        (order, "1", "commit", "2020-03-09", "", "Late"),
        (order, "2", "jeopardy", "", "", "No copper"),
    )
    taken(world, *old)
    taken(world, (order, "", "commit", "2020-03-10", "", "Later"))

    assert taken(world, *old).known == [2, 3, 4]
    assert {row.committed_on for row in LineProgress.objects.all()} == {FRIDAY.replace(day=10)}
    assert {row.jeopardy for row in LineProgress.objects.all()} == {""}


def test_the_same_row_twice_in_a_file_counts_once(world: World) -> None:
    order = make_order_at_desk(world)
    row = (order, "", "reject", "", "duplicate", "See R-1")

    assert taken(world, row, row).known == [3]
    assert Entry.objects.about(order).filter(action="reject").count() == 1


def test_a_line_that_changes_twice_in_a_file_has_two_entries(world: World) -> None:
    order = make_acknowledged(world)

    taken(
        world,
        (order, "1", "commit", TO, "", "Late"),
        (order, "1", "commit", "2020-03-09", "", "Late"),
    )

    assert progress(order).committed_on == FRIDAY.replace(day=9)
    assert Entry.objects.about(order).filter(action="commit").count() == 2


def test_without_a_line_all_that_are_under_way_are_meant(world: World) -> None:
    order = make_committed(world, 3)
    complete(world, order, 2)
    threaten(world, order, 1)

    assert taken(world, (order, "", "commit", "2020-03-10", "", "Later")).done == 1
    assert progress(order, 2).committed_on == FRIDAY
    assert taken(world, (order, "", "complete", SENT_ON)).done == 1
    assert not LineProgress.objects.exclude(state=LineState.COMPLETED).exists()
    # Nothing is under way any more: what is completed is meant
    assert taken(world, (order, "", "complete", SENT_ON)).known == [2]


def test_nothing_is_changed_while_one_row_is_wrong(world: World) -> None:
    order, other = make_order_at_desk(world, 2), make_order_at_desk(world)
    entries, told = Entry.objects.count(), Told.objects.count()

    found = refused(
        world,
        *whole_course(order),
        (other, "", "complete", SENT_ON),
        ("STD20-2026-999999", "", "acknowledge"),
        (order, "7", "commit", TO),
    )

    late, unknown, no_line = found
    assert late.startswith(f"Row 8, Notice: “complete” – expected {other} can’t be completed")
    assert unknown.startswith("Row 9, Order: “STD20-2026-999999” – expected the number of an order")
    assert no_line == "Row 10, Line: “7” – expected a request of this order: 1 to 2"
    assert Order.objects.get(pk=order.pk).state == State.ROUTED
    assert (Entry.objects.count(), Told.objects.count()) == (entries, told)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("1", "commit", "2020-03-01"), "Row 2, Date: “2020-03-01” – expected This day has passed"),
        (("1", "commit", "2020-03-10"), "Row 2, Text: empty – expected Changing a committed date"),
        (("1", "complete", "2020-03-03"), "Row 2, Date: “2020-03-03” – expected This day is still"),
        (("", "acknowledge"), "Row 2, Notice: “acknowledge” – expected STD20"),
    ],
)
def test_a_refusal_stands_at_the_cell_it_is_about(
    world: World, row: tuple[str, ...], found: str
) -> None:
    order = make_committed(world)
    if row[1] == "acknowledge":
        Order.objects.filter(pk=order.pk).update(state=State.CANCELLED, closed_at=SENT_AT)

    (problem,) = refused(world, (order, *row))

    assert problem.startswith(found)


def test_orders_of_another_desk_are_as_if_they_were_not_there(world: World) -> None:
    order = make_order_at_desk(world)
    world.desk.desks.update(until=SENT_ON)

    with pytest.raises(NotAllowed, match="Only people of a contractor’s order desk"):
        taken(world, (order, "", "acknowledge"))


@pytest.mark.parametrize("who", ["atr", "stnd"])
def test_only_desks_send_notices(world: World, who: str) -> None:
    order = make_order_at_desk(world)
    notices = [Notice(2, Kind.ACKNOWLEDGE, str(order))]

    with pytest.raises(NotAllowed):
        take_in(reading=Reading(notices), access=access(getattr(world, who)), at=SENT_AT)


def test_a_notice_that_no_reading_gives_is_an_error_of_the_program(world: World) -> None:
    notice = Notice(2, Kind.COMMIT, str(make_acknowledged(world)))

    with pytest.raises(ValueError, match="lacks what every one of its kind has"):
        take_in(reading=Reading([notice]), access=at_desk(world), at=SENT_AT)


def test_reading_what_a_file_is_about_takes_few_queries(world: World) -> None:
    def queries(orders: int) -> int:
        rows = [(make_acknowledged(world), "", "acknowledge") for _ in range(orders)]
        with CaptureQueriesContext(connection) as captured:
            taken(world, *rows)
        # Whose desk it is is asked for each notice
        return len(captured) - orders

    assert queries(1) == queries(8)


# The page


def send(world: World, content: bytes, name: str = "notices.csv") -> Answer:
    return post(world.desk, "orders:notices", file=SimpleUploadedFile(name, content))


def test_a_file_is_sent_and_what_came_of_it_is_told(world: World) -> None:
    new, known = make_order_at_desk(world), make_acknowledged(world)
    content = f"Order,Notice\n{new},acknowledge\n{known},acknowledge\n".encode()

    answer = send(world, content)

    assert goes_to(answer, "orders:desk")
    assert messages(answer) == [
        "1 notice is taken in.",
        "Already so, and left as they are: 1 (row 3).",
    ]


def test_of_many_known_rows_the_first_are_named(world: World) -> None:
    order = make_acknowledged(world)
    content = "Order,Notice\n" + f"{order},acknowledge\n" * 25

    (told,) = messages(send(world, content.encode()))

    assert told.startswith("Already so, and left as they are: 25 (row 2, 3, 4,")
    assert told.endswith("21 and others).")


def test_what_is_wrong_is_shown_in_a_table(world: World) -> None:
    order = make_order_at_desk(world)
    content = f"Order,Notice,Date\n{order},commit,soon\n{order},commit,{TO}\n"

    answer = send(world, content.encode())

    assert errors(answer) == {"file": ["Nothing was taken in. 1 cell is to be mended."]}
    assert "2 Date “soon” a day such as 2026-03-09" in text(answer)
    answer = send(world, f"Order,Notice,Date\n{order},commit,{TO}\n".encode())
    assert "it is “sent to contractor” now" in text(answer)
    assert Order.objects.get(pk=order.pk).state == State.ROUTED


def test_cells_and_notices_that_are_wrong_are_told_in_one_go(world: World) -> None:
    first, second = make_order_at_desk(world), make_order_at_desk(world)
    rows = (
        f"{first},acknowledge,soon",
        f"{first},commit,{TO}",
        f"{second},commit,{TO}",
        ",acknowledge,",
    )

    answer = send(world, "\n".join(("Order,Notice,Date", *rows)).encode())

    # What rests on a row that is not read is not tried: the first order may well be acknowledged
    assert [(each.row, each.column) for each in answer.context["problems"]] == [
        (2, "Date"),
        (4, "Notice"),
        (5, "Order"),
    ]
    assert errors(answer) == {"file": ["Nothing was taken in. 3 cells are to be mended."]}
    assert set(Order.objects.values_list("state", flat=True)) == {State.ROUTED}


def test_of_very_many_problems_the_first_are_shown(world: World) -> None:
    content = "Order,Notice\n" + ",nothing\n" * 150

    answer = send(world, content.encode())

    assert errors(answer) == {"file": ["Nothing was taken in. 300 cells are to be mended."]}
    assert "the first 200, 100 more are not shown" in text(answer)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("notices.pdf", b"%PDF", "Choose a file named"),
        ("notices.csv", b"", "The file is empty"),
        ("notices.csv", b"Order,Notice\n", "no notice below its headings"),
        ("notices.csv", b"a" * (LARGEST_FILE + 1), "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_file_of_notices_is_refused_on_the_page(
    world: World, name: str, content: bytes, problem: str
) -> None:
    (found,) = errors(send(world, content, name))["file"]

    assert problem in found


def test_the_empty_file_has_the_headings_and_can_be_sent_back(world: World) -> None:
    answer = page(world.desk, "orders:notices-template")

    content = b"".join(answer.streaming_content)
    assert content.decode("utf-8-sig").strip() == ",".join(HEADINGS)
    order = make_order_at_desk(world)
    content += f"{order},,acknowledge,,,,,,\r\n".encode()
    assert goes_to(send(world, content), "orders:desk")


def test_the_page_tells_the_columns(world: World) -> None:
    shown = text(page(world.desk, "orders:notices"))

    for heading in HEADINGS:
        assert heading in shown
    assert "duplicate (Duplicate of another order)" in shown
