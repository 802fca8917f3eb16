"""A new order with what an earlier one asked for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from catalog.models import Service
from orders.models import Order, OrderLine
from orders.services.making import drafting
from stmm.agencies.access import Access
from stmm.audit.services import record

# What is the same from one order to the next; dates, numbers and files are each order's own
_HEADER = (
    "is_service", "is_equipment", "is_other", "division", "general_services_code",
    "contact_name", "contact_phone", "contact_fax", "contact_email", "present_address",
    "requested_address", "billing_address", "budget_code",
)  # fmt: skip
_LINE = ("order_type", "service", "quantity", "billing_account", "description", "comment")


@dataclass(frozen=True, slots=True)
class Copied:
    """The new draft, and which services on it are not offered any more."""

    order: Order
    not_offered: tuple[Service, ...]


@transaction.atomic
def copy(
    *, order: Order, agency_request_number: str, key: UUID, access: Access, at: datetime
) -> Copied:
    """A new draft under the contract of `order`, with its lines, addresses and contacts.

    Lines of services that are not offered any more are copied too, and named in the answer;
    days that have passed are not. The same page sent again (`key`) makes no second copy.
    Raises as `drafting.start` does, Incomplete also where the contract is not open today.
    """
    draft = drafting.start(
        agency=order.agency,
        contract=order.contract,
        agency_request_number=agency_request_number,
        key=key,
        access=access,
        at=at,
        fields=_fields(order),
    )
    on = timezone.localdate(at)
    # A draft that nobody has touched yet is the one that was just begun
    if draft.version == 1:
        lines = _copy_lines(order, draft, key, on)
        drafting.touch(draft, at)
        record(
            at=at,
            actor=draft.created_by,
            action="copy",
            subject=draft,
            changes={"copied from": (None, order)}
            | {str(line): (None, drafting.in_words(line)) for line in lines},
        )
    return Copied(draft, _not_offered(draft, on))


def _fields(order: Order) -> dict[str, Any]:
    fields = {name: getattr(order, name) for name in _HEADER}
    # An agency's former name stays on the earlier order
    if not order.agency.names.filter(name=order.department).exists():
        fields["department"] = order.department
    return fields


def _copy_lines(order: Order, draft: Order, key: UUID, on: date) -> list[OrderLine]:
    copies = []
    for line in order.lines.select_related("service", "acts_on"):
        wanted, acts_on = line.requested_date, line.acts_on
        copies.append(
            OrderLine(
                **{name: getattr(line, name) for name in _LINE},
                order=draft,
                creation_key=uuid5(key, str(line.position)),
                position=line.position,
                requested_date=wanted if wanted and wanted >= on else None,
                acts_on=acts_on if acts_on and acts_on.ended_on is None else None,
                service_name=line.service.name,
                product_id=line.service.product_id,
                unit=line.service.unit,
            )
        )
    return OrderLine.objects.bulk_create(copies)


def _not_offered(draft: Order, on: date) -> tuple[Service, ...]:
    """Of its lines that order something: what is withdrawn can still be disconnected."""
    lines = draft.lines.exclude(order_type=OrderLine.Type.DISCONNECT)
    services = draft.contract.services.filter(order_lines__in=lines).distinct()
    offered = draft.contract.services.offered(on).values("pk")
    return tuple(services.exclude(pk__in=offered))
