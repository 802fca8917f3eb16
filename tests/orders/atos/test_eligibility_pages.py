"""The pages of eligibility: registered by a body, approved or returned by STND."""

from django.core.files.uploadedfile import SimpleUploadedFile

from orders.models import Registration
from tests.orders.ato_papers import SCAN
from tests.orders.factories import World
from tests.orders.pages import errors, goes_to, messages, page, post, text


def pdf(name: str, content: bytes = SCAN) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_body_registers_and_stnd_decides(world: World) -> None:
    answer = post(
        world.purchaser,
        "orders:register",
        agency=world.city.pk,
        ground="joint",
        explanation="An agreement of 1998",
        file=pdf("nespa.pdf"),
    )
    registration = Registration.objects.get()
    assert goes_to(answer, "orders:registration", registration.pk)
    assert "Registrations to approve" in text(page(world.stnd, "home"))
    assert "Joint powers authority" in text(page(world.stnd, "orders:registrations"))

    post(world.stnd, "orders:return-registration", registration.pk, reason="It is not signed")
    shown = text(page(world.purchaser, "orders:registration", registration.pk))
    assert "It is not signed" in shown
    assert "Register again" in shown

    answer = post(world.stnd, "orders:approve-registration", registration.pk)
    assert "can’t be decided again" in messages(answer)[0]


def test_who_waits_for_an_answer_does_not_decide(world: World) -> None:
    post(
        world.purchaser,
        "orders:register",
        agency=world.city.pk,
        ground="local",
        file=pdf("nespa.pdf"),
    )
    registration = Registration.objects.get()

    shown = text(page(world.purchaser, "orders:registration", registration.pk))
    assert "Only an STND analyst of the Department of Technology decides." in shown
    assert "Approve" in text(page(world.stnd, "orders:registration", registration.pk))


def test_a_registration_without_a_pdf_says_so(world: World) -> None:
    answer = post(
        world.purchaser,
        "orders:register",
        agency=world.city.pk,
        ground="local",
        file=pdf("nespa.docx", b"PK"),
    )

    assert "nespa.docx is not a PDF" in errors(answer)["file"][0]
