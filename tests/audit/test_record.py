"""Recording: in the transaction of the change, and never again touched."""

import json
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.audit.services import SYSTEM, record, verify
from tests.factories import make_agency, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(at: datetime) -> Entry:
    ana = make_user()
    return record(at=at, actor=ana, action="look_at", subject=ana, reason="To see")


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_an_error(at: datetime) -> None:
    ana = make_user()

    with pytest.raises(RuntimeError, match="in the transaction of its change"):
        record(at=at, actor=ana, action="look_at", subject=ana)


@pytest.mark.django_db(transaction=True)
def test_a_change_rolled_back_leaves_no_entry(at: datetime) -> None:
    ana = make_user()

    with transaction.atomic():
        record(at=at, actor=ana, action="look_at", subject=ana)
        transaction.set_rollback(True)

    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_number_of_a_change_rolled_back_is_used_by_the_next(at: datetime) -> None:
    ana = make_user()
    for fails in (False, True, False):
        with transaction.atomic():
            record(at=at, actor=ana, action="look_at", subject=ana)
            transaction.set_rollback(fails)

    assert list(Entry.objects.values_list("sequence", flat=True)) == [1, 2]
    assert verify().faults == ()


def test_an_entry_keeps_the_name_that_its_actor_had(entry: Entry) -> None:
    User.objects.update(name="Ana Castillo")

    assert Entry.objects.get(pk=entry.pk).actor_name == "Ana Reyes"


def test_what_a_job_does_is_recorded_as_the_jobs(at: datetime) -> None:
    entry = record(at=at, actor=None, action="look_at", subject=make_user())

    assert (entry.actor, entry.actor_name) == (None, SYSTEM)


def test_changes_are_kept_as_words_for_people(at: datetime) -> None:
    ana = make_user()

    entry = record(
        at=at,
        actor=ana,
        action="look_at",
        subject=ana,
        changes={
            "price": (None, Decimal("12.50")),
            "from": (at.date(), None),
            "to": ("ñ", ana),
            "typed": ("2026-02-30", 7),
        },
    )

    assert entry.changes == [
        ("price", "", "12.50"),
        ("from", "March 2, 2026", ""),
        ("to", "ñ", "Ana Reyes"),
        ("typed", "2026-02-30", "7"),
    ]
    assert json.loads(entry.changes_json)["from"] == ["2026-03-02", None]


def test_the_action_reads_as_words(entry: Entry) -> None:
    assert entry.label == "Look at"
    assert str(entry) == "1 look_at Ana Reyes"


def test_a_long_name_of_a_subject_is_cut_to_fit(at: datetime) -> None:
    agency = make_agency(name="Board " * 33)

    entry = record(at=at, actor=None, action="look_at", subject=agency)

    assert entry.subject_label == str(agency)[:200]


def test_the_entries_about_a_row_come_newest_first(at: datetime, entry: Entry) -> None:
    ana, other = User.objects.get(), make_user("Luis Ortega")
    later = record(at=at, actor=None, action="look_at", subject=ana)
    record(at=at, actor=None, action="look_at", subject=other)

    assert list(Entry.objects.about(ana)) == [later, entry]


def test_an_entry_can_not_be_saved_again(entry: Entry) -> None:
    entry.reason = "Another"

    with pytest.raises(IntegrityError, match="append-only"):
        entry.save()


def test_an_entry_can_not_be_deleted(entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        entry.delete()


def test_entries_can_not_be_updated_together(entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        Entry.objects.update(reason="Another")


def test_entries_can_not_be_updated_in_bulk(entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        Entry.objects.bulk_update([entry], ["reason"])


def test_entries_can_not_be_deleted_together(entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        Entry.objects.all()._raw_delete(using="default")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET reason = 'Another'", "DELETE FROM audit_entry"],
)
def test_bare_sql_can_not_change_an_entry(entry: Entry, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_table_can_not_be_emptied_at_once() -> None:
    make_agency()
    # SQLite has no TRUNCATE: there, a DELETE of everything takes its place
    verb = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"

    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"{verb} audit_entry")
