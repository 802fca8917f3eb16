"""To which order desk an order goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalog.models import Category, Contract, DeskAddress
from stmm.audit.dated import LATEST_FIRST


@dataclass(frozen=True, slots=True)
class Desks:
    """A contract's order desks on a day: the general one, and those of categories by key."""

    general: str
    rows: tuple[DeskAddress, ...]

    @property
    def by_category(self) -> dict[int | None, str]:
        return {row.category_id: row.email for row in self.rows}

    def address(self, categories: Iterable[Category]) -> str:
        """The categories' own desk where it is the same for all; the general one otherwise."""
        own = {self.by_category.get(category.pk, "") for category in categories}
        return own.pop() if len(own) == 1 and "" not in own else self.general


def desks(contract: Contract, *, on: date) -> Desks:
    """The order desks of a contract on the Pacific day `on`, in one query."""
    rows: dict[int | None, DeskAddress] = {}
    begun = contract.desk_addresses.filter(effective_from__lte=on).select_related("category")
    for row in begun.order_by(*LATEST_FIRST):
        rows.setdefault(row.category_id, row)
    general = rows.pop(None, None)
    return Desks(
        general.email if general else contract.order_desk_email,
        tuple(row for row in rows.values() if row.email),
    )


def order_desk(contract: Contract, categories: Iterable[Category], *, on: date) -> str:
    """The address to which an order for services of these categories goes on a Pacific day."""
    return desks(contract, on=on).address(categories)
