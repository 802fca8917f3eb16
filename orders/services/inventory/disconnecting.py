"""From open services that nobody needs to drafts that disconnect them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from orders.models import OpenService, Order, OrderLine
from orders.permissions.order import may_keep_for
from orders.reading.by_contract import Group, grouped
from orders.reading.from_book import of_services
from orders.services.inventory.open_services import lock_services_of
from orders.services.making import drafting
from stmm.agencies.access import Access
from stmm.refusals import Incomplete, NotAllowed


class NumberRefused(Exception):
    """An order of one group can't be begun; `reasons` say why, and nothing was begun at all."""

    def __init__(self, group: Group, reasons: Iterable[str]) -> None:
        self.group, self.reasons = group, tuple(reasons)
        super().__init__(" ".join(self.reasons))


@transaction.atomic
def begin_disconnecting(
    *,
    services: Iterable[OpenService],
    numbers: Mapping[Group, str],
    key: UUID,
    access: Access,
    at: datetime,
) -> list[Order]:
    """Begin a draft for each contract, with a line that disconnects all of each service.

    `numbers` are the agency request numbers. What has ended is left out. The same page sent
    again (`key`) gives back the same drafts. Raises NumberRefused, and NotAllowed also for
    bodies outside State government, who give notice first (PO-4.2).
    """
    chosen = list(services)
    agencies = {each.agency_id: each.agency for each in chosen}
    for agency in agencies.values():
        may_keep_for(access, agency)
        if not agency.is_state:
            raise NotAllowed(f"{agency.name} gives 30 calendar days’ notice first (PO-4.2).")
    for agency_key in sorted(agencies):
        lock_services_of(agency_key)
    working = OpenService.objects.working().filter(pk__in=[each.pk for each in chosen])
    groups = grouped(
        working.select_related("agency", "service__contract__contractor", "last_line__order")
    )
    return [
        _begin(group, members, numbers[group], key=key, access=access, at=at)
        for group, members in groups.items()
    ]


def _begin(
    group: Group,
    services: list[OpenService],
    number: str,
    *,
    key: UUID,
    access: Access,
    at: datetime,
) -> Order:
    agency, contract = group
    try:
        order = drafting.start(
            agency=agency,
            contract=contract,
            agency_request_number=number,
            key=uuid5(key, f"{agency.pk} {contract.pk}"),
            access=access,
            at=at,
            fields=of_services(services),
        )
    except Incomplete as refusal:
        raise NumberRefused(group, [each.message for each in refusal.problems]) from refusal
    # The same page, sent again: whatever became of its draft since then stays
    for service in [] if order.lines.exists() else services:
        drafting.add_line(
            order=order,
            service=service.service,
            key=uuid5(order.creation_key, str(service.pk)),
            access=access,
            at=at,
            fields=disconnects(service),
        )
    return order


def disconnects(service: OpenService) -> dict[str, Any]:
    """The fields of a line that disconnects all of a service."""
    return {
        "order_type": OrderLine.Type.DISCONNECT,
        "quantity": service.quantity,
        "billing_account": service.billing_account,
        "acts_on": service,
    }
