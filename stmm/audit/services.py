"""Recording what happened, and proving that the record is whole."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models, transaction
from django.db.models.functions import Cast

from stmm.accounts.models import User
from stmm.audit.models import GENESIS, HASHED, Entry, entry_hash, subject_kind

Changes = Mapping[str, tuple[Any, Any]]

SYSTEM = "STMM"

# Any number, the same everywhere: the one lock that puts entries in a row on PostgreSQL
_CHAIN_LOCK = 5_040_400_1
_LOCK = "SELECT pg_advisory_xact_lock(%s);"
_HEAD = "SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | date | datetime | models.Model):
        return str(value)
    return value


def set_fields(row: models.Model, fields: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set those fields of a row that differ; each by its name, what it was and what it is."""
    before = {name: getattr(row, name) for name in fields}
    changes = {
        name: (before[name], after) for name, after in fields.items() if before[name] != after
    }
    for name, (_, after) in changes.items():
        setattr(row, name, after)
    return changes


def label_of(row: models.Model | type[models.Model], name: str) -> str:
    """What the record calls a field of a row."""
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def record(
    *,
    at: datetime,
    actor: User | None,
    action: str,
    subject: models.Model,
    changes: Changes | None = None,
    reason: str = "",
) -> Entry:
    """Add one entry, in the transaction of the change it tells of.

    Call it last in that transaction: from here until commit nobody else can record.
    `actor` None means a job. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry is written in the transaction of its change.")
    sequence, previous = _locked_head()
    entry = Entry(
        sequence=sequence + 1,
        at=at,
        actor=actor,
        actor_name=actor.name if actor else SYSTEM,
        action=action,
        subject_kind=subject_kind(subject),
        subject_key=str(subject.pk),
        subject_label=str(subject)[:200],
        changes_json=json.dumps(
            {field: [_plain(old), _plain(new)] for field, (old, new) in (changes or {}).items()},
            ensure_ascii=False,
        ),
        reason=reason,
        previous_hash=previous,
    )
    entry.hash = entry_hash(previous, tuple(getattr(entry, name) for name in HASHED))
    entry.save(force_insert=True)
    return entry


def _locked_head() -> tuple[int, str]:
    """Sequence and hash of the last entry, with nobody else adding one until the commit.

    SQLite has one writer at a time. On PostgreSQL the lock and the reading are sent together,
    as two statements: the second sees what was committed while the first waited.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{_LOCK} {_HEAD}", [_CHAIN_LOCK])
        else:
            cursor.execute(_HEAD)
        row: tuple[int, str] | None = cursor.fetchone()
    return row or (0, GENESIS)


@dataclass(frozen=True, slots=True)
class Fault:
    """One break in the chain, at the entry where it shows."""

    sequence: int
    what: str

    def __str__(self) -> str:
        return f"Entry {self.sequence}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verification:
    checked: int
    head: str
    faults: tuple[Fault, ...]


# The first two of HASHED. SQLite stores anything anywhere; read so, no forgery stops the walk
_AS_STORED = {
    "stored_sequence": Cast("sequence", models.BigIntegerField()),
    "stored_at": Cast("at", models.TextField()),
}
_COLUMNS = (*_AS_STORED, *HASHED[2:], "previous_hash", "hash")


def _moment(text: str) -> datetime | str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _faults(
    rows: Iterator[tuple[Any, ...]],
) -> Iterator[tuple[int, str, list[Fault]]]:
    expected, before = 1, GENESIS
    for sequence, at, *others, previous, own in rows:
        values = (sequence, _moment(at), *others)
        found = []
        if sequence > expected:
            more = f", and all up to {sequence - 1}" if sequence > expected + 1 else ""
            found.append(Fault(expected, f"was removed{more}"))
        elif previous != before:
            found.append(
                Fault(sequence, "does not follow the entry before it: inserted or changed")
            )
        if entry_hash(previous, values) != own:
            found.append(Fault(sequence, "was changed after it was recorded"))
        yield sequence, own, found
        expected, before = sequence + 1, own


@transaction.atomic
def verify(*, head: tuple[int, str] | None = None) -> Verification:
    """Walk the whole chain and name each entry that was changed, removed or inserted.

    A chain alone can't see its own tail cut off: `head`, a sequence and hash noted down
    earlier elsewhere, is looked for too.
    """
    rows = Entry.objects.order_by("sequence").annotate(**_AS_STORED)
    faults: list[Fault] = []
    checked, last, head_seen = 0, GENESIS, head is None
    values = rows.values_list(*_COLUMNS).iterator(chunk_size=5000)
    for sequence, own, found in _faults(values):
        checked, last = checked + 1, own
        faults += found
        if head == (sequence, own):
            head_seen = True
    if head is not None and not head_seen:
        faults.append(
            Fault(
                head[0],
                "the head noted earlier is not in the record: the tail was cut or rewritten",
            )
        )
    return Verification(checked, last, tuple(faults))
