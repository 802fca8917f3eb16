"""Many who record at the same moment: one row of entries, none lost, none twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.audit.services import record, verify
from tests.factories import make_user

WRITERS, EACH = 4, 15


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_one_chain_without_gaps(at: datetime) -> None:
    people = [make_user(f"Writer {number}") for number in range(WRITERS)]

    def write(person: User) -> None:
        try:
            for _ in range(EACH):
                with transaction.atomic():
                    record(at=at, actor=person, action="look_at", subject=person)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, people))

    assert list(Entry.objects.values_list("sequence", flat=True)) == [*range(1, WRITERS * EACH + 1)]
    assert verify().faults == ()
    assert {Entry.objects.filter(actor=person).count() for person in people} == {EACH}
