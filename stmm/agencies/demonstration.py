"""The demonstration's State agencies: real names; their standing is an assumption."""

import csv
from datetime import date, datetime
from pathlib import Path

from stmm.agencies.models import Agency
from stmm.agencies.services import add_agency, set_standing

FILE = Path(__file__).parent / "sample_data" / "state_agencies.csv"
# The chapter's revision: the first day anything here is judged for
FROM = date(2013, 7, 1)


def load_state_agencies(*, at: datetime) -> int:
    """Add the agencies of the file with their standing; gives their number."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        agency = add_agency(
            kind=Agency.Kind.STATE, code=row["org_code"], name=row["name"], actor=None, at=at
        )
        set_standing(
            agency=agency,
            value=row["standing"],
            effective_from=FROM,
            reason=f"Assumed for the demonstration: {row['basis']}",
            actor=None,
            at=at,
        )
    return len(rows)
