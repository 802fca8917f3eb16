"""From a signed order to the contractor's order desk: the PDF, the mail, the state."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.desks import order_desk
from orders.documents.order import std20_of
from orders.documents.std20_pdf import std20_pdf
from orders.models import LineProgress, Order, State
from orders.reading.amendments import supersedes_sentence
from orders.services.locking import lock
from orders.services.telling.turns import Event, tell_of
from orders.workflow.order import Action
from stmm.audit.services import record
from stmm.documents.services import store
from stmm.outbox.services import queue

PURPOSE = "route"


def route(*, order: Order, at: datetime) -> None:
    """Make the STD. 20 once, keep it, queue it to the order desk. Safe to repeat.

    Rendering comes before the lock: it is slow, and the same record gives the same bytes.
    """
    if Order.objects.get(pk=order.pk).state != State.SIGNED:
        return
    content = std20_pdf(std20_of(order))
    _send(order, content, at)


@transaction.atomic
def _send(order: Order, content: bytes, at: datetime) -> None:
    order = lock(order)
    if order.state != State.SIGNED:
        return
    document = store(
        kind="std20",
        title=f"STD. 20 {order.number}",
        file_name=f"{order.number}.pdf",
        media_type="application/pdf",
        content=content,
        made_from=order,
        at=at,
    )
    attachments = [item.document for item in order.attachments.select_related("document")]
    mail = queue(
        about=order,
        purpose=PURPOSE,
        recipients=[order_desk_of(order, at)],
        subject=f"{_prefix(order)}STD. 20 {order.number} from {order.department}",
        text=_text(order),
        documents=[document, *attachments],
        at=at,
    )
    order.state, order.routed_at, order.changed_at = State.ROUTED, at, at
    order.version += 1
    order.save()
    follow_lines(order, at)
    tell_of(order=order, event=Event.ROUTED, actor=None, at=at)
    record(
        at=at,
        actor=None,
        action=Action.ROUTE,
        subject=order,
        changes={
            "state": (State.SIGNED.label, State.ROUTED.label),
            "document SHA-256": (None, document.sha256),
            "to": (None, ", ".join(mail.recipients)),
            "Message-ID": (None, mail.message_id),
        },
    )


def follow_lines(order: Order, at: datetime) -> None:
    """From here on the contractor tells how far it is with each line."""
    LineProgress.objects.bulk_create(
        [LineProgress(line=line, changed_at=at) for line in order.lines.all()]
    )


def order_desk_of(order: Order, at: datetime) -> str:
    """The desk of the category that all lines share, if it has its own on the day it is sent."""
    categories = {line.service.category for line in order.lines.select_related("service__category")}
    return order_desk(order.contract, categories, on=timezone.localdate(at))


def _prefix(order: Order) -> str:
    return "Amendment: " if order.supersedes_id else ""


def _text(order: Order) -> str:
    notice = f"\n{settings.STMM_SAMPLE_NOTICE}\n" if settings.STMM_SAMPLE_NOTICE else ""
    amends = f"\n{sentence}\n" if (sentence := supersedes_sentence(order)) else ""
    return f"""\
Telecommunications Service Request, STD. 20 (Rev. 9/2017)

Order:                  {order.number}
Agency request number:  {order.agency_request_number}
From:                   {order.department}
Contact:                {order.contact_name}, {order.contact_phone}, {order.contact_email}
Contract:               {order.contract.number}
{amends}
The signed form is attached. Please confirm the order to the contact above.
{notice}
You receive this mail because this address is the order desk for contract {order.contract.number}.
"""
