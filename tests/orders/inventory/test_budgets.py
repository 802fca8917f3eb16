"""Budgets: lines, codes of orders and services, and the monthly cost to expect of each."""

import csv
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from orders.models import BudgetLine, LineProgress, LineState, Order, State
from orders.reading.costs import COLUMNS, Cost, expected_costs
from orders.services.inventory import budgets
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.exports import BYTE_ORDER_MARK
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.factories import AT, signed_in
from tests.orders.factories import (
    World,
    access,
    make_draft,
    make_ready_order,
    make_sent_order,
    make_signed_order,
)
from tests.orders.open_services import DISCONNECT, make_open_service, make_sent_lines
from tests.orders.pages import again, errors, goes_to, messages, page, post, text


def add(
    world: World, code: str = "0044", name: str = "Telephones", monthly: str = "1000", *,
    by: User | None = None,
) -> BudgetLine:  # fmt: skip
    user = by or world.atr
    return budgets.add_budget_line(
        agency=world.city if user == world.purchaser else world.agency,
        code=code,
        name=name,
        monthly=Decimal(monthly),
        access=access(user),
        at=AT,
    )


def entries(world: World, action: str) -> list[Entry]:
    return list(Entry.objects.about(world.agency).filter(action=action))


def test_a_budget_line_is_added_once_and_recorded_of_the_agency(world: World) -> None:
    line = add(world)

    assert add(world) == line
    assert str(line) == "0044 Telephones"
    (entry,) = entries(world, "add_budget_line")
    assert (entry.actor, entry.changes) == (
        world.atr,
        [("0044", "", "Telephones, $1,000.00 a month")],
    )


def test_a_code_has_one_line_an_agency(world: World) -> None:
    add(world)

    with pytest.raises(Incomplete, match="Highway Patrol has a budget line 0044 already"):
        add(world, monthly="2000")
    add(world, by=world.purchaser)
    assert BudgetLine.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"code": ""}, {"monthly": Decimal(-1)}, {"code": "0044"}], ids=str
)
def test_the_database_keeps_budget_lines_whole(world: World, wrong: dict[str, Any]) -> None:
    line = add(world)
    said = {"agency": line.agency, "code": "1", "monthly": Decimal(1), **wrong}

    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.create(**said)


def test_a_line_is_changed_once_and_recorded(world: World) -> None:
    line, by = add(world), access(world.atr)
    for _ in range(2):
        budgets.change_budget_line(line=line, name="", monthly=Decimal(5), access=by, at=AT)

    (entry,) = entries(world, "change_budget_line")
    assert entry.changes == [("0044", "Telephones, $1,000.00 a month", "$5.00 a month")]


def test_a_line_is_removed_once_and_codes_stay(world: World) -> None:
    line, by = add(world), access(world.atr)
    service = make_open_service(world, budget_code="0044")
    for _ in range(2):
        budgets.remove_budget_line(line=line, access=by, at=AT)

    service.refresh_from_db()
    assert service.budget_code == "0044"
    (entry,) = entries(world, "remove_budget_line")
    assert entry.changes == [("0044", "Telephones, $1,000.00 a month", "")]
    with pytest.raises(WrongState, match="was removed meanwhile"):
        budgets.change_budget_line(line=line, name="", monthly=Decimal(5), access=by, at=AT)


@pytest.mark.parametrize("who", ["stranger", "purchaser", "desk", "stnd", "auditor"])
def test_only_people_who_order_for_the_agency_keep_its_budget(world: World, who: str) -> None:
    line, order, service = add(world), make_draft(world), make_open_service(world)
    by = access(getattr(world, who))
    said: dict[str, Any] = {"name": "x", "monthly": Decimal(1), "access": by, "at": AT}
    acts: tuple[Callable[[], object], ...] = (
        lambda: budgets.add_budget_line(agency=world.agency, code="2", **said),
        lambda: budgets.change_budget_line(line=line, **said),
        lambda: budgets.remove_budget_line(line=line, access=by, at=AT),
        lambda: budgets.set_order_code(order=order, code="1", access=by, at=AT),
        lambda: budgets.set_service_code(service=service, code="1", access=by, at=AT),
    )
    for act in acts:
        with pytest.raises(NotAllowed, match="keep its services and budget"):
            act()
    assert list(BudgetLine.objects.all()) == [line]


MAKE = {
    State.DRAFT: make_draft,
    State.SIGNED: make_signed_order,
    State.ROUTED: make_sent_order,
}


@pytest.mark.parametrize("state", MAKE)
def test_an_order_gets_its_code_in_any_state_once_and_no_contractor_reads_of_it(
    world: World, state: State
) -> None:
    add(world)
    order = MAKE[state](world)
    version = again(order).version
    for _ in range(2):
        answer = post(world.atr, "orders:order-budget", order.pk, budget_code="0044")
        assert goes_to(answer, "orders:detail", order.pk)

    stored = again(order)
    assert (stored.budget_code, stored.state, stored.version) == ("0044", state, version)
    (entry,) = entries(world, "set_budget_code")
    assert entry.changes == [(order.number, "", "0044")]
    assert not Entry.objects.about(order).filter(action="set_budget_code").exists()
    assert "Budget code: 0044." in text(page(world.atr, "orders:detail", order.pk))
    assert "Budget code: 0044." in text(page(world.auditor, "orders:detail", order.pk))


def test_the_contractor_sees_the_order_and_nothing_of_its_code(world: World) -> None:
    add(world)
    order = make_sent_order(world)
    post(world.atr, "orders:order-budget", order.pk, budget_code="0044")

    html = page(world.desk, "orders:detail", order.pk).content.decode()

    assert order.agency_request_number in html
    assert "0044" not in html
    assert page(world.desk, "orders:order-budget", order.pk).status_code == 403
    assert post(world.desk, "orders:order-budget", order.pk).status_code == 403


def test_a_service_gets_its_code_once_and_its_page_tells(world: World) -> None:
    add(world)
    service = make_open_service(world)
    for _ in range(2):
        answer = post(world.atr, "orders:service-budget", service.pk, budget_code="0044")
        assert goes_to(answer, "orders:service", service.pk)

    service.refresh_from_db()
    assert service.budget_code == "0044"
    entry = Entry.objects.about(service).filter(action="set_budget_code").get()
    assert entry.changes == [("budget code", "", "0044")]
    assert page(world.atr, "orders:service-budget", service.pk).status_code == 200


def test_codes_are_chosen_among_the_agencys_and_what_is_there_may_stay(world: World) -> None:
    add(world)
    add(world, "0099", by=world.purchaser)
    service = make_open_service(world, budget_code="old")

    form = page(world.atr, "orders:service-budget", service.pk).context["form"]

    assert form.fields["budget_code"].choices == [
        ("", "No budget code"),
        ("0044", "0044 Telephones"),
        ("old", "old"),
    ]
    answer = post(world.atr, "orders:service-budget", service.pk, budget_code="0099")
    assert list(errors(answer)) == ["budget_code"]


def costs(world: World, who: str = "atr") -> dict[tuple[str, str], Cost]:
    found = expected_costs(access(getattr(world, who)))
    return {(cost.agency.name, cost.code): cost for cost in found}


def code(order: Order, said: str) -> Order:
    Order.objects.filter(pk=order.pk).update(budget_code=said)
    return order


def test_the_cost_to_expect_is_what_works_and_what_signed_orders_add(world: World) -> None:
    add(world)
    make_open_service(world, 5, budget_code="0044")
    code(make_signed_order(world), "0044")
    half = code(make_sent_lines(world, {"quantity": 2}, {"quantity": 3}), "0044")
    LineProgress.objects.filter(line=half.lines.first()).update(state=LineState.CANCELLED)
    # None of these is expected: not signed, given up, or no add
    code(make_ready_order(world), "0044")
    gone = code(make_sent_order(world), "0044")
    Order.objects.filter(pk=gone.pk).update(state=State.CANCELLED, closed_at=AT)
    code(make_sent_lines(world, {"order_type": DISCONNECT}), "0044")

    cost = costs(world)["Highway Patrol", "0044"]

    assert (cost.budget, cost.working, cost.coming) == (Decimal(1000), Decimal(480), Decimal(384))
    assert (cost.expected, cost.left) == (Decimal(864), Decimal(136))
    assert (cost.percent, cost.bar) == (86, 86)


def test_what_has_no_code_or_no_budget_has_its_row_too(world: World) -> None:
    add(world, "9", monthly="0")
    make_open_service(world)
    make_open_service(world, account="2", budget_code="gone")
    make_open_service(world, by=world.purchaser)

    found = costs(world)

    assert [code for _, code in found] == ["9", "gone", ""]
    free, gone, none = found.values()
    assert (free.budget, free.left) == (Decimal(0), Decimal(0))
    assert (free.percent, free.bar, free.name) == (None, 0, "Telephones")
    for cost in (gone, none):
        assert (cost.budget, cost.left) == (None, None)
        assert cost.percent is None
        assert cost.name == ""
        assert cost.expected == 96
    assert {agency for agency, _ in costs(world, "auditor")} == {"City of Lodi", "Highway Patrol"}


def test_services_charged_by_use_alone_count_nothing(world: World) -> None:
    service = make_open_service(world)
    service.mrc = None
    service.save()

    assert costs(world)["Highway Patrol", ""].working == 0
    assert "$0.00 a month" in text(page(world.atr, "orders:services"))


def test_the_page_shows_budget_cost_and_what_is_left(world: World) -> None:
    add(world, monthly="500")
    add(world, "0045", "Lines", "50")
    make_open_service(world, 5, budget_code="0044")
    make_open_service(world, 1, account="2", budget_code="0045")

    shown = text(page(world.atr, "orders:expected-cost"))

    for words in (
        "$500.00",
        "$480.00",
        "$20.00",
        "Within budget",
        "96%",
        "−$46.00",
        "Over budget",
    ):
        assert words in shown
    assert "$576.00 a month in all" in shown
    assert "Add a budget line" in shown
    theirs = text(page(world.auditor, "orders:expected-cost"))
    assert "Highway Patrol" in theirs
    assert "Add a budget line" not in theirs
    assert "Nothing to show yet" in text(page(world.purchaser, "orders:expected-cost"))


def test_the_csv_holds_the_same_numbers_and_no_formula(world: World) -> None:
    add(world, "=1+1", "-cmd")
    make_open_service(world, 5, budget_code="=1+1")
    make_open_service(world, account="2")
    answer: Any = signed_in(world.atr).get(reverse("orders:expected-cost-csv"))

    content = b"".join(answer.streaming_content).decode().removeprefix(BYTE_ORDER_MARK)
    coded, uncoded = csv.DictReader(StringIO(content, newline=""))

    assert tuple(coded) == COLUMNS
    assert (coded["Budget code"], coded["Name"]) == ("'=1+1", "'-cmd")
    assert Decimal(coded["Left, US dollars"]) == 520
    assert (uncoded["Budget code"], uncoded["Left, US dollars"]) == ("No code", "")


TYPED = {"code": "0044", "name": "Telephones", "monthly": "1000.50"}


def send(user: User, address: str, *args: object, data: dict[str, Any]) -> Any:
    """As `post`, of a form with a field called name."""
    return signed_in(user).post(reverse(address, args=args), data)


def test_a_line_is_added_changed_and_removed_on_its_pages(world: World) -> None:
    said = TYPED | {"agency": world.agency.pk}
    for _ in range(2):
        answer = send(world.atr, "orders:add-budget-line", data=said)
        assert goes_to(answer, "orders:expected-cost")
    line = BudgetLine.objects.get()
    assert line.monthly == Decimal("1000.50")

    shown = page(world.catr, "orders:change-budget-line", line.pk)
    assert "Add budget line" in text(shown)
    changed = {"name": "Lines", "monthly": "7"}
    answer = send(world.catr, "orders:change-budget-line", line.pk, data=changed)
    assert goes_to(answer, "orders:expected-cost")
    line.refresh_from_db()
    assert (line.name, line.monthly) == ("Lines", Decimal(7))

    answer = post(world.catr, "orders:remove-budget-line", line.pk)
    assert "Orders and services keep it." in messages(answer)[0]
    assert not BudgetLine.objects.exists()
    assert post(world.catr, "orders:remove-budget-line", line.pk).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": " "}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"monthly": "-1"}, "monthly"),
        ({"monthly": "much"}, "monthly"),
        ({"monthly": "1.005"}, "monthly"),
        ({"monthly": "NaN"}, "monthly"),
        ({"name": "x" * 121}, "name"),
        ({"agency": "987654"}, "agency"),
        ({"code": "TAKEN"}, "code"),
    ],
)
def test_what_a_budget_line_can_not_hold_is_said_beside_its_field(
    world: World, wrong: dict[str, str], field: str
) -> None:
    add(world, "TAKEN")

    said = TYPED | {"agency": world.agency.pk} | wrong
    answer = send(world.atr, "orders:add-budget-line", data=said)

    assert list(errors(answer)) == [field]
    assert BudgetLine.objects.count() == 1
