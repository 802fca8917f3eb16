"""Many lines at once, pasted or from a file: all of them or none, once, and who may."""

from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.models import Service
from orders.files.many_lines import MOST_LINES, Rows, read_lines
from orders.models import Order, OrderLine
from orders.services.making import drafting
from orders.services.making.many_lines import RowsRefused, add_lines
from stmm.agencies.models import BillingAccount
from stmm.audit.models import Entry
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.agencies.book import ACCOUNT
from tests.catalog.factories import make_contract, make_offer, make_service
from tests.catalog.test_matrix_hostile import ARCHIVES
from tests.catalog.workbook_files import ods_file, xls_file
from tests.factories import AT, TODAY, signed_in
from tests.orders.factories import (
    World,
    access,
    make_draft,
    make_line,
    make_signed_order,
)
from tests.orders.pages import Answer, again, errors, goes_to, messages, page, post, text
from tests.orders.test_query_counts import statements

LATER = date(2099, 4, 15)


def rows(*table: list[str]) -> Rows:
    return read_lines(table, on=TODAY)


def paste(world: World, order: Order, typed: str, key: object = None) -> Answer:
    return post(world.atr, "orders:paste-lines", order.pk, text=typed, key=key or uuid4())


def upload(world: World, order: Order, name: str, content: bytes, key: object = None) -> Answer:
    file = SimpleUploadedFile(name, content)
    return post(world.atr, "orders:upload-lines", order.pk, file=file, key=key or uuid4())


def withdrawn(world: World) -> Service:
    service = make_service("Pagers", world.contract)
    make_offer(service, effective_from=date(2021, 1, 1), withdrawn=True)
    return service


def test_pasted_lines_are_added_in_their_order_behind_those_there_are(world: World) -> None:
    order = make_draft(world, world.mandatory)
    voip, toll = world.mandatory.product_id, world.optional.product_id
    assert page(world.atr, "orders:paste-lines", order.pk).status_code == 200

    answer = paste(
        world, order, f"{voip}\t3\t\t4/15/2099\t\tDesk phones\tSoon\n{toll}\t\tDisconnect\t\t0012\n"
    )

    assert goes_to(answer, "orders:lines", order.pk)
    assert messages(answer) == ["2 lines are on the order."]
    first, second = order.lines.all()[1:]
    assert (first.position, first.quantity, first.requested_date) == (2, 3, LATER)
    assert (first.description, first.comment) == ("Desk phones", "Soon")
    assert (first.service_name, first.product_id, first.unit) == ("Hosted VoIP", voip, "month")
    assert (second.order_type, second.billing_account) == ("disconnect", "0012")
    assert (second.quantity, second.description) == (1, "Toll-free line")


def test_they_are_recorded_as_one_act(world: World) -> None:
    order = make_draft(world)
    voip = world.mandatory

    paste(world, order, f"{voip.product_id}\n{voip.product_id},2")

    entry = Entry.objects.about(order)[0]
    assert (entry.action, entry.actor) == ("add_lines", world.atr)
    assert [tuple(change) for change in entry.changes] == [
        ("Request #1", "", f"Add 1 {voip}"),
        ("Request #2", "", f"Add 2 {voip}"),
    ]
    assert again(order).version == order.version + 1


def test_the_same_page_sent_twice_adds_its_lines_once(world: World) -> None:
    order, key = make_draft(world), uuid4()
    typed = f"{world.mandatory.product_id}\n" * 3
    paste(world, order, typed, key)

    answer = paste(world, order, f"{typed}{world.optional.product_id}", key)

    assert goes_to(answer, "orders:lines", order.pk)
    assert messages(answer)[-1].startswith("That page was sent before")
    assert order.lines.count() == 3
    assert Entry.objects.about(order).filter(action="add_lines").count() == 1


def test_nothing_is_added_while_any_row_is_not_right_and_what_was_typed_stays(
    world: World,
) -> None:
    order = make_draft(world)
    gone = withdrawn(world)
    typed = f"{world.mandatory.product_id}\nX-1\tmany\n{gone.product_id}\n{gone.product_id}\tone"

    answer = paste(world, order, typed)

    assert answer.status_code == 200
    assert errors(answer) == {
        "text": ["5 things are to be mended, listed with their rows; nothing was added."]
    }
    sold = f"a service offered under {order.contract.number} today; this one can be disconnected"
    assert [str(problem) for problem in answer.context["problems"]] == [
        "Row 2, Quantity: “many” – expected a whole number from 1 to 1,000,000, or nothing for 1",
        f"Row 2, Product ID: “X-1” – expected a Product ID of contract {order.contract.number}",
        f"Row 3, Product ID: “{gone.product_id}” – expected {sold} only",
        "Row 4, Quantity: “one” – expected a whole number from 1 to 1,000,000, or nothing for 1",
        f"Row 4, Product ID: “{gone.product_id}” – expected {sold} only",
    ]
    assert "X-1\tmany" in answer.content.decode()
    assert "Problem: Paste many lines" in text(answer)
    assert not order.lines.exists()


def test_one_problem_is_told_as_one(world: World) -> None:
    answer = paste(world, make_draft(world), "X-1")

    assert errors(answer)["text"][0].startswith("One thing is to be mended")


def test_of_very_many_problems_the_first_are_shown_and_the_others_counted(world: World) -> None:
    answer = paste(world, make_draft(world), "X-1\n" * 250)

    assert "the first 200 of it, and 50 more" in text(answer)


def test_what_was_withdrawn_can_be_disconnected(world: World) -> None:
    order = make_draft(world)

    paste(world, order, f"{withdrawn(world).product_id}\t1\tDisconnect\t\t0012")

    assert order.lines.get().service.name == "Pagers"


def test_a_product_of_another_contract_is_not_one_of_this(world: World) -> None:
    foreign = make_service(contract=make_contract())

    answer = paste(world, make_draft(world), foreign.product_id)

    assert "a Product ID of contract" in text(answer)


@pytest.mark.parametrize("typed", ["", "   \n\t"])
def test_nothing_pasted_is_asked_for_again(world: World, typed: str) -> None:
    assert "text" in errors(paste(world, make_draft(world), typed))


def test_headings_alone_are_no_line(world: World) -> None:
    answer = paste(world, make_draft(world), "Product ID,Quantity")

    assert errors(answer)["text"] == [
        "There is no line here. Give one in each row, below the headings."
    ]


def test_an_order_has_at_most_500_lines(world: World) -> None:
    order = make_draft(world)
    product = [world.mandatory.product_id]
    add_lines(
        order=order, rows=rows(*[product] * 499), key=uuid4(), access=access(world.atr), at=AT
    )

    with pytest.raises(RowsRefused, match=r"This one has 499, so 1 more find room, and here are 2"):
        add_lines(order=order, rows=rows(product, product), key=uuid4(),
                  access=access(world.atr), at=AT)  # fmt: skip
    make_line(order, world.mandatory, by=world.atr)
    with pytest.raises(Incomplete, match="500 lines, as many as it may"):
        make_line(order, world.mandatory, by=world.atr)

    assert order.lines.count() == MOST_LINES
    answer = post(
        world.atr, "orders:add", world.mandatory.pk, order=order.pk, quantity=1, key=uuid4()
    )
    assert "as many as it may" in str(errors(answer)["order"])


def test_many_lines_take_as_many_queries_as_one(world: World) -> None:
    services = [make_service(f"VoIP {n}", world.contract) for n in range(40)]

    def adding(number: int) -> int:
        order = make_draft(world)
        table = rows(*[[service.product_id] for service in services[:number]])
        few = access(world.atr)
        return statements(
            lambda: add_lines(order=order, rows=table, key=uuid4(), access=few, at=AT)
        )

    assert adding(1) == adding(40) <= 10


@pytest.mark.parametrize(
    ("who", "why"), [("catr", None), ("auditor", NotAllowed), ("desk", NotAllowed)]
)
def test_only_who_orders_for_the_agency_adds_lines(
    world: World, who: str, why: type[Exception] | None
) -> None:
    order, key = make_draft(world), uuid4()
    user, table = getattr(world, who), rows([world.mandatory.product_id])
    if why is None:
        lines = add_lines(order=order, rows=table, key=key, access=access(user), at=AT)
        assert [line.service for line in lines] == [world.mandatory]
        return
    with pytest.raises(why):
        add_lines(order=order, rows=table, key=key, access=access(user), at=AT)


def test_an_order_that_moved_on_takes_no_lines(world: World) -> None:
    order = make_signed_order(world)

    with pytest.raises(WrongState):
        add_lines(order=order, rows=rows(["V1"]), key=uuid4(), access=access(world.atr), at=AT)
    for name in ("paste-lines", "upload-lines", "lines-template"):
        assert goes_to(page(world.atr, f"orders:{name}", order.pk), "orders:detail", order.pk)


@pytest.mark.parametrize("name", ["paste-lines", "upload-lines", "lines-template"])
@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("stranger", 404), ("desk", 404)])
def test_nobody_else_comes_to_the_pages(world: World, name: str, who: str, status: int) -> None:
    order = make_draft(world)

    assert page(getattr(world, who), f"orders:{name}", order.pk).status_code == status


@pytest.mark.parametrize("name", ["paste-lines", "upload-lines"])
def test_a_page_is_read_or_sent_and_nothing_else(world: World, name: str) -> None:
    url = reverse(f"orders:{name}", args=[make_draft(world).pk])

    assert signed_in(world.atr).put(url).status_code == 405


TABLE: list[list[object]] = [["Quantity", "Product ID", "Comment"], [2, "V-1", "After five"]]


def xlsx_file(sheets: dict[str, list[list[object]]]) -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
    return file.getvalue()


FILES = {
    "lines.xlsx": xlsx_file({"Lines": TABLE, "Products": [["V-1"]]}),
    "one sheet.xlsx": xlsx_file({"Orders": TABLE}),
    "lines.xls": xls_file(TABLE),
    "lines.ods": ods_file(TABLE),
    "lines.csv": b"Quantity,Product ID,Comment\r\n2,V-1,After five\r\n",
}


@pytest.mark.parametrize("name", FILES)
def test_lines_are_read_from_a_file_of_any_kind(world: World, name: str) -> None:
    make_service("Desk phone", world.contract, product_id="V-1")
    order, key = make_draft(world), uuid4()
    for _ in range(2):
        answer = upload(world, order, name, FILES[name], key)
        assert goes_to(answer, "orders:lines", order.pk)

    line = order.lines.get()
    assert (line.service_name, line.quantity, line.comment) == ("Desk phone", 2, "After five")


def test_a_file_with_problems_adds_nothing_and_names_them(world: World) -> None:
    order = make_draft(world)

    answer = upload(world, order, "lines.csv", b"Product ID\nX-1\n")

    assert [problem.row for problem in answer.context["problems"]] == [2]
    assert "Problem: Upload a spreadsheet" in text(answer)
    assert not OrderLine.objects.filter(order=order).exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("lines.pdf", b"%PDF-1.7", "Choose a file named .xlsx, .xls,"),
        ("lines.csv", b"", "The file is empty."),
        ("lines.csv", b"a,\xff", "not in UTF-8"),
        ("lines.csv", b"x" * (4 * 1024 * 1024 + 1), "larger than 4 MB"),
        ("lines.xlsx", b"V-1,2", "named as an Excel workbook but is not one"),
        (
            "lines.xlsx",
            xlsx_file({"One": TABLE, "Two": TABLE}),
            "2 filled sheets (“One”, “Two”). Keep only the one to be read, or call it “Lines”",
        ),
        ("lines.xlsx", ARCHIVES["a megabyte in every cell"][0](), ""),
    ],
)
def test_a_file_that_is_not_read_is_refused_in_plain_words(
    world: World, name: str, content: bytes, message: str
) -> None:
    order = make_draft(world)

    answer = upload(world, order, name, content)

    (error,) = errors(answer)["file"]
    assert message in error
    assert not order.lines.exists()


def test_the_pages_list_the_agencys_account_numbers_in_use(world: World) -> None:
    order = make_draft(world)
    BillingAccount.objects.create(agency=world.agency, **ACCOUNT)
    BillingAccount.objects.create(
        agency=world.agency, is_in_use=False, **ACCOUNT | {"number": "9-out"}
    )
    BillingAccount.objects.create(agency=world.city, **ACCOUNT | {"number": "9-city"})

    for name in ("lines", "paste-lines", "upload-lines"):
        shown = text(page(world.atr, f"orders:{name}", order.pk))
        assert "0008310001234567 · AT&T · Area offices" in shown
        assert "9-out" not in shown
        assert "9-city" not in shown


def test_a_line_by_itself_is_said_in_the_record_as_one_of_many(world: World) -> None:
    line = make_line(make_draft(world), world.mandatory, by=world.atr, quantity=2)

    assert drafting.in_words(line) == f"Add 2 {world.mandatory}"
