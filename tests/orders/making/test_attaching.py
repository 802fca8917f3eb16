"""Files that go with the form: kept as they came, once, with their hash."""

import hashlib

import pytest

from orders.models import Attachment, Order
from orders.services.making import drafting
from stmm.audit.models import Entry
from stmm.documents.models import StoredDocument
from stmm.refusals import NotAllowed
from tests.factories import AT
from tests.orders.factories import PDF, World, access, make_draft


def attach(
    order: Order, world: World, *, kind: str = "std65", content: bytes = PDF, name: str = "65.pdf"
) -> Attachment:
    return drafting.attach(
        order=order, kind=kind, file_name=name, content=content, access=access(world.atr), at=AT
    )


def test_a_file_is_kept_with_its_hash(world: World) -> None:
    order = make_draft(world)

    attachment = attach(order, world)

    document = StoredDocument.objects.get(pk=attachment.document_id)
    assert bytes(document.content) == PDF
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert document.title == f"STD. 65 of {order}"
    assert str(attachment) == "65.pdf"
    entry = Entry.objects.about(order).get(action="attach")
    assert entry.changes[0].after == f"65.pdf, SHA-256 {document.sha256}"
    assert Order.objects.get(pk=order.pk).version == order.version + 1


def test_what_is_not_a_pdf_is_refused(world: World) -> None:
    order = make_draft(world)

    with pytest.raises(drafting.NotAPdf, match=r"65.docx is not a PDF. Print or save it as a PDF"):
        attach(order, world, content=b"PK\x03\x04", name="65.docx")

    assert not order.attachments.exists()


def test_the_same_file_sent_twice_is_attached_once(world: World) -> None:
    order = make_draft(world)

    assert attach(order, world) == attach(order, world)
    assert StoredDocument.objects.count() == 1


def test_another_file_or_another_kind_is_another_attachment(world: World) -> None:
    order = make_draft(world)
    attach(order, world)
    attach(order, world, content=PDF + b"\n")
    attach(order, world, kind="other")

    assert order.attachments.count() == 3


def test_a_long_file_name_keeps_its_end(world: World) -> None:
    attachment = attach(make_draft(world), world, name="x" * 200 + ".pdf")

    assert attachment.document.file_name == "x" * 116 + ".pdf"


def test_a_file_taken_off_stays_in_the_record(world: World) -> None:
    order = make_draft(world)
    attachment = attach(order, world)

    drafting.detach(
        attachment=Attachment.objects.get(pk=attachment.pk), access=access(world.atr), at=AT
    )

    assert not order.attachments.exists()
    assert StoredDocument.objects.filter(pk=attachment.document_id).exists()
    (change,) = Entry.objects.about(order).get(action="detach").changes
    assert change == ("STD. 65", "65.pdf", "")


def test_a_file_taken_off_twice_is_taken_off_once(world: World) -> None:
    order = make_draft(world)
    attachment = attach(order, world)
    for _ in range(2):
        drafting.detach(
            attachment=Attachment(
                pk=attachment.pk, order=order, kind="std65", document=attachment.document
            ),
            access=access(world.atr),
            at=AT,
        )

    assert Entry.objects.filter(action="detach").count() == 1


def test_someone_else_attaches_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        drafting.attach(
            order=make_draft(world),
            kind="std65",
            file_name="65.pdf",
            content=PDF,
            access=access(world.auditor),
            at=AT,
        )
