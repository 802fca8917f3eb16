"""Facts as data inside a paper: whatever a machine reads, a day, a moment, an amount."""

import json
from decimal import Decimal

import pytest

from stmm.documents.papers import json_bytes
from tests.factories import AT, TODAY


def test_days_moments_and_amounts_are_written_as_text() -> None:
    written = json.loads(json_bytes({"day": TODAY, "at": AT, "limit": Decimal("12.50")}))

    assert written == {"day": "2026-03-02", "at": "2026-03-02T18:00:00+00:00", "limit": "12.50"}


def test_what_has_no_one_way_to_be_written_is_refused() -> None:
    with pytest.raises(TypeError, match="object is not written as JSON"):
        json_bytes({"what": object()})
