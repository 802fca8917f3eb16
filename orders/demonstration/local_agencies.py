"""The demonstration's local agencies and their ATOs: real names; marked dates are samples."""

import csv
from datetime import date, datetime
from pathlib import Path

from catalog.models import Contract
from orders.models import Ground
from orders.services.atos.acts import record_ato
from orders.services.atos.eligibility import record_registration
from stmm.agencies.models import Agency
from stmm.agencies.services import add_agency

BASIS = "Assumed of a real agency; its NESPA is not on file here"
GROUNDS = {
    Agency.Kind.LOCAL: Ground.LOCAL,
    Agency.Kind.FEDERAL: Ground.FEDERAL,
    Agency.Kind.TRIBAL: Ground.TRIBE,
    Agency.Kind.OTHER: Ground.TAX,
}
FILE = Path(__file__).parent / "sample_data" / "local_agencies.csv"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def load_local_agencies(*, at: datetime) -> int:
    """Add the local agencies of the file, eligible, with their ATOs; gives the number of ATOs."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        agency = Agency.objects.filter(kind=row["kind"], name=row["name"]).first() or add_agency(
            kind=row["kind"], name=row["name"], actor=None, at=at
        )
        if not agency.registrations.exists():
            record_registration(
                agency=agency,
                ground=GROUNDS[Agency.Kind(row["kind"])],
                basis=BASIS,
                actor=None,
                at=at,
            )
        contract = Contract.objects.get(
            number=row["contract_number"], contractor__name=row["contractor"]
        )
        codes = [code.strip() for code in row["listed"].split(";")]
        record_ato(
            agency=agency,
            contract=contract,
            categories=contract.categories.filter(code__in=codes),
            agency_signed_on=_day(row["agency_signed_on"]),
            contractor_signed_on=_day(row["contractor_signed_on"]),
            state_approved_on=_day(row["state_approved_on"]),
            basis=row["basis"],
            actor=None,
            at=at,
        )
    return len(rows)
