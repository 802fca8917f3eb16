"""R3: an import of 100,000 lines, killed at twenty points: wholly old or wholly new each time."""

import pytest

from catalog.models import MatrixUpload
from stmm.audit.services import verify
from tests.catalog.factories import make_contract
from tests.catalog.matrix_files import line
from tests.catalog.test_upload_kills import PUBLISH, counts, kill_after, process
from tests.catalog.uploads import make_stnd, make_upload

pytestmark = pytest.mark.django_db(transaction=True)
LINES, KILLS, SECONDS = 100_000, 20, 40


def test_a_publishing_killed_at_twenty_points_is_whole_or_not_at_all() -> None:
    lines = [line(product_id=f"S{number:06d}") for number in range(LINES)]
    upload, second = make_upload(make_contract(), lines), make_stnd()
    for number in range(KILLS):
        kill_after(SECONDS * (number + 0.5) / KILLS, PUBLISH, upload.pk, second.pk)
        upload.refresh_from_db()
        done = upload.state == MatrixUpload.State.PUBLISHED
        assert counts() == ((LINES, LINES, LINES, 1) if done else (0, 0, 0, 0))
    with process(PUBLISH, upload.pk, second.pk) as last:
        last.wait(timeout=600)
    assert counts() == (LINES, LINES, LINES, 1)
    assert not verify().faults
