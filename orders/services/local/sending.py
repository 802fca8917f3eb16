"""From a recorded document to the contractor's order desk: the record, then the mail."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.desks import order_desk
from orders.documents.local_record import Record, printed_record, record_pdf
from orders.models import LocalOrder, LocalState
from orders.services.telling.both_sides import tell_desk
from stmm.audit.models import Entry
from stmm.audit.services import record
from stmm.documents.services import store
from stmm.outbox.services import queue

PURPOSE = "local_order"


def lock(order: LocalOrder) -> LocalOrder:
    """The document as it is now, nobody else changing it until this transaction ends."""
    return (
        LocalOrder.objects.select_for_update(of=("self",))
        .select_related("agency", "contract__contractor", "file", "recorded_by")
        .defer("file__content")
        .get(pk=order.pk)
    )


def touch(order: LocalOrder, at: datetime) -> None:
    """A new version of a locked document."""
    order.version += 1
    order.save()


def record_of(order: LocalOrder) -> Record:
    entry = Entry.objects.about(order).filter(action="record_local_order").first()
    return printed_record(order, audit_entry_hash=entry.hash if entry else "")


def send(*, order: LocalOrder, at: datetime) -> None:
    """Make the record once, keep it, queue it with the document to the desk. Safe to repeat.

    Rendering comes before the lock: it is slow, and the same rows give the same bytes.
    """
    order = (
        LocalOrder.objects.select_related("agency", "contract__contractor", "file", "recorded_by")
        .defer("file__content")
        .get(pk=order.pk)
    )
    if order.state != LocalState.RECORDED:
        return
    content = record_pdf(record_of(order))
    _send(order, content, at)


@transaction.atomic
def _send(order: LocalOrder, content: bytes, at: datetime) -> None:
    order = lock(order)
    if order.state != LocalState.RECORDED:
        return
    order.record = store(
        kind="local_record",
        title=f"Record {order}",
        file_name=f"{order}.pdf",
        media_type="application/pdf",
        content=content,
        made_from=order,
        at=at,
    )
    mail = queue(
        about=order,
        purpose=PURPOSE,
        recipients=[_desk_of(order, at)],
        subject=f"Order {order.document_number} from {order.agency.name}",
        text=_text(order),
        documents=[order.record, order.file],
        at=at,
    )
    order.state, order.sent_at = LocalState.SENT, at
    touch(order, at)
    sentence = f"{order.agency.name} orders on document {order.document_number}"
    tell_desk(order, "sent", sentence, at=at)
    record(
        at=at,
        actor=None,
        action="send_local_order",
        subject=order,
        changes={
            "state": (LocalState.RECORDED.label, LocalState.SENT.label),
            "record SHA-256": (None, order.record.sha256),
            "to": (None, ", ".join(mail.recipients)),
            "Message-ID": (None, mail.message_id),
        },
    )


def _desk_of(order: LocalOrder, at: datetime) -> str:
    lines = order.lines.select_related("service__category")
    categories = {line.service.category for line in lines}
    return order_desk(order.contract, categories, on=timezone.localdate(at))


def _text(order: LocalOrder) -> str:
    notice = f"\n{settings.STMM_SAMPLE_NOTICE}\n" if settings.STMM_SAMPLE_NOTICE else ""
    number = order.contract.number
    return f"""\
Order on a locally authorized purchasing document (STMM 0400.1, Policy, paragraph 4)

Order:           {order}
Document number: {order.document_number}
From:            {order.agency.name}
Contact:         {order.contact_name}, {order.contact_phone}, {order.contact_email}
Contract:        {number}

The record of the order and the agency's document are attached. Please confirm the order to
the contact above.
{notice}
You receive this mail because this address is the order desk for contract {number}.
"""
