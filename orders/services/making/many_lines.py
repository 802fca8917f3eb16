"""Many lines of a draft at once: all of them, or none."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from catalog.matrix.problem import Problem
from catalog.models import Contract, Service
from catalog.orderability import not_offered
from orders.files.many_lines import HEADINGS, MOST_LINES, LineRow, Named, Rows
from orders.models import Order, OrderLine
from orders.services.locking import lock_for
from orders.services.making.drafting import in_words, touch
from orders.workflow.order import Action
from stmm.agencies.access import Access
from stmm.audit.services import label_of, record
from stmm.refusals import Refused

Type = OrderLine.Type


class RowsRefused(Refused):
    """Some row is not right, and nothing was added. `problems` name each such cell."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(message)


@transaction.atomic
def add_lines(
    *, order: Order, rows: Rows, key: UUID, access: Access, at: datetime
) -> list[OrderLine]:
    """Add a line to a draft for each row. The same page sent again (`key`) adds none.

    Raises RowsRefused where any row is not right or the order would have over 500 lines,
    NotAllowed, WrongState.
    """
    order, appointment = lock_for(Action.EDIT, order, access)
    keys = [uuid5(key, str(number)) for number in range(MOST_LINES)]
    if order.lines.filter(creation_key__in=keys).exists():
        return []
    wanted = order.contract.services.filter(product_id__in=rows.product_ids)
    services = services_named(rows, wanted.with_offer(timezone.localdate(at)), order.contract)
    last = order.lines.aggregate(last=Max("position"))["last"] or 0
    if last + len(rows.lines) > MOST_LINES:
        raise RowsRefused(
            f"An order has at most {MOST_LINES} lines. This one has {last}, so {MOST_LINES - last}"
            f" more find room, and here are {len(rows.lines)}: put the rest on another order."
        )
    lines = OrderLine.objects.bulk_create(
        line_of(order, services[row.product_id], row, keys[number], last + number + 1)
        for number, row in enumerate(rows.lines)
    )
    touch(order, at)
    record(
        at=at,
        actor=appointment.user,
        action="add_lines",
        subject=order,
        changes={str(line): (None, in_words(line)) for line in lines},
    )
    return lines


@transaction.atomic
def date_lines(*, order: Order, wanted: date, access: Access, at: datetime) -> int:
    """Give each line of a draft that has no day yet this one; how many there were.

    Raises NotAllowed, WrongState.
    """
    order, appointment = lock_for(Action.EDIT, order, access)
    lines = list(order.lines.filter(requested_date=None).order_by("position"))
    if not lines:
        return 0
    for line in lines:
        line.requested_date = wanted
    OrderLine.objects.bulk_update(lines, ["requested_date"])
    touch(order, at)
    record(
        at=at,
        actor=appointment.user,
        action="date_lines",
        subject=order,
        changes={f"{line}: {label_of(line, 'requested_date')}": (None, wanted) for line in lines},
    )
    return len(lines)


def line_of(order: Order, service: Service, row: LineRow, key: UUID, position: int) -> OrderLine:
    """A line that is not stored yet; it describes its service where the row does not."""
    return OrderLine(
        order=order,
        creation_key=key,
        position=position,
        service=service,
        service_name=service.name,
        product_id=service.product_id,
        unit=service.unit,
        order_type=row.order_type,
        quantity=row.quantity,
        requested_date=row.requested_date,
        billing_account=row.billing_account,
        description=row.description or service.name,
        comment=row.comment,
    )


def services_named(
    rows: Rows, services: Iterable[Service], contract: Contract
) -> dict[str, Service]:
    """The services that rows name, by Product ID, among those of the contract.

    `services` carry their offer of the day. Raises RowsRefused where any row is not right.
    """
    found = {service.product_id: service for service in services}
    unknown = [
        Problem(named.row, HEADINGS["product_id"], named.product_id, expected)
        for named in rows.named
        if (expected := _expected(named, contract, found.get(named.product_id)))
    ]
    problems = sorted([*rows.problems, *unknown], key=lambda problem: problem.row)
    if problems:
        raise RowsRefused(_told(len(problems)), problems)
    if not rows.lines:
        raise RowsRefused("There is no line here. Give one in each row, below the headings.")
    return found


def _told(problems: int) -> str:
    if problems == 1:
        return "One thing is to be mended, listed with its row; nothing was added."
    return f"{problems} things are to be mended, listed with their rows; nothing was added."


def _expected(named: Named, contract: Contract, service: Service | None) -> str:
    """What a Product ID should be instead; empty if its service can be ordered."""
    if service is None:
        return f"a Product ID of contract {contract.number}"
    if not_offered(service.offer_now) and named.order_type != Type.DISCONNECT:
        return f"a service offered under {contract.number} today; this one can be disconnected only"
    return ""
