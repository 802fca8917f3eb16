"""What a search can be narrowed to, with how many services each choice would leave.

One query counts the services found by everything they can be narrowed by; all else is sums.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count

from catalog.models import Category, Contract, Designation
from catalog.models.services import ListingQuerySet
from catalog.search.bands import BANDS

# So many choices are shown at once, the others behind "more"
SHOWN = 8


# How many of the services found agree in all of this, the number last
Cell = tuple[Any, ...]
CONTRACT, CATEGORY, DESIGNATION, BAND, UNIT, COUNT = range(6)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a search can be narrowed to; `value` is as it stands in the address."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]

    @property
    def is_long(self) -> bool:
        return len(self.choices) > SHOWN

    @property
    def is_chosen(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)


@dataclass(frozen=True)
class Known:
    """What facets need to know of the catalogue, read once: contracts come with their terms."""

    contracts: Mapping[int, Contract]
    categories: Mapping[int, Category]

    @classmethod
    def read(cls) -> "Known":
        contracts = Contract.objects.select_related("contractor").prefetch_related("terms")
        return cls(
            {contract.pk: contract for contract in contracts},
            {category.pk: category for category in Category.objects.all()},
        )

    def in_term(self, on: date) -> frozenset[int]:
        return frozenset(
            pk
            for pk, contract in self.contracts.items()
            if any(term.starts_on <= on < term.until for term in contract.terms.all())
        )

    def value(self, name: str, contract: int) -> Any:
        """What one of the facets in OF_CONTRACTS says of a contract."""
        return OF_CONTRACTS[name](self.contracts[contract])


OF_CONTRACTS: dict[str, Callable[[Contract], Any]] = {
    "contractor": lambda contract: contract.contractor_id,
    "vehicle": lambda contract: contract.vehicle,
    "contract": lambda contract: contract.pk,
}
# The others, by their place in a cell
OF_CELLS = {"designation": DESIGNATION, "category": CATEGORY, "price": BAND, "unit": UNIT}
LABELS = {
    "designation": "Designation",
    "contractor": "Contractor",
    "category": "Category",
    "price": "Monthly charge",
    "vehicle": "Program",
    "contract": "Contract",
    "unit": "Unit",
}


def cells(listings: ListingQuerySet) -> list[Cell]:
    """The services found, counted by all that they can be narrowed by, in one query."""
    return list(
        listings.order_by()
        .values_list("contract", "category", "designation", "band", "unit")
        .annotate(count=Count("*"))
    )


@dataclass(frozen=True)
class Narrowing:
    """What a search is narrowed to: the values chosen of each facet, the contracts looked in."""

    chosen: Mapping[str, Any]
    contracts: frozenset[int]
    known: Known

    @classmethod
    def of(cls, wanted: Mapping[str, Any], contracts: Iterable[int], known: Known) -> "Narrowing":
        chosen = {name: wanted[name] for name in LABELS if wanted.get(name)}
        return cls(chosen, frozenset(contracts), known)

    def but_for(self, name: str) -> "Narrowing":
        """The same without what was chosen of one facet."""
        rest = {other: values for other, values in self.chosen.items() if other != name}
        return self if name not in self.chosen else Narrowing(rest, self.contracts, self.known)

    @cached_property
    def contracts_left(self) -> frozenset[int]:
        chosen = [(name, values) for name, values in self.chosen.items() if name in OF_CONTRACTS]
        return frozenset(
            contract
            for contract in self.contracts
            if all(self.known.value(name, contract) in values for name, values in chosen)
        )

    def cells(self, counted: Iterable[Cell]) -> list[Cell]:
        """Those of the cells that are left."""
        contracts = self.contracts_left
        left = [cell for cell in counted if cell[CONTRACT] in contracts]
        for name, place in OF_CELLS.items():
            if name in self.chosen:
                values = set(self.chosen[name])
                left = [cell for cell in left if cell[place] in values]
        return left


def total(counted: Iterable[Cell]) -> int:
    return sum(cell[COUNT] for cell in counted)


def facets(counted: Sequence[Cell], narrowing: Narrowing) -> list[Facet]:
    """Every facet, each choice with how many services are found if only it is chosen of them."""
    left = narrowing.cells(counted)
    return [
        _facet(
            name,
            narrowing.but_for(name).cells(counted) if name in narrowing.chosen else left,
            narrowing,
        )
        for name in LABELS
    ]


def _facet(name: str, counted: Iterable[Cell], narrowing: Narrowing) -> Facet:
    known = narrowing.known
    chosen = list(narrowing.chosen.get(name, ()))
    place = OF_CELLS.get(name, CONTRACT)
    by_place: Counter[Any] = Counter()
    for cell in counted:
        by_place[cell[place]] += cell[COUNT]
    counts: Counter[Any] = Counter(dict.fromkeys(chosen, 0))
    for value, count in by_place.items():
        counts[known.value(name, value) if name in OF_CONTRACTS else value] += count
    choices = [
        Choice(str(value), label_of(name, value, known), count, value in chosen)
        for value, count in counts.items()
    ]
    places = _places(name, known)
    choices.sort(key=lambda choice: (places.get(choice.value, 0), choice.label.casefold()))
    return Facet(name, LABELS[name], choices)


def _places(name: str, known: Known) -> dict[str, int]:
    """In which order the choices of a facet stand that is not sorted by its words."""
    in_order: dict[str, Iterable[Any]] = {
        "designation": Designation.Value.values,
        "price": range(len(BANDS)),
        "category": known.categories,
    }
    return {str(value): place for place, value in enumerate(in_order.get(name, ()))}


def label_of(name: str, value: Any, known: Known) -> str:
    """What a facet's value is called on the page."""
    if name == "designation":
        return Designation.Value(value).label
    if name == "contractor":
        return next(
            contract.contractor.name
            for contract in known.contracts.values()
            if contract.contractor_id == value
        )
    if name == "category":
        return str(known.categories[value])
    if name == "contract":
        return str(known.contracts[value])
    if name == "price":
        return BANDS[value]
    return value or "No unit stated"
