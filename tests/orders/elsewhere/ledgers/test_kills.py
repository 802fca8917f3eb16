"""A worker killed at any point of a ledger leaves all of its purchases recorded, or none."""

import time
from datetime import timedelta

import pytest

from orders.models import Ledger, OutsideDecision, OutsidePurchase
from orders.services.elsewhere.ledger_reading import LEASE, read_ledger
from stmm.audit.services import verify
from tests.catalog.test_upload_kills import process
from tests.orders.elsewhere_records import ledger_line, send_ledger
from tests.orders.factories import make_world

pytestmark = pytest.mark.django_db(transaction=True)
State = Ledger.State
LINES = 3_000

MATCH = """
import sys, django
django.setup()
from orders.jobs import match_ledger
print("ready", flush=True)
match_ledger.call(int(sys.argv[1]))
"""


def test_a_reading_killed_anywhere_records_nothing_or_all_and_ends_when_begun_again() -> None:
    lines = [ledger_line(Description=f"Hosted VoIP {number}") for number in range(LINES)]
    ledger = send_ledger(make_world(), lines)
    for seconds in (0.05, 0.3, 0.6, 0.9):
        Ledger.objects.filter(state=State.READING).update(state=State.UPLOADED, attempts=0)
        with process(MATCH, ledger.pk):
            time.sleep(seconds)
        ledger.refresh_from_db()
        whole = LINES if ledger.state == State.RECORDED else 0
        assert OutsidePurchase.objects.count() == whole
        assert OutsideDecision.objects.count() == whole
    read_ledger(
        ledger_id=ledger.pk, clock=lambda: ledger.progress_at + LEASE + timedelta(seconds=1)
    )
    ledger.refresh_from_db()
    assert (ledger.state, ledger.proposed) == (State.RECORDED, LINES)
    assert OutsidePurchase.objects.count() == OutsideDecision.objects.count() == LINES
    assert not verify().faults
