"""What a matrix changes in a contract's catalogue. Compared here; nothing is written."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.matrix.rows import MatrixRow, category_code
from catalog.models import Category, Contract, Designation, Offer, UploadedLine
from stmm.audit.dated import LATEST_FIRST

Kind = UploadedLine.Kind
Change = tuple[str, str | None, str | None]

# The fields of the service itself that a matrix states, beside its category
NAMED = ("section", "name", "unit")
# The fields of an offer that a matrix states
OFFERED = ("description", "restrictions", "mrc", "nrc", "usage_rate", "price_basis")
CHARGES = ("mrc", "nrc")


@dataclass(frozen=True, slots=True)
class Known:
    """A service as the catalogue has it on a day; `offered` is None where it is not offered.

    `flag` is the designation in effect, `own_flag` the service's own, "" where it has none.
    """

    service: int
    product_id: str
    named: tuple[str, ...]
    category: int
    offered: tuple[Any, ...] | None
    flag: str
    own_flag: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line that differs, as the catalogue has it (`known`) and as the file does (`row`)."""

    kind: Kind
    known: Known | None
    row: MatrixRow | None
    category: int | None = None
    changes: tuple[Change, ...] = ()
    writes_service: bool = False
    writes_offer: bool = False
    writes_flag: bool = False

    @property
    def called(self) -> tuple[str, str]:
        """Product identifier and name, as the file has them, or else the catalogue."""
        if self.row is not None:
            return self.row.product_id, self.row.name
        if self.known is None:
            raise ValueError("A line is in the file, in the catalogue, or in both.")
        return self.known.product_id, self.known.named[NAMED.index("name")]

    @property
    def flag_changes(self) -> bool:
        """Whether people will see another designation of what they saw before."""
        if self.known is None or self.row is None:
            return False
        return self.known.flag != self.row.designation

    @property
    def move(self) -> Decimal | None:
        """How far the charges move, in percent without its sign: the larger of the two."""
        if self.known is None or self.row is None or self.known.offered is None:
            return None
        before = dict(zip(OFFERED, self.known.offered, strict=True))
        moves = [_move(before[name], getattr(self.row, name)) for name in CHARGES]
        return max((move for move in moves if move is not None), default=None)


def _move(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    if before == after:
        return None
    if not before:
        return UploadedLine.ENDLESS
    percent = abs((after or Decimal(0)) - before) / before * 100
    return min(percent.quantize(Decimal("0.01")), UploadedLine.ENDLESS)


def catalogue_on(contract: Contract, *, on: date) -> dict[str, Known]:
    """Every service of the contract by product identifier, as of the Pacific day `on`."""
    offers = Offer.objects.filter(service__contract=contract).in_effect(on)
    offered = {
        service: None if withdrawn else tuple(stated)
        for service, withdrawn, *stated in offers.values_list("service", "withdrawn", *OFFERED)
    }
    designations = Designation.objects.filter(contract=contract)
    own = designations.filter(service__isnull=False).in_effect(on)
    own_flags = dict(own.values_list("service", "value"))
    broad = _broad_flags(contract, on)
    services = contract.services.order_by().values_list("pk", "product_id", "category", *NAMED)
    return {
        product_id: Known(
            pk,
            product_id,
            tuple(named),
            category,
            offered.get(pk),
            own_flags.get(pk) or broad.get(category) or broad.get(None) or UNDETERMINED,
            own_flags.get(pk, ""),
        )
        for pk, product_id, category, *named in services.iterator(chunk_size=5000)
    }


UNDETERMINED = Designation.Value.UNDETERMINED.value


def _broad_flags(contract: Contract, on: date) -> dict[int | None, str]:
    """The designation in effect of each category under the contract; None: of all of it."""
    rows = Designation.objects.filter(contract=contract, service=None, effective_from__lte=on)
    flags: dict[int | None, str] = {}
    for category, value in rows.order_by(*LATEST_FIRST).values_list("category", "value"):
        flags.setdefault(category, value)
    return flags


def fingerprint(known: Mapping[str, Known], categories: Mapping[str, Category]) -> str:
    """SHA-256 of all that a comparison depends on, beside the file and the day."""
    digest = hashlib.sha256(repr(sorted((c.code, c.pk) for c in categories.values())).encode())
    for line in sorted(known.values(), key=lambda line: line.product_id):
        digest.update(repr(line).encode())
    return digest.hexdigest()


def compare(
    rows: Iterable[MatrixRow],
    known: Mapping[str, Known],
    categories: Mapping[str, Category],
    *,
    renames: bool = True,
    complete: bool = True,
) -> Iterator[Line]:
    """The lines that differ, in the order of the file, then those that are withdrawn.

    `categories` are the contract's, by code; each row has one of them. With `renames` False
    the file does not say what a service is called today; without `complete` some rows were not
    read, so nothing is told of what may be missing.
    """
    in_file = set()
    names = {category.pk: str(category) for category in categories.values()}
    for row in rows:
        in_file.add(row.product_id)
        category = categories[category_code(row.section, categories) or ""].pk
        before = known.get(row.product_id)
        line = (
            _added(row, category)
            if before is None
            else _changed(row, category, before, names, renames=renames)
        )
        if line.writes_service or line.writes_offer or line.writes_flag:
            yield line
    for gone in known.values() if complete else ():
        if gone.product_id not in in_file and gone.offered is not None:
            yield Line(Kind.WITHDRAWN, gone, None, writes_offer=True)


def _added(row: MatrixRow, category: int) -> Line:
    return Line(
        Kind.ADDED,
        None,
        row,
        category,
        writes_service=True,
        writes_offer=True,
        writes_flag=True,
    )


def _changed(
    row: MatrixRow, category: int, before: Known, names: Mapping[int, str], *, renames: bool
) -> Line:
    named = (
        [
            (name, was, getattr(row, name))
            for name, was in zip(NAMED, before.named, strict=True)
            if was != getattr(row, name)
        ]
        if renames
        else []
    )
    if renames and before.category != category:
        was = names.get(before.category, "another category")
        named.append(("category", was, names[category]))
    offered = _offered_changes(row, before)
    flags = []
    if before.own_flag != row.designation:
        was = _flag_words(before.flag, own=bool(before.own_flag))
        flags.append(("designation", was, _flag_words(row.designation)))
    return Line(
        Kind.CHANGED,
        before,
        row,
        category,
        changes=(*named, *offered, *flags),
        writes_service=bool(named),
        writes_offer=bool(offered),
        writes_flag=bool(flags),
    )


def _offered_changes(row: MatrixRow, before: Known) -> list[Change]:
    if before.offered is None:
        return [("offered", "not offered", "offered")]
    return [
        (name, _words(was), _words(getattr(row, name)))
        for name, was in zip(OFFERED, before.offered, strict=True)
        if was != getattr(row, name)
    ]


def _words(value: Decimal | str | None) -> str | None:
    """A charge as its plain decimal, which the page shows as money; None where there is none."""
    if isinstance(value, Decimal):
        # The database keeps four decimals whatever the file wrote
        return f"{value.quantize(Decimal('0.0001')):f}"
    return value


def _flag_words(value: str, *, own: bool = True) -> str:
    label = str(Designation.Value(value).label)
    return label if own else f"{label}, as its category or contract"
