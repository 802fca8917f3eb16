"""What an order of a body outside State government needs to end a CALNET service (PO-4.2)."""

from collections.abc import Iterable

from orders.models import Leaving, LeavingPart, Order, OrderLine
from stmm.policy.dates import in_words
from stmm.refusals import Problem


def notice_problems(order: Order, lines: Iterable[OrderLine]) -> Iterable[Problem]:
    """Each line that disconnects without notice, or before the notice runs out.

    Nothing for a State entity. One query, if a line disconnects.
    """
    ending = [line for line in lines if line.order_type == OrderLine.Type.DISCONNECT]
    if order.agency.is_state or not ending:
        return
    parts = LeavingPart.objects.filter(
        leaving__in=Leaving.objects.running().filter(agency=order.agency, contract=order.contract)
    )
    given = list(parts.select_related("leaving", "open_service"))
    for line in ending:
        ends = [part.leaving for part in given if _covers(part, line)]
        if not ends:
            yield Problem(
                f"{line}: {line.service.name} ends with 30 calendar days’ notice (PO-4.2): give"
                " notice under “Leaving CALNET” first, and draft this order from there.",
                "lines",
            )
            continue
        first = min(ends, key=lambda leaving: str(leaving.ends_on))
        if first.ends_on and (line.requested_date is None or line.requested_date < first.ends_on):
            yield Problem(
                f"{line}: notice {first} runs out on {in_words(first.ends_on)} (PO-4.2): ask for"
                " that day or a later one.",
                "lines",
            )


def _covers(part: LeavingPart, line: OrderLine) -> bool:
    """Whether a part of a notice is what the line ends: the same, or all of its category."""
    if part.open_service and line.acts_on_id:
        return part.open_service_id == line.acts_on_id
    if part.open_service:
        return part.open_service.service_id == line.service_id
    if part.service_id:
        return part.service_id == line.service_id
    return part.category_id == line.service.category_id
