"""R3: a process killed at any point of an import leaves the catalogue wholly old or wholly new."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from catalog.models import CatalogEdition, Designation, MatrixUpload, Offer, Service, UploadedLine
from catalog.services.reading import LEASE, read
from stmm.audit.services import verify
from tests.catalog.factories import make_contract
from tests.catalog.matrix_files import line
from tests.catalog.uploads import make_stnd, make_upload, send

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(settings.BASE_DIR)
State = MatrixUpload.State
LINES = [line(product_id=f"S{number}") for number in range(4_000)]

READ = """
import sys, django
django.setup()
from catalog.jobs import read_upload
print("ready", flush=True)
read_upload.call(int(sys.argv[1]))
"""
PUBLISH = """
import sys, django
django.setup()
from django.utils import timezone
from catalog.models import MatrixUpload
from catalog.services.publishing import publish
from stmm.accounts.models import User
from stmm.agencies.access import access_of
upload = MatrixUpload.objects.get(pk=sys.argv[1])
access = access_of(User.objects.get(pk=sys.argv[2]), on=timezone.localdate())
print("ready", flush=True)
publish(upload=upload, shown=upload.round, access=access, at=timezone.now())
"""


def database_url() -> str:
    """The database of this test, for another process."""
    made = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{made['NAME']}"
    host = str(made["HOST"]).replace("/", "%2F")
    return f"postgres://{made['USER']}@{host}/{made['NAME']}"


@contextmanager
def process(script: str, *arguments: int) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own, from the moment at which it begins its work."""
    env = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    started = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        yield started
    finally:
        started.kill()
        started.communicate()


def kill_after(seconds: float, script: str, *arguments: int) -> None:
    with process(script, *arguments):
        time.sleep(seconds)


def counts() -> tuple[int, int, int, int]:
    services, offers = Service.objects.count(), Offer.objects.count()
    return services, offers, Designation.objects.count(), CatalogEdition.objects.count()


def test_a_reading_killed_anywhere_leaves_no_part_of_a_comparison_and_ends_when_begun_again() -> (
    None
):
    upload = send(make_contract(), LINES)
    for seconds in (0.05, 0.3, 0.6, 0.9):
        MatrixUpload.objects.filter(state=State.READING).update(state=State.UPLOADED, attempts=0)
        kill_after(seconds, READ, upload.pk)
        upload.refresh_from_db()
        kept = UploadedLine.objects.count()
        assert kept == (len(LINES) if upload.state == State.CHECKED else 0)
    read(upload_id=upload.pk, clock=lambda: upload.progress_at + LEASE + timedelta(seconds=1))
    upload.refresh_from_db()
    assert (upload.state, upload.added) == (State.CHECKED, len(LINES))
    assert counts() == (0, 0, 0, 0)


def test_a_publishing_killed_anywhere_is_wholly_done_or_not_at_all() -> None:
    upload = make_upload(make_contract(), LINES)
    second = make_stnd()
    every = len(LINES)
    for seconds in (0.02, 0.15, 0.3, 0.45, 0.6, 0.9):
        kill_after(seconds, PUBLISH, upload.pk, second.pk)
        upload.refresh_from_db()
        whole = (every, every, every, 1) if upload.state == State.PUBLISHED else (0, 0, 0, 0)
        assert counts() == whole
    with process(PUBLISH, upload.pk, second.pk) as last:
        last.wait(timeout=60)
    assert counts() == (every, every, every, 1)
    assert not verify().faults
