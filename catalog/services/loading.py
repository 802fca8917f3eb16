"""Loading a price and services matrix into a contract as an edition: all or nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from catalog.difference import Kind, catalogue_on, compare
from catalog.matrix.columns import HEADINGS
from catalog.matrix.formats import MEDIA_TYPES, ending_of
from catalog.matrix.problem import Problem, quote
from catalog.matrix.rows import Matrix, MatrixRow, category_code, read_matrix
from catalog.models import CatalogEdition, Category, Contract
from catalog.services.applying import apply
from stmm.accounts.models import User
from stmm.audit.services import record
from stmm.documents.glyphs import unprintable
from stmm.documents.models import StoredDocument
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


def _unknown_sections(
    rows: Iterable[MatrixRow], categories: Mapping[str, Category]
) -> list[Problem]:
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


def problems_of(matrix: Matrix, categories: Mapping[str, Category]) -> list[Problem]:
    """Everything that keeps a matrix from being loaded, in the order of the file."""
    problems = [
        *matrix.problems,
        *_unknown_sections(matrix.rows, categories),
        *_unprintable(matrix.rows),
    ]
    return sorted(problems, key=lambda problem: problem.row)


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
    if problems := problems_of(matrix, categories):
        raise MatrixHasProblems(problems, more=matrix.more_problems)
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
    categories: Mapping[str, Category],
    effective_from: date,
    actor: User | None,
    at: datetime,
) -> Loaded:
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    file = store_matrix(contract=contract, file_name=file_name, content=content, at=at)
    edition = CatalogEdition.objects.create(
        contract=contract,
        effective_from=effective_from,
        file_name=file_name,
        file=file,
        sha256=file.sha256,
        lines=len(matrix.rows),
        loaded_at=at,
        loaded_by=actor,
    )
    known = catalogue_on(contract, on=effective_from)
    # A matrix that fills in the past does not say what a service is called today
    is_latest = not contract.editions.filter(effective_from__gt=effective_from).exists()
    differing = list(compare(matrix.rows, known, categories, renames=is_latest))
    counts = Counter(line.kind for line in differing)
    apply(differing, edition=edition, reason=f"Price and services matrix {file_name}")
    record(
        at=at,
        actor=actor,
        action="load_catalog",
        subject=contract,
        changes={
            "edition": (None, str(edition)),
            "lines": (None, edition.lines),
            "added": (None, counts[Kind.ADDED]),
            "changed": (None, counts[Kind.CHANGED]),
            "withdrawn": (None, counts[Kind.WITHDRAWN]),
        },
    )
    return Loaded(
        edition=edition,
        added=counts[Kind.ADDED],
        changed=counts[Kind.CHANGED],
        withdrawn=counts[Kind.WITHDRAWN],
        unchanged=len(matrix.rows) - counts[Kind.ADDED] - counts[Kind.CHANGED],
        repeats=len(matrix.repeats),
        ignored_columns=matrix.ignored_columns,
    )


def store_matrix(
    *, contract: Contract, file_name: str, content: bytes, at: datetime
) -> StoredDocument:
    """Keep the file as it came, with its hash."""
    return store(
        kind="catalog_matrix",
        title=f"Price and services matrix of {contract}",
        file_name=file_name[-120:],
        media_type=MEDIA_TYPES[ending_of(file_name)],
        content=content,
        made_from=contract,
        at=at,
    )
