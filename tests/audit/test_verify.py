"""The chain: whatever was changed, removed or inserted is found, and named."""

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from stmm.accounts.models import User
from stmm.audit.models import HASHED, Entry
from stmm.audit.services import record, verify
from tests.factories import AT, make_user
from tests.triggers import without_triggers

LENGTH = 5
# A value to put in the place of each column's own
OTHER: dict[str, Any] = {
    "sequence": LENGTH + 7,
    "at": AT + timedelta(microseconds=1),
    "actor_id": None,
    "actor_name": "Marcus Webb",
    "action": "look_away",
    "subject_kind": "agencies.agency",
    "subject_key": "77",
    "subject_label": "California Highway Patrol",
    "changes_json": '{"seen": ["yes", "yes"]}',
    "reason": "A better one",
    "previous_hash": "f" * 64,
    "hash": "e" * 64,
}


def make_chain(length: int = LENGTH) -> User:
    ana = make_user()
    for number in range(length):
        record(
            at=AT + timedelta(minutes=number),
            actor=ana,
            action="look_at",
            subject=ana,
            changes={"seen": ("no", "yes")},
            reason=f"Reason {number}",
        )
    return ana


def tamper(statement: str, *values: Any) -> None:
    """Past Django, past the triggers: what the owner of the database can do."""
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def change(sequence: int, column: str, value: Any) -> None:
    tamper(f"UPDATE audit_entry SET {column} = %s WHERE sequence = %s", value, sequence)  # noqa: S608  a column's name, from this file


def named() -> list[int]:
    return [fault.sequence for fault in verify().faults]


@pytest.fixture
def chain(db: None) -> User:
    return make_chain()


@pytest.mark.django_db
def test_an_empty_record_is_whole() -> None:
    assert (verify().checked, verify().faults) == (0, ())


def test_an_untouched_chain_is_whole(chain: User) -> None:
    result = verify()

    assert (result.checked, result.faults) == (LENGTH, ())
    assert result.head == Entry.objects.get(sequence=LENGTH).hash


def test_every_column_is_tampered_with_below() -> None:
    columns = {field.attname for field in Entry._meta.concrete_fields} - {"id"}

    assert columns == set(OTHER) == {*HASHED, "previous_hash", "hash"}


@pytest.mark.parametrize("column", HASHED)
def test_a_changed_column_is_found_and_named(chain: User, column: str) -> None:
    change(3, column, OTHER[column])

    assert named()[0] == 3


@pytest.mark.parametrize("column", ["previous_hash", "hash"])
def test_a_changed_hash_is_found_and_named(chain: User, column: str) -> None:
    change(3, column, OTHER[column])

    assert named()[0] == 3


@pytest.mark.parametrize("column", ["sequence", "at"])
def test_what_a_column_could_never_hold_is_found_too(chain: User, column: str) -> None:
    # PostgreSQL's columns are typed: there, the nearest thing is a value of the right type
    value = OTHER[column] if connection.vendor == "postgresql" else "yesterday"

    change(3, column, value)

    assert named()[0] == 3


def test_a_changed_entry_is_told_from_the_ones_around_it(chain: User) -> None:
    tamper("UPDATE audit_entry SET reason = 'Another' WHERE sequence = 3")

    assert [str(fault) for fault in verify().faults] == [
        "Entry 3: was changed after it was recorded"
    ]


def test_an_entry_changed_together_with_its_hash_breaks_the_next(chain: User) -> None:
    tamper("UPDATE audit_entry SET reason = 'Another', hash = %s WHERE sequence = 3", "a" * 64)

    assert named() == [3, 4]


def test_a_removed_entry_is_found_and_named(chain: User) -> None:
    tamper("DELETE FROM audit_entry WHERE sequence = 3")

    assert [str(fault) for fault in verify().faults] == ["Entry 3: was removed"]


def test_several_removed_entries_are_named(chain: User) -> None:
    tamper("DELETE FROM audit_entry WHERE sequence IN (1, 2, 3)")

    assert [str(fault) for fault in verify().faults] == ["Entry 1: was removed, and all up to 3"]


def test_an_entry_removed_and_the_rest_moved_up_is_found(chain: User) -> None:
    tamper("DELETE FROM audit_entry WHERE sequence = 3")
    tamper("UPDATE audit_entry SET sequence = 3 WHERE sequence = 4")

    assert named()[0] == 3


def test_an_inserted_entry_is_found_and_named(chain: User) -> None:
    forged = Entry.objects.get(sequence=LENGTH)
    forged.pk = None
    forged.sequence, forged.previous_hash, forged.hash = LENGTH + 1, "a" * 64, "b" * 64
    forged.save(force_insert=True)

    assert set(named()) == {LENGTH + 1}


def test_two_entries_exchanged_are_found(chain: User) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        tamper("UPDATE audit_entry SET sequence = %s WHERE sequence = %s", new, old)

    assert named()[0] == 2


def test_a_tail_cut_off_is_found_with_a_head_noted_earlier(chain: User) -> None:
    head = verify().head
    tamper("DELETE FROM audit_entry WHERE sequence > 3")

    assert verify().faults == ()
    assert [fault.sequence for fault in verify(head=(LENGTH, head)).faults] == [LENGTH]


def test_a_head_noted_earlier_is_found_in_a_longer_record(chain: User) -> None:
    head = verify().head
    record(at=AT, actor=None, action="look_at", subject=chain)

    assert verify(head=(LENGTH, head)).faults == ()


def test_the_command_prints_the_head_to_note_down(chain: User) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)

    assert out.getvalue() == f"{LENGTH} entries, whole. Head {LENGTH}:{verify().head}\n"


def test_the_command_fails_and_names_each_fault(chain: User) -> None:
    tamper("UPDATE audit_entry SET reason = 'Another' WHERE sequence IN (2, 4)")
    err = StringIO()

    with pytest.raises(CommandError, match="5 entries read, 2 faults") as failure:
        call_command("verify_audit", stderr=err)

    assert failure.value.returncode == 1
    assert err.getvalue().splitlines() == [
        "Entry 2: was changed after it was recorded",
        "Entry 4: was changed after it was recorded",
    ]


def test_the_command_takes_a_head_noted_earlier(chain: User) -> None:
    head = f"{LENGTH}:{verify().head}"
    call_command("verify_audit", f"--head={head}", stdout=StringIO())
    tamper("DELETE FROM audit_entry WHERE sequence = %s", LENGTH)

    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", f"--head={head}", stderr=StringIO())


def test_a_head_that_is_none_is_refused_by_the_command() -> None:
    with pytest.raises(CommandError, match="argument --head: invalid"):
        call_command("verify_audit", "--head=yesterday")


@st.composite
def tamperings(draw: st.DrawFn) -> tuple[int, str, Any]:
    """An entry, a column, and another value for it."""
    column = draw(st.sampled_from([*HASHED, "previous_hash", "hash"]))
    value: st.SearchStrategy[Any] = st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40
    )
    if column == "sequence":
        value = st.integers(LENGTH + 1, 2**40)
    elif column == "at":
        value = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001  made aware next
            lambda moment: moment.replace(tzinfo=AT.tzinfo)
        )
    elif column == "actor_id":
        value = st.none()
    return draw(st.integers(1, LENGTH)), column, draw(value)


class TestTampering(TestCase):
    @settings(max_examples=100, deadline=None)
    @given(tamperings())
    def test_any_one_value_changed_is_found_at_its_entry(
        self, tampering: tuple[int, str, Any]
    ) -> None:
        sequence, column, value = tampering
        make_chain()
        entry = Entry.objects.get(sequence=sequence)
        change(sequence, column, value)

        changed = getattr(entry, column) != value
        assert named()[:1] == ([sequence] if changed else [])

    @settings(max_examples=30, deadline=None)
    @given(st.sets(st.integers(1, LENGTH - 1), min_size=1))
    def test_any_entries_removed_are_found_from_the_first_on(self, removed: set[int]) -> None:
        make_chain()
        with transaction.atomic():
            for sequence in removed:
                tamper("DELETE FROM audit_entry WHERE sequence = %s", sequence)

        assert named()[0] == min(removed)
