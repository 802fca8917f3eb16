"""Changes to the catalogue: contracts, terms, designations, and matrices loaded as editions."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from catalog.matrix.columns import HEADINGS
from catalog.matrix.problem import Problem, quote
from catalog.matrix.rows import Matrix, MatrixRow, category_code, read_matrix
from catalog.models import CatalogEdition, Category, Contract, Designation, Offer, Service
from stmm.accounts.models import User
from stmm.audit.services import record
from stmm.documents.glyphs import unprintable
from stmm.documents.services import store


class MatrixHasProblems(Exception):
    """The file was read, and some rows can't be loaded: nothing was."""

    def __init__(self, problems: Iterable[Problem], *, more: int = 0) -> None:
        self.problems = tuple(problems)
        count = len(self.problems) + more
        shown = f"; the first {len(self.problems)} are shown" if more else ""
        noun = "problem" if count == 1 else "problems"
        super().__init__(f"{count} {noun}{shown}. Nothing was loaded.")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a matrix did; `repeats` are lines that say again what an earlier one said."""

    edition: CatalogEdition
    added: int
    changed: int
    withdrawn: int
    unchanged: int
    repeats: int
    ignored_columns: tuple[str, ...]


# The fields of an offer that a matrix states
_OFFERED = ("description", "restrictions", "mrc", "nrc", "usage_rate", "price_basis")
# The fields of the service itself that a matrix states, beside its category
_NAMED = ("section", "name", "unit")


@dataclass
class _Load:
    """One matrix on its way into one contract."""

    contract: Contract
    edition: CatalogEdition
    reason: str

    def dated(self) -> dict[str, Any]:
        return {
            "effective_from": self.edition.effective_from,
            "recorded_at": self.edition.loaded_at,
            "recorded_by": self.edition.loaded_by,
            "reason": self.reason,
            "edition": self.edition,
        }

    def services(
        self, rows: Iterable[MatrixRow], categories: dict[str, Category]
    ) -> tuple[dict[str, Service], int, set[int]]:
        """The contract's services by product identifier, new ones added.

        Also how many are new, and the keys of those that are called otherwise from now on.
        """
        known = {s.product_id: s for s in self.contract.services.all()}
        new, renamed = [], []
        is_latest = self._is_latest()
        for row in rows:
            stated = {name: getattr(row, name) for name in _NAMED}
            stated["category"] = _category(row, categories)
            service = known.get(row.product_id)
            if service is None:
                new.append(Service(contract=self.contract, product_id=row.product_id, **stated))
            elif is_latest and not _same(service, stated):
                for name, value in stated.items():
                    setattr(service, name, value)
                renamed.append(service)
        for service in Service.objects.bulk_create(new, batch_size=1000):
            known[service.product_id] = service
        Service.objects.bulk_update(renamed, [*_NAMED, "category"], batch_size=500)
        return known, len(new), {service.pk for service in renamed}

    def _is_latest(self) -> bool:
        """A matrix that fills in the past does not say what a service is called today."""
        later = self.contract.editions.filter(effective_from__gt=self.edition.effective_from)
        return not later.exists()

    def offers(
        self, rows: Iterable[MatrixRow], services: dict[str, Service]
    ) -> tuple[set[int], int]:
        """Add an offer where the matrix says something else than the one in effect.

        Gives the keys of the services that had another, and how many are withdrawn.
        """
        now = self._in_effect_offers()
        new: list[Offer] = []
        changed, in_file = set(), set()
        for row in rows:
            service = services[row.product_id]
            in_file.add(service.pk)
            before = now.get(service.pk)
            stated = {name: getattr(row, name) for name in _OFFERED}
            if before is not None and not before.withdrawn and _same(before, stated):
                continue
            if before is not None:
                changed.add(service.pk)
            new.append(Offer(service=service, **stated, **self.dated()))
        gone = [
            Offer(service_id=pk, withdrawn=True, **self.dated())
            for pk, before in now.items()
            if pk not in in_file and not before.withdrawn
        ]
        Offer.objects.bulk_create(new + gone, batch_size=1000)
        return changed, len(gone)

    def _in_effect_offers(self) -> dict[int, Offer]:
        rows = Offer.objects.filter(service__contract=self.contract)
        return {o.service_id: o for o in rows.in_effect(self.edition.effective_from)}

    def designations(self, rows: Iterable[MatrixRow], services: dict[str, Service]) -> None:
        """Add a designation where the matrix says another word than the row in effect."""
        rows_now = Designation.objects.filter(contract=self.contract, service__isnull=False)
        now = {d.service_id: d.value for d in rows_now.in_effect(self.edition.effective_from)}
        Designation.objects.bulk_create(
            [
                Designation(
                    contract=self.contract,
                    service=services[row.product_id],
                    value=row.designation,
                    basis=row.designation_basis,
                    **self.dated(),
                )
                for row in rows
                if now.get(services[row.product_id].pk) != row.designation
            ],
            batch_size=1000,
        )


def _same(row: Offer | Service, stated: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in stated.items())


def _category(row: MatrixRow, categories: dict[str, Category]) -> Category:
    return categories[category_code(row.section, categories) or ""]


def _unknown_sections(rows: Iterable[MatrixRow], categories: dict[str, Category]) -> list[Problem]:
    expected = f"a section of one of this contract’s categories: {', '.join(categories)}"
    return [
        Problem(row.row, "Section Number", quote(row.section), expected)
        for row in rows
        if category_code(row.section, categories) is None
    ]


# What of a line is printed on a STD. 20
_PRINTED = ("section", "name", "product_id", "unit", "usage_rate")


def _unprintable(rows: Iterable[MatrixRow]) -> list[Problem]:
    return [
        Problem(row.row, HEADINGS[column], quote(text), f"printable text: not {found[0]}")
        for row in rows
        for column in _PRINTED
        if (found := unprintable(text := getattr(row, column)))
    ]


def load_catalog(
    *,
    contract: Contract,
    file_name: str,
    content: bytes,
    effective_from: date,
    actor: User | None,
    at: datetime,
) -> Loaded:
    """Load a price and services matrix into a contract, from a Pacific day. All or nothing.

    A line that is no longer in the file is withdrawn from that day. Raises MatrixRefused
    for a file that can't be read safely and MatrixHasProblems for rows that can't be loaded.
    """
    matrix = read_matrix(name=file_name, content=content)
    categories = {category.code: category for category in contract.categories.all()}
    problems = [
        *matrix.problems,
        *_unknown_sections(matrix.rows, categories),
        *_unprintable(matrix.rows),
    ]
    if problems:
        raise MatrixHasProblems(
            sorted(problems, key=lambda problem: problem.row), more=matrix.more_problems
        )
    return _load(
        contract=contract,
        file_name=file_name,
        content=content,
        matrix=matrix,
        categories=categories,
        effective_from=effective_from,
        actor=actor,
        at=at,
    )


@transaction.atomic
def _load(
    *,
    contract: Contract,
    file_name: str,
    content: bytes,
    matrix: Matrix,
    categories: dict[str, Category],
    effective_from: date,
    actor: User | None,
    at: datetime,
) -> Loaded:
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    edition = _edition(
        contract=contract,
        file_name=file_name,
        content=content,
        lines=len(matrix.rows),
        effective_from=effective_from,
        actor=actor,
        at=at,
    )
    load = _Load(contract, edition, f"Price and services matrix {file_name}")
    services, added, renamed = load.services(matrix.rows, categories)
    repriced, withdrawn = load.offers(matrix.rows, services)
    changed = len(renamed | repriced)
    load.designations(matrix.rows, services)
    record(
        at=at,
        actor=actor,
        action="load_catalog",
        subject=contract,
        changes={
            "edition": (None, str(edition)),
            "lines": (None, edition.lines),
            "added": (None, added),
            "changed": (None, changed),
            "withdrawn": (None, withdrawn),
        },
    )
    return Loaded(
        edition=edition,
        added=added,
        changed=changed,
        withdrawn=withdrawn,
        unchanged=len(matrix.rows) - added - changed,
        repeats=len(matrix.repeats),
        ignored_columns=matrix.ignored_columns,
    )


def _edition(
    *,
    contract: Contract,
    file_name: str,
    content: bytes,
    lines: int,
    effective_from: date,
    actor: User | None,
    at: datetime,
) -> CatalogEdition:
    is_sheet = file_name.lower().endswith(".xlsx")
    file = store(
        kind="catalog_matrix",
        title=f"Price and services matrix of {contract}",
        file_name=file_name[-120:],
        media_type=(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            if is_sheet
            else "text/csv"
        ),
        content=content,
        made_from=contract,
        at=at,
    )
    return CatalogEdition.objects.create(
        contract=contract,
        effective_from=effective_from,
        file_name=file_name,
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        lines=lines,
        loaded_at=at,
        loaded_by=actor,
    )


@transaction.atomic
def designate(
    *,
    contract: Contract,
    value: str,
    effective_from: date,
    reason: str,
    basis: str = "",
    category: Category | None = None,
    service: Service | None = None,
    actor: User | None,
    at: datetime,
) -> Designation:
    """Say what is mandatory from a Pacific day on: a service, a category, or the contract.

    Only the Department designates (PO-3); callers check who asks.
    """
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    row = Designation.objects.create(
        contract=contract,
        category=category,
        service=service,
        value=Designation.Value(value),
        basis=basis,
        effective_from=effective_from,
        reason=reason,
        recorded_by=actor,
        recorded_at=at,
    )
    record(
        at=at,
        actor=actor,
        action="designate",
        subject=service or contract,
        changes={"designation": (None, row.get_value_display()), "from": (None, effective_from)},
        reason=reason,
    )
    return row
