"""The demonstration's contracts and catalogues: real names, sample prices and identifiers."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from catalog.models import Category, Contract, ContractAlias, Contractor, Term
from catalog.services.contracts import list_buyer, set_buyers, set_exclusivity
from catalog.services.designating import designate
from catalog.services.loading import load_catalog
from stmm.agencies.models import Agency

FOLDER = Path(__file__).parent / "sample_data"

# Which file goes into whose contract, from when (none: from the contract's first day)
MATRICES = (
    ("att_C3-A-12-10-TS-01.csv", "C3-A-12-10-TS-01", "AT&T", None),
    ("nwn_C3-A-12-10-TS-12.csv", "C3-A-12-10-TS-12", "NWN Corporation", None),
    ("att_C3-B-12-10-TS-01.csv", "C3-B-12-10-TS-01", "AT&T", None),
    (
        "verizon_C3-B-12-10-TS-08_6.1_2014-08-06.csv",
        "C3-B-12-10-TS-08",
        "Verizon",
        date(2014, 8, 6),
    ),
    (
        "verizon_C3-B-12-10-TS-08_6.1_2019-02-28.csv",
        "C3-B-12-10-TS-08",
        "Verizon",
        date(2019, 2, 28),
    ),
    ("att_C3A2FN9-18.csv", "C3A2FN9-18", "AT&T", None),
    ("att-mobility_C4CVD18.csv", "C4CVD18", "AT&T Mobility", None),
    ("verizon-wireless_C4CVD18.csv", "C4CVD18", "Verizon Wireless", None),
    ("t-mobile-usa-inc_C4CVD18.csv", "C4CVD18", "T-Mobile USA, Inc.", None),
    ("att_C4-LEG-12-10-TS-01.csv", "C4-LEG-12-10-TS-01", "AT&T", None),
    ("att_C4-DNCS-19-001-40.csv", "C4-DNCS-19-001-40", "AT&T", None),
)

# Contracts whose ATOs bind nobody
NEXTGEN = "CALNET NextGen"

# The contract for public safety entities on a list, and who is on it here: a sample, by code
FIRSTNET = "C3A2FN9-18"
PUBLIC_SAFETY = ("2720",)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def load_contracts(*, at: datetime) -> None:
    """Add categories, contractors, contracts with their terms, and contract designations.

    The agencies come first: some are listed buyers.
    """
    categories = {row["code"]: Category.objects.create(**row) for row in _rows("categories.csv")}
    for row in _rows("contracts.csv"):
        contractor, _ = Contractor.objects.get_or_create(name=row["contractor"])
        contract = Contract.objects.create(
            number=row["contract_number"],
            vehicle=row["vehicle"],
            contractor=contractor,
            order_desk_email=row["order_desk_email"],
        )
        contract.categories.set([categories[code] for code in row["categories"].split()])
        for alias in filter(None, (text.strip() for text in row["aliases"].split(";"))):
            ContractAlias.objects.create(contract=contract, number=alias)
        start = date.fromisoformat(row["start"])
        _add_terms(contract, start, row, at)
        designate(
            contract=contract,
            value=row["default_designation"].lower().replace("-", "_"),
            effective_from=start,
            reason="Default of the contract, for the demonstration",
            basis="sample",
            actor=None,
            at=at,
        )
        if row["vehicle"] == NEXTGEN:
            set_exclusivity(
                contract=contract,
                is_exclusive=False,
                effective_from=start,
                reason="CALNET NextGen: no service exclusivity, as its contract overview has it",
                actor=None,
                at=at,
            )
    load_special_buyers(at=at)


def _add_terms(contract: Contract, start: date, row: dict[str, str], at: datetime) -> None:
    """Files give last days; terms are kept half-open."""
    day = timedelta(days=1)
    base_end, end = (date.fromisoformat(row[name]) + day for name in ("base_end", "current_end"))
    terms = [Term(kind=Term.Kind.BASE, starts_on=start, until=base_end)]
    if end > base_end:
        terms.append(Term(kind=Term.Kind.EXTENSION, starts_on=base_end, until=end))
    for term in terms:
        term.contract, term.recorded_at, term.basis = contract, at, row["dates_basis"]
    Term.objects.bulk_create(terms)


def load_special_buyers(*, at: datetime) -> None:
    """Keep FirstNet to its listed buyers. Who is listed is a sample."""
    contract = Contract.objects.get(number=FIRSTNET)
    set_buyers(
        contract=contract,
        buyers=Contract.Buyers.LISTED,
        reason="Public safety entities only (sample)",
        actor=None,
        at=at,
    )
    for agency in Agency.objects.filter(code__in=PUBLIC_SAFETY):
        list_buyer(
            contract=contract,
            agency=agency,
            is_listed=True,
            effective_from=contract.terms.earliest("starts_on").starts_on,
            reason="Listed for the demonstration (sample)",
            actor=None,
            at=at,
        )


def load_matrices(*, at: datetime) -> int:
    """Load every sample matrix as an edition; gives the number of lines."""
    lines = 0
    for name, number, contractor, effective in MATRICES:
        contract = Contract.objects.get(number=number, contractor__name=contractor)
        first = contract.terms.earliest("starts_on")
        loaded = load_catalog(
            contract=contract,
            file_name=name,
            content=(FOLDER / "catalogs" / name).read_bytes(),
            effective_from=effective or first.starts_on,
            actor=None,
            at=at,
        )
        lines += loaded.edition.lines
    return lines
