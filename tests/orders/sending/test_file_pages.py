"""Downloads give the very bytes that were kept; mails are shown to those who see their order."""

import hashlib

import pytest
from django.urls import reverse

from orders.models import Order
from orders.services.making import drafting
from orders.services.sending import route
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.documents.models import StoredDocument
from stmm.documents.services import DocumentDamaged, content_of
from stmm.outbox.models import OutgoingMail
from tests.factories import AT, signed_in
from tests.orders.factories import (
    PDF,
    World,
    access,
    make_draft,
    make_mailed_order,
    make_ready_order,
    make_routed_order,
    make_signed_order,
    sign,
)
from tests.orders.pages import goes_to, page, post, text
from tests.triggers import without_triggers


def form_of(order: Order) -> StoredDocument:
    return StoredDocument.objects.get(kind="std20", made_from_key=str(order.pk))


def mail_of(order: Order) -> OutgoingMail:
    return OutgoingMail.objects.about(order).get()


def give_up(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=OutgoingMail.State.UNDELIVERABLE, next_attempt_at=None, finished_at=AT
    )


def with_attachment(world: World) -> Order:
    order = make_ready_order(world)
    drafting.attach(
        order=order, kind="std65", file_name="65.pdf", content=PDF, access=access(world.atr), at=AT
    )
    route(order=sign(order, by=world.catr), at=AT)
    return order


@pytest.mark.parametrize("who", ["catr", "atr", "desk", "stnd", "auditor"])
def test_everyone_concerned_downloads_the_same_bytes(world: World, who: str) -> None:
    order = make_routed_order(world)
    user = getattr(world, who)

    answer = page(user, "orders:std20", order.pk)

    document = form_of(order)
    assert answer.content == content_of(document)
    assert hashlib.sha256(answer.content).hexdigest() == document.sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{order.number}.pdf"'
    entry = Entry.objects.about(document).get(action="download")
    assert entry.actor == user


def test_each_download_is_recorded(world: World) -> None:
    order = make_mailed_order(world)
    for _ in range(2):
        page(world.auditor, "orders:std20", order.pk)

    assert Entry.objects.filter(action="download").count() == 2


def test_there_is_no_form_before_the_job_has_made_it(world: World) -> None:
    assert page(world.atr, "orders:std20", make_draft(world).pk).status_code == 404
    assert page(world.atr, "orders:std20", make_signed_order(world).pk).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "purchaser"])
def test_the_files_of_another_agency_are_not_found(world: World, who: str) -> None:
    order, user = with_attachment(world), getattr(world, who)
    mail, attachment = mail_of(order), order.attachments.get()

    answers = [
        page(user, "orders:std20", order.pk),
        page(user, "orders:attachment", order.pk, attachment.pk),
        page(user, "mail:detail", mail.pk),
        page(user, "mail:document", mail.pk, form_of(order).pk),
        post(user, "mail:again", mail.pk),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert not Entry.objects.filter(action="download").exists()


def test_an_order_desk_finds_nothing_of_what_it_was_not_sent(world: World) -> None:
    order = make_signed_order(world)

    assert page(world.desk, "orders:std20", order.pk).status_code == 404
    assert text(page(world.desk, "mail:list")).count("STD. 20 STD20-") == 0


def test_an_attachment_is_downloaded_as_it_came(world: World) -> None:
    order = with_attachment(world)

    answer = page(world.desk, "orders:attachment", order.pk, order.attachments.get().pk)

    assert answer.content == PDF
    assert Entry.objects.filter(action="download", actor=world.desk).count() == 1


def test_an_attachment_of_another_order_is_not_found(world: World) -> None:
    attachment = with_attachment(world).attachments.get()

    answer = page(world.atr, "orders:attachment", make_draft(world).pk, attachment.pk)

    assert answer.status_code == 404


def test_a_damaged_form_is_not_handed_out(world: World) -> None:
    order = make_mailed_order(world)
    with without_triggers():
        StoredDocument.objects.filter(pk=form_of(order).pk).update(content=b"%PDF-1.7 another")

    with pytest.raises(DocumentDamaged):
        page(world.auditor, "orders:std20", order.pk)
    assert not Entry.objects.filter(action="download").exists()


def test_a_mail_is_shown_with_its_text_and_its_documents(world: World) -> None:
    order = with_attachment(world)
    mail = mail_of(order)

    shown = text(page(world.atr, "mail:detail", mail.pk))

    for words in (mail.subject, mail.message_id, "65.pdf", f"{order.number}.pdf", "None yet."):
        assert words in shown
    assert "The signed form is attached." in shown


def test_a_document_of_a_mail_is_the_stored_one(world: World) -> None:
    order = make_mailed_order(world)

    answer = page(world.auditor, "mail:document", mail_of(order).pk, form_of(order).pk)

    assert answer.content == content_of(form_of(order))
    assert Entry.objects.filter(action="download", actor=world.auditor).count() == 1


def test_a_document_that_did_not_go_with_the_mail_is_not_found(world: World) -> None:
    first, second = make_mailed_order(world), make_mailed_order(world)

    answer = page(world.auditor, "mail:document", mail_of(first).pk, form_of(second).pk)

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("who", "mails"),
    [("catr", 1), ("purchaser", 1), ("stranger", 0), ("desk", 2), ("stnd", 2), ("auditor", 2)],
)
def test_each_sees_the_mails_about_the_orders_they_see(world: World, who: str, mails: int) -> None:
    make_mailed_order(world)
    make_mailed_order(world, by=world.purchaser)

    answer = page(getattr(world, who), "mail:list")

    assert len(answer.context["page"]) == mails


def test_stnd_puts_a_mail_that_was_given_up_back_in_the_queue_once(world: World) -> None:
    mail = mail_of(make_mailed_order(world))
    give_up(mail)
    assert "Try again" in text(page(world.stnd, "mail:detail", mail.pk))

    for _ in range(2):
        assert goes_to(post(world.stnd, "mail:again", mail.pk), "mail:detail", mail.pk)

    mail.refresh_from_db()
    assert mail.state == OutgoingMail.State.WAITING
    assert Entry.objects.filter(action="try_again", actor=world.stnd).count() == 1


@pytest.mark.parametrize("who", ["catr", "auditor", "desk"])
def test_others_see_the_mail_and_may_not_send_it_again(world: World, who: str) -> None:
    mail, user = mail_of(make_mailed_order(world)), getattr(world, who)
    give_up(mail)

    assert "Try again" not in text(page(user, "mail:detail", mail.pk))
    assert post(user, "mail:again", mail.pk).status_code == 403
    mail.refresh_from_db()
    assert mail.state == OutgoingMail.State.UNDELIVERABLE


def test_what_is_not_there_is_not_found(world: World) -> None:
    order = make_draft(world)
    answers = [
        page(world.auditor, "mail:detail", 999),
        page(world.auditor, "mail:document", 999, 1),
        page(world.auditor, "orders:std20", 10**30),
        page(world.auditor, "orders:attachment", order.pk, 10**30),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_files_answer_to_their_own_methods_only(world: World) -> None:
    order = make_mailed_order(world)
    client, mail = signed_in(world.stnd), mail_of(order)
    reads = [
        reverse("orders:std20", args=[order.pk]),
        reverse("orders:attachment", args=[order.pk, 1]),
        reverse("mail:list"),
        reverse("mail:detail", args=[mail.pk]),
        reverse("mail:document", args=[mail.pk, 1]),
    ]

    assert {client.post(url).status_code for url in reads} == {405}
    assert client.get(reverse("mail:again", args=[mail.pk])).status_code == 405


def test_who_has_no_mail_is_told_where_it_would_come_from(world: World) -> None:
    shown = text(page(User.objects.get(pk=world.atr.pk), "mail:list"))

    assert "A signed order makes one, to the order desk of its contract." in shown
