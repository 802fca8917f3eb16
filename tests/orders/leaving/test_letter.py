"""The letter of 30 calendar days: archival, accessible, made once, mailed once."""

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.documents.leaving_letter import Letter, as_json, letter_of, letter_pdf
from orders.jobs import OVERDUE, make_notice_letter, notices_left_behind
from orders.models import Leaving
from orders.services.leaving.sending import letter_for, send_notice
from stmm.audit.models import Entry
from stmm.documents.models import StoredDocument
from stmm.documents.services import content_of
from stmm.outbox.models import Notice, OutgoingMail
from tests.catalog.factories import make_category
from tests.documents.printed import complaints, words
from tests.orders.factories import World
from tests.orders.leavings import FREE, again, at, give, make_city_service, make_draft, make_given
from tests.triggers import without_triggers
from tests.worker import run_worker


def make_letter(world: World, **fields: Any) -> Letter:
    leaving = make_draft(
        world,
        make_city_service(world, told={"circuit_numbers": "HCGS.1", "sr_number": "SR-9"}),
        categories=[make_category()],
        services=[world.optional],
        **fields,
    )
    return letter_for(give(leaving, world=world), at(FREE))


def test_the_letter_says_who_leaves_with_what_when_and_under_which_sentence(world: World) -> None:
    shown = words(letter_pdf(make_letter(world, remarks="To <Frontier> & Co.")))

    for said in (
        "NOTICE OF 30 CALENDAR DAYS",
        "City of Lodi migrates the services listed below to another provider",
        "it is given on July 1, 2027, and the services end on July 31, 2027",
        "12 × Hosted VoIP",
        "Account 555; SR Number SR-9; HCGS.1",
        "Every service of category 1.2",
        "July 1, 2025 to June 30, 2027",
        "To <Frontier> & Co.",
        "Given electronically by Luis Ortega, Telecommunications Manager",
        "local agencies can migrate, transfer or terminate their CALNET services",
        "shall be exclusively purchased from the CALNET MSA",
    ):
        assert said in shown


@pytest.mark.parametrize("manner", Leaving.Manner.values)
def test_the_letter_is_archival_and_accessible(world: World, tmp_path: Path, manner: str) -> None:
    assert complaints(letter_pdf(make_letter(world, manner=manner)), tmp_path) == []


def test_a_letter_of_many_parts_is_archival_and_accessible(world: World, tmp_path: Path) -> None:
    letter = make_letter(world)
    long = replace(letter.parts[0], facts="Account 555; " + "9" * 300)
    many = replace(letter, parts=(long,) * 120, remarks="Word " * 400)

    assert complaints(letter_pdf(many), tmp_path) == []


def test_the_same_letter_gives_the_same_bytes_with_its_data_inside(world: World) -> None:
    letter = make_letter(world)

    made = letter_pdf(letter)

    assert made == letter_pdf(letter)
    with pikepdf.open(BytesIO(made)) as opened:
        data = json.loads(opened.attachments["notice.json"].get_file().read_bytes())
    assert data == as_json(letter)
    assert (data["notice_given_on"], data["services_end_on"]) == ("2027-07-01", "2027-07-31")
    assert len(data["services"]) == 3
    given = Entry.objects.get(action="give_notice")
    assert data["audit_entry_sha256"] == given.hash


def test_no_letter_is_written_before_notice_is_given(world: World) -> None:
    with pytest.raises(ValueError, match="No notice was given"):
        letter_of(make_draft(world), order_desk="", capacity="", audit_entry_hash="")


def test_the_letter_is_made_once_and_mailed_once_with_its_record(world: World) -> None:
    leaving = make_given(world)

    for _ in range(2):
        send_notice(leaving=leaving, at=at(FREE))

    stored = StoredDocument.objects.get(kind="leaving_notice")
    assert again(leaving).letter == stored
    mail = OutgoingMail.objects.about(leaving).get()
    assert mail.recipients == ["desk@contractor.example"]
    assert list(mail.documents.all()) == [stored]
    assert "Services end on: July 31, 2027" in mail.text
    assert Entry.objects.about(leaving).filter(action="send_notice").count() == 1
    assert Notice.objects.filter(user=world.desk).count() == 1
    assert content_of(stored).startswith(b"%PDF-")


def test_nothing_is_sent_of_a_draft(world: World) -> None:
    leaving = make_draft(world)

    send_notice(leaving=leaving, at=at(FREE))

    assert not OutgoingMail.objects.about(leaving).exists()


def test_the_sample_notice_of_the_installation_is_on_the_letter_and_the_mail(
    world: World, settings: Settings
) -> None:
    settings.STMM_SAMPLE_NOTICE = "Sample values only."
    leaving = make_given(world)

    send_notice(leaving=leaving, at=at(FREE))

    assert "Sample values only." in OutgoingMail.objects.about(leaving).get().text
    stored = StoredDocument.objects.get(kind="leaving_notice")
    assert "Sample values only." in words(content_of(stored))


def test_a_category_with_an_order_desk_of_its_own_gets_the_letter(world: World) -> None:
    world.contract.desk_addresses.create(
        category=make_category(),
        email="voip@contractor.example",
        effective_from=FREE - timedelta(days=1),
        reason="For this test",
        recorded_at=at(FREE),
    )

    assert make_letter(world).order_desk == "voip@contractor.example"


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_what_was_asked_for_and_what_a_crash_left_behind(
    committed_world: World,
) -> None:
    leaving = make_given(committed_world)
    # Its job is lost; another notice's is there
    other = make_given(committed_world, make_city_service(committed_world, account="556"))
    with without_triggers():
        Leaving.objects.filter(pk=leaving.pk).update(given_at=timezone.now() - OVERDUE)
        Leaving.objects.filter(pk=other.pk).update(given_at=timezone.now())
    assert notices_left_behind(timezone.now()) == [leaving.pk]

    run_worker()

    assert StoredDocument.objects.filter(kind="leaving_notice").count() == 2
    assert notices_left_behind(timezone.now()) == []
    make_notice_letter.call(leaving.pk)
    assert OutgoingMail.objects.about(leaving).count() == 1
