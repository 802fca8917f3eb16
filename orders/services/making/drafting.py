"""Making an order: the draft, its fields, its lines, its attachments."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from catalog.models import Contract, Service
from catalog.orderability import not_a_buyer
from orders.completeness.order import may_not_order
from orders.compliance.grounds import footing_of
from orders.files.many_lines import MOST_LINES
from orders.models import Attachment, LocalLine, Order, OrderLine, State
from orders.permissions.order import may_order_for
from orders.reading.from_book import of_only_entries
from orders.services.locking import lock_for
from orders.workflow.order import Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import Changes, label_of, record, set_fields
from stmm.documents.services import store
from stmm.refusals import Incomplete, NotAllowed, Problem

ELIGIBILITY = {
    Agency.Kind.STATE: Order.Eligibility.STATE,
    Agency.Kind.FEDERAL: Order.Eligibility.FEDERAL,
}


def _apply(row: Order | OrderLine, fields: Mapping[str, Any]) -> Changes:
    """Set the fields that differ, and say which did."""
    return {label_of(row, name): change for name, change in set_fields(row, fields).items()}


def touch(order: Order, at: datetime) -> None:
    """A new version of a locked order, which those who have the former one open are told of."""
    order.version += 1
    order.changed_at = at
    order.save()


@transaction.atomic
def start(
    *,
    agency: Agency,
    contract: Contract,
    agency_request_number: str,
    key: UUID,
    access: Access,
    at: datetime,
    fields: Mapping[str, Any] | None = None,
) -> Order:
    """Open a draft. The same page sent again (`key`) gives back the first draft.

    Its `fields` start as the agency's address book has them, where that leaves no choice;
    its contact is the person themselves otherwise. Raises NotAllowed for someone who does not
    order for `agency`, Incomplete for a number in use or a contract out of term.
    """
    user = may_order_for(access, agency).user
    order = new_draft(
        agency=agency,
        contract=contract,
        creation_key=key,
        created_by=user,
        fields={
            **first_fields(agency, user),
            **(fields or {}),
            "agency_request_number": agency_request_number,
        },
        at=at,
    )
    try:
        with each_number_once(agency, agency_request_number):
            order.save(force_insert=True)
    except NumberInUse as refusal:
        if is_same_page(order, refusal.order):
            return refusal.order
        raise
    _may_start(agency, contract, on=order.order_date)
    order.number = number_of(order)
    order.save(update_fields=["number"])
    record(at=at, actor=user, action="start", subject=order)
    return order


def is_same_page(order: Order, stored: Order) -> bool:
    """Whether one page, sent twice by the same person, asks for both."""
    names = ("creation_key", "created_by", "agency", "contract", "agency_request_number")
    return all(getattr(order, name) == getattr(stored, name) for name in names)


def new_draft(
    *,
    agency: Agency,
    contract: Contract,
    creation_key: UUID,
    created_by: User,
    fields: Mapping[str, Any],
    at: datetime,
) -> Order:
    """An order as it begins, not stored yet; its agency's number is among the fields."""
    return Order(
        agency=agency,
        contract=contract,
        creation_key=creation_key,
        created_by=created_by,
        **fields,
        order_date=timezone.localdate(at),
        contractor_name=contract.contractor.name,
        eligibility=ELIGIBILITY.get(Agency.Kind(agency.kind), Order.Eligibility.LOCAL),
        created_at=at,
        changed_at=at,
    )


def number_of(order: Order) -> str:
    """The system's number of a stored order, by the Pacific day it was begun."""
    return f"STD20-{timezone.localdate(order.created_at).year}-{order.pk:06d}"


def first_fields(agency: Agency, user: User) -> dict[str, Any]:
    own = {
        "department": agency.name,
        "general_services_code": agency.code or "",
        "contact_name": user.name,
        "contact_phone": user.phone,
        "contact_fax": user.fax,
        "contact_email": user.email,
    }
    return own | of_only_entries(agency)


def _may_start(agency: Agency, contract: Contract, *, on: date) -> None:
    problems = []
    footing = footing_of(agency, contract.pk, on=on)
    if reason := may_not_order(agency, footing):
        problems.append(Problem(reason, "agency"))
    if not footing.in_term:
        problems.append(Problem(f"Contract {contract.number} is not in term today.", "contract"))
    if reason := not_a_buyer(contract, agency, on=on):
        problems.append(Problem(reason, "contract"))
    if problems:
        raise Incomplete(problems)


class NumberInUse(Incomplete):
    """The agency has used its number for another order, which is `order`."""

    def __init__(self, order: Order) -> None:
        self.order = order
        message = (
            f"{order.agency.name} has used the number {order.agency_request_number} for {order}."
            " Give this request a number of its own."
        )
        super().__init__([Problem(message, "agency_request_number")])


def holder_of(agency: Agency, number: str) -> Order | None:
    """The order for which the agency has used this number of its own."""
    orders = Order.objects.select_related("agency", "contract", "created_by")
    return orders.filter(agency=agency, agency_request_number=number).first()


@contextmanager
def each_number_once(agency: Agency, number: str) -> Iterator[None]:
    """Store an order of the agency within: the database takes each number of its own once.

    Raises NumberInUse for the second, however close behind.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        if holder := holder_of(agency, number):
            raise NumberInUse(holder) from None
        raise


@transaction.atomic
def change(
    *, order: Order, fields: Mapping[str, Any], version: int, access: Access, at: datetime
) -> Order:
    """Set fields of a draft. Raises NotAllowed, WrongState, ChangedMeanwhile, Incomplete."""
    order, appointment = lock_for(Action.EDIT, order, access, version)
    changes = _apply(order, fields)
    if not changes:
        return order
    with each_number_once(order.agency, order.agency_request_number):
        touch(order, at)
    record(at=at, actor=appointment.user, action="change", subject=order, changes=changes)
    return order


def _of_contract(service: Service, order: Order) -> Service:
    if service.contract_id != order.contract_id:
        raise NotAllowed(
            f"{service.name} is not under {order.contract.number}:"
            " one form goes to one contractor, under one contract."
        )
    return service


def in_words(line: OrderLine) -> str:
    """What a line asks for, as the record tells it: "Add 2 Hosted VoIP (S000123)"."""
    return f"{line.get_order_type_display()} {line.quantity} {line.service}"


@transaction.atomic
def add_line(
    *,
    order: Order,
    service: Service,
    key: UUID,
    access: Access,
    at: datetime,
    fields: Mapping[str, Any] | None = None,
) -> OrderLine:
    """Add a service to a draft. The same `key` again gives back the first line of the draft.

    Raises NotAllowed also for a service of another contract, WrongState, Incomplete for a line
    more than an order has.
    """
    order, appointment = lock_for(Action.EDIT, order, access)
    if existing := OrderLine.objects.filter(creation_key=key, order=order).first():
        return existing
    last = order.lines.aggregate(last=Max("position"))["last"] or 0
    if last >= MOST_LINES:
        message = f"{order} has {last} lines, as many as it may: start another order for more."
        raise Incomplete([Problem(message, "lines")])
    line = OrderLine.objects.create(
        order=order,
        creation_key=key,
        position=last + 1,
        service=_of_contract(service, order),
        service_name=service.name,
        product_id=service.product_id,
        unit=service.unit,
        **{"description": service.name, **(fields or {})},
    )
    touch(order, at)
    record(
        at=at,
        actor=appointment.user,
        action="add_line",
        subject=order,
        changes={str(line): (None, in_words(line))},
    )
    return line


@transaction.atomic
def change_line(
    *, line: OrderLine, fields: Mapping[str, Any], version: int, access: Access, at: datetime
) -> OrderLine:
    """Change a line of a draft. Raises NotAllowed, WrongState, ChangedMeanwhile."""
    order, appointment = lock_for(Action.EDIT, line.order, access, version)
    line = OrderLine.objects.get(pk=line.pk)
    if changes := _apply(line, fields):
        line.save()
        touch(order, at)
        record(
            at=at,
            actor=appointment.user,
            action="change_line",
            subject=order,
            changes={f"{line}: {name}": change for name, change in changes.items()},
        )
    return line


def close_up(lines: Iterable[OrderLine | LocalLine]) -> None:
    """Number lines anew, in their order, after one of them has gone."""
    for position, line in enumerate(lines, start=1):
        if line.position != position:
            line.position = position
            line.save(update_fields=["position"])


@transaction.atomic
def remove_line(*, line: OrderLine, access: Access, at: datetime) -> None:
    """Take a line off a draft; those after it move up. Gone already: nothing happens."""
    order, appointment = lock_for(Action.EDIT, line.order, access)
    found = OrderLine.objects.filter(pk=line.pk).select_related("service").first()
    if found is None:
        return
    label, what = str(found), in_words(found)
    found.delete()
    close_up(order.lines.order_by("position"))
    touch(order, at)
    record(
        at=at,
        actor=appointment.user,
        action="remove_line",
        subject=order,
        changes={label: (what, None)},
    )


class NotAPdf(Exception):
    """What was attached is not a PDF; the message says what to do."""


@transaction.atomic
def attach(
    *, order: Order, kind: str, file_name: str, content: bytes, access: Access, at: datetime
) -> Attachment:
    """Put a PDF with a draft: the STD. 65 of an equipment request, or further information.

    The same file, sent again, is attached once. Raises NotAPdf, NotAllowed, WrongState.
    """
    order, appointment = lock_for(Action.EDIT, order, access)
    if not content.startswith(b"%PDF-"):
        raise NotAPdf(f"{file_name} is not a PDF. Print or save it as a PDF, then attach that.")
    kind = Attachment.Kind(kind)
    same = order.attachments.filter(kind=kind, document__sha256=hashlib.sha256(content).hexdigest())
    if existing := same.first():
        return existing
    attachment = Attachment.objects.create(
        order=order,
        kind=kind,
        document=store(
            kind=f"attachment_{kind}",
            title=f"{kind.label} of {order}",
            file_name=file_name[-120:],
            media_type="application/pdf",
            content=content,
            made_from=order,
            at=at,
        ),
    )
    touch(order, at)
    record(
        at=at,
        actor=appointment.user,
        action="attach",
        subject=order,
        changes={kind.label: (None, f"{file_name}, SHA-256 {attachment.document.sha256}")},
    )
    return attachment


@transaction.atomic
def detach(*, attachment: Attachment, access: Access, at: datetime) -> None:
    """Take a file off a draft; the stored document itself stays."""
    order, appointment = lock_for(Action.EDIT, attachment.order, access)
    if not Attachment.objects.filter(pk=attachment.pk).exists():
        return
    name = attachment.document.file_name
    attachment.delete()
    touch(order, at)
    record(
        at=at,
        actor=appointment.user,
        action="detach",
        subject=order,
        changes={attachment.get_kind_display(): (name, None)},
    )


@transaction.atomic
def abandon(*, order: Order, reason: str, access: Access, at: datetime) -> Order:
    """Give a draft up; it stays in the record. Raises NotAllowed, WrongState."""
    order, appointment = lock_for(Action.ABANDON, order, access)
    before, order.state = order.state, State.ABANDONED
    touch(order, at)
    record(
        at=at,
        actor=appointment.user,
        action="abandon",
        subject=order,
        changes={"state": (State(before).label, State.ABANDONED.label)},
        reason=reason,
    )
    return order
