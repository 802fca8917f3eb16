"""Attaching files on the step "Where and when", and taking them off."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orders.forms.printed import LARGEST_ATTACHMENT
from orders.models import Attachment, Order
from orders.services.making import drafting
from tests.factories import AT
from tests.orders.factories import PDF, World, access, make_draft
from tests.orders.pages import goes_to, page, post, text


def pdf(name: str = "65.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_std_65_is_attached_and_listed(world: World) -> None:
    order = make_draft(world)

    answer = post(world.atr, "orders:attach", order.pk, kind="std65", file=pdf())

    assert goes_to(answer, "orders:where", order.pk)
    assert "65.pdf (STD. 65, " in text(page(world.atr, "orders:where", order.pk)).replace(
        "pdf  (", "pdf ("
    )


def test_attaching_twice_attaches_once(world: World) -> None:
    order = make_draft(world)
    for _ in range(2):
        post(world.atr, "orders:attach", order.pk, kind="std65", file=pdf())

    assert order.attachments.count() == 1


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (pdf("65.docx", b"PK\x03\x04"), "65.docx is not a PDF"),
        (pdf("65.pdf", b"%PDF-" + b"x" * LARGEST_ATTACHMENT), "larger than 4 MB"),
        (pdf("65.pdf", b""), "file is empty"),
        ("", "Choose a file"),
    ],
    ids=["no PDF", "too large", "empty", "none"],
)
def test_a_file_that_can_not_go_along_is_refused_with_the_reason(
    world: World, file: SimpleUploadedFile | str, message: str
) -> None:
    order = make_draft(world)
    if isinstance(file, SimpleUploadedFile):
        file.seek(0)

    answer = post(world.atr, "orders:attach", order.pk, kind="std65", file=file)

    assert message in str(answer.context["attach_form"].errors)
    assert message in text(answer)
    assert not order.attachments.exists()


def attached(order: Order, world: World) -> Attachment:
    return drafting.attach(
        order=order, kind="std65", file_name="65.pdf", content=PDF, access=access(world.atr), at=AT
    )


def test_a_file_is_taken_off_once(world: World) -> None:
    order = make_draft(world)
    attachment = attached(order, world)

    first, second = (post(world.atr, "orders:detach", order.pk, attachment.pk) for _ in range(2))

    assert goes_to(first, "orders:where", order.pk)
    assert second.status_code == 404
    assert not order.attachments.exists()


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("stranger", 404)])
def test_nobody_else_attaches_or_takes_off(world: World, who: str, status: int) -> None:
    order, user = make_draft(world), getattr(world, who)
    attachment = attached(order, world)

    assert post(user, "orders:attach", order.pk, kind="std65", file=pdf()).status_code == status
    assert post(user, "orders:attach", order.pk).status_code == status
    assert post(user, "orders:detach", order.pk, attachment.pk).status_code == status
    assert order.attachments.count() == 1


def test_a_file_of_another_order_is_not_found(world: World) -> None:
    attachment = attached(make_draft(world), world)

    answer = post(world.atr, "orders:detach", make_draft(world).pk, attachment.pk)

    assert answer.status_code == 404


def test_files_are_attached_and_taken_off_by_sending_a_form_only(world: World) -> None:
    order = make_draft(world)

    assert page(world.atr, "orders:attach", order.pk).status_code == 405
    assert page(world.atr, "orders:detach", order.pk, 1).status_code == 405
