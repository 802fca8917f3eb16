"""Documents are kept as they were made, and handed out only as they were kept."""

import hashlib
from datetime import datetime

import pytest
from django.db import IntegrityError, connection

from stmm.audit.models import Entry, subject_kind
from stmm.documents.models import StoredDocument
from stmm.documents.services import DocumentDamaged, content_of, hand_out
from tests.factories import make_agency, make_document, make_user
from tests.triggers import without_triggers

pytestmark = pytest.mark.django_db

CONTENT = b"%PDF-1.7\n\x00\xff some bytes"


def damage(document: StoredDocument) -> StoredDocument:
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE documents_storeddocument SET content = %s WHERE id = %s",
            [b"%PDF-1.7 other bytes", document.pk],
        )
    return StoredDocument.objects.get(pk=document.pk)


def test_the_very_bytes_come_back() -> None:
    document = StoredDocument.objects.get(pk=make_document(CONTENT).pk)

    assert content_of(document) == CONTENT


def test_a_document_says_what_it_is_and_what_it_was_made_from(at: datetime) -> None:
    agency = make_agency()

    document = make_document(CONTENT, made_from=agency)

    assert document.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (document.size, document.made_at) == (len(CONTENT), at)
    assert document.made_from_kind == subject_kind(agency) == "agencies.agency"
    assert document.made_from_key == str(agency.pk)
    assert str(document) == "A letter"


def test_an_order_has_one_form() -> None:
    order = make_agency()
    make_document(kind="std20", made_from=order)

    with pytest.raises(IntegrityError):
        make_document(b"another", kind="std20", made_from=order)


def test_an_agency_may_have_many_letters() -> None:
    agency = make_agency()

    assert make_document(made_from=agency) != make_document(made_from=agency)


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(IntegrityError, match="document_is_not_empty"):
        make_document(b"")


def test_damaged_bytes_are_never_given_out() -> None:
    document = damage(make_document(CONTENT))

    with pytest.raises(DocumentDamaged, match="does not match its recorded hash"):
        content_of(document)


def test_a_download_is_recorded(at: datetime) -> None:
    document, auditor = make_document(CONTENT), make_user("Omar Haddad")

    assert hand_out(document=document, actor=auditor, at=at) == CONTENT

    entry = Entry.objects.about(document).get()
    assert (entry.action, entry.actor, entry.at) == ("download", auditor, at)


def test_a_damaged_download_is_refused_and_not_recorded(at: datetime) -> None:
    document = damage(make_document(CONTENT))

    with pytest.raises(DocumentDamaged):
        hand_out(document=document, actor=make_user(), at=at)

    assert not Entry.objects.about(document).exists()


def test_a_stored_document_can_not_be_changed() -> None:
    document = make_document(CONTENT)
    document.content = b"other bytes"

    with pytest.raises(IntegrityError, match="append-only"):
        document.save()


def test_a_stored_document_can_not_be_deleted() -> None:
    document = make_document(CONTENT)

    with pytest.raises(IntegrityError, match="append-only"):
        StoredDocument.objects.filter(pk=document.pk)._raw_delete(using="default")
