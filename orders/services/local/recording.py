"""A local purchasing document: its draft, its lines, and the moment it is recorded (PO-4.3)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from catalog.models import Contract, Offer, Service
from orders.completeness.local import contract_problems, problems_of
from orders.documents.local_record import record_html
from orders.files.many_lines import MOST_LINES
from orders.jobs import send_local_order
from orders.models import LocalDecision, LocalLine, LocalOrder, LocalState
from orders.models.priced import COPIED
from orders.permissions.local import LocalAction, may, may_order_locally_for
from orders.reading.local import decide_lines, lines_of
from orders.reading.priced import offers_for
from orders.services.local.sending import lock, record_of, touch
from orders.services.making.drafting import close_up
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, Appointment
from stmm.audit.services import label_of, record, set_fields
from stmm.documents.glyphs import normalise, unprintable
from stmm.documents.models import StoredDocument
from stmm.documents.services import store
from stmm.refusals import Incomplete, NotAllowed, Problem, refuse_stale

GIVEN_UP = (LocalState.ABANDONED, LocalState.REJECTED, LocalState.CANCELLED)


def _lock_for(
    action: LocalAction, order: LocalOrder, access: Access, version: int | None = None
) -> tuple[LocalOrder, Appointment]:
    """Lock a document for one action. Raises NotAllowed, WrongState, ChangedMeanwhile."""
    order = lock(order)
    appointment = may(access, action, order)
    refuse_stale(order, order.version, version)
    return order, appointment


@transaction.atomic
def start(
    *,
    agency: Agency,
    contract: Contract,
    key: UUID,
    fields: Mapping[str, Any],
    file_name: str,
    content: bytes,
    access: Access,
    at: datetime,
) -> LocalOrder:
    """Begin the record of a document, with its file and its `fields`.

    The same page sent again (`key`) gives back the first one. Raises NotAllowed for someone
    who does not order for `agency`, Incomplete for a number in use, a contract out of term, or
    a file that is not a PDF.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    user = may_order_locally_for(access, agency).user
    if existing := LocalOrder.objects.filter(creation_key=key, created_by=user).first():
        return existing
    on = timezone.localdate(at)
    order = LocalOrder(
        **fields,
        agency=agency,
        contract=contract,
        creation_key=key,
        created_at=at,
        created_by=user,
    )
    _refuse([*_number_in_use(order), *_not_a_pdf(content), *contract_problems(order, on=on)])
    order.file = _store_file(agency, file_name, content, at)
    order.save()
    order.number = f"LOCAL-{on.year}-{order.pk:06d}"
    order.save(update_fields=["number"])
    record(
        at=at,
        actor=user,
        action="start_local_order",
        subject=order,
        changes={
            "agency": (None, agency.name),
            "contract": (None, contract.number),
            "document": (None, f"{order.document_number}, SHA-256 {order.file.sha256}"),
        },
    )
    return order


def _refuse(problems: Iterable[Problem]) -> None:
    if found := list(problems):
        raise Incomplete(found)


def _number_in_use(order: LocalOrder) -> Iterable[Problem]:
    """Ask with the agency locked: it gives each number once under a contract."""
    same = LocalOrder.objects.filter(
        agency=order.agency_id, contract=order.contract_id, document_number=order.document_number
    )
    taken = same.exclude(state__in=GIVEN_UP).exclude(pk=order.pk).first()
    if taken is not None:
        yield Problem(
            f"Document {order.document_number} is recorded as {taken} already.", "document_number"
        )


def _not_a_pdf(content: bytes) -> Iterable[Problem]:
    if not content.startswith(b"%PDF-"):
        yield Problem("This is not a PDF. Print or save it as a PDF, then attach that.", "file")


def _store_file(agency: Agency, file_name: str, content: bytes, at: datetime) -> StoredDocument:
    return store(
        kind="local_document",
        title=f"Purchasing document of {agency.name}"[:200],
        file_name=file_name[-120:],
        media_type="application/pdf",
        content=content,
        made_from=agency,
        at=at,
    )


@transaction.atomic
def change(
    *,
    order: LocalOrder,
    fields: Mapping[str, Any],
    version: int,
    access: Access,
    at: datetime,
    file_name: str = "",
    content: bytes = b"",
) -> LocalOrder:
    """Set fields of a draft, and its file where `content` is given.

    Raises NotAllowed, WrongState, ChangedMeanwhile, Incomplete.
    """
    # The agency before the document, as a start does: nobody waits in a ring
    Agency.objects.select_for_update().get(pk=order.agency_id)
    order, appointment = _lock_for(LocalAction.EDIT, order, access, version)
    changes = {label_of(order, name): change for name, change in set_fields(order, fields).items()}
    _refuse(_number_in_use(order))
    if content:
        _refuse(_not_a_pdf(content))
        before, order.file = order.file, _store_file(order.agency, file_name, content, at)
        changes["document, SHA-256"] = (before.sha256, order.file.sha256)
    if changes:
        touch(order, at)
        record(
            at=at,
            actor=appointment.user,
            action="change_local_order",
            subject=order,
            changes=changes,
        )
    return order


@transaction.atomic
def add_line(
    *, order: LocalOrder, service: Service, quantity: int, key: UUID, access: Access, at: datetime
) -> LocalLine:
    """Add a service to a draft. The same `key` again gives back the first line.

    Raises NotAllowed also for a service of another contract, WrongState, Incomplete.
    """
    order, appointment = _lock_for(LocalAction.EDIT, order, access)
    if existing := order.lines.filter(creation_key=key).first():
        return existing
    if service.contract_id != order.contract_id:
        raise NotAllowed(f"{service.name} is not under {order.contract.number}.")
    last = order.lines.aggregate(last=Max("position"))["last"] or 0
    if last >= MOST_LINES:
        _refuse([Problem(f"{order} has {last} lines, as many as it may.", "local-lines")])
    line = LocalLine.objects.create(
        order=order,
        creation_key=key,
        position=last + 1,
        service=service,
        quantity=quantity,
        service_name=service.name,
        product_id=service.product_id,
        unit=service.unit,
    )
    touch(order, at)
    record(
        at=at,
        actor=appointment.user,
        action="add_line",
        subject=order,
        changes={str(line): (None, f"{quantity} {service}")},
    )
    return line


@transaction.atomic
def remove_line(*, line: LocalLine, access: Access, at: datetime) -> None:
    """Take a line off a draft; those after it move up. Gone already: nothing happens."""
    order, appointment = _lock_for(LocalAction.EDIT, line.order, access)
    found = order.lines.filter(pk=line.pk).select_related("service").first()
    if found is None:
        return
    label, what = str(found), f"{found.quantity} {found.service}"
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


@transaction.atomic
def record_document(*, order: LocalOrder, version: int, access: Access, at: datetime) -> LocalOrder:
    """Record the document as it stands in `version`, and ask for it to be sent.

    Stores the decision on each line and the charges of the day. A second click finds it
    recorded and does nothing. Raises Incomplete, NotAllowed, WrongState, ChangedMeanwhile.
    """
    order = lock(order)
    if order.recorded_at and order.recorded_by_id == access.user.pk:
        return order
    order, appointment = _lock_for(LocalAction.RECORD, order, access, version)
    on = timezone.localdate(at)
    lines = lines_of(order)
    decisions = decide_lines(order, lines, on=on, known_at=at)
    offers = offers_for(lines, on=on, known_at=at)
    _refuse(problems_of(order, lines, decisions, offers, on=on))
    _copy_catalogue(lines, offers)
    LocalDecision.objects.bulk_create(
        LocalDecision.of(decisions[line.pk], known_at=at, line=line) for line in lines
    )
    order.state = LocalState.RECORDED
    order.recorded_at, order.recorded_by = at, appointment.user
    touch(order, at)
    _refuse_unprintable(order)
    send_local_order.enqueue(order.pk)
    record(
        at=at,
        actor=appointment.user,
        action="record_local_order",
        subject=order,
        changes={
            "state": (LocalState.DRAFT.label, LocalState.RECORDED.label),
            "document, SHA-256": (None, order.file.sha256),
        },
    )
    return order


def _copy_catalogue(lines: Iterable[LocalLine], offers: Mapping[int, Offer]) -> None:
    """What the catalogue says on the day, into the lines: later editions leave them alone."""
    lines = list(lines)
    for line in lines:
        line.copy_catalogue(line.service, offers[line.service_id])
    LocalLine.objects.bulk_update(lines, COPIED)


def _refuse_unprintable(order: LocalOrder) -> None:
    """What people type is checked by its form; what files brought in is checked here."""
    found = unprintable(normalise(record_html(record_of(order))))
    _refuse(
        Problem(f"{each} can’t be printed in the record.", "local-details")
        for each in dict.fromkeys(str(each) for each in found)
    )


@transaction.atomic
def abandon(*, order: LocalOrder, reason: str, access: Access, at: datetime) -> LocalOrder:
    """Give a draft up; it stays in the record. A second time does nothing.

    Raises NotAllowed, WrongState.
    """
    order = lock(order)
    appointment = may_order_locally_for(access, order.agency)
    if order.state == LocalState.ABANDONED:
        return order
    may(access, LocalAction.ABANDON, order)
    order.state = LocalState.ABANDONED
    touch(order, at)
    record(
        at=at,
        actor=appointment.user,
        action="abandon_local_order",
        subject=order,
        changes={"state": (LocalState.DRAFT.label, LocalState.ABANDONED.label)},
        reason=reason,
    )
    return order
