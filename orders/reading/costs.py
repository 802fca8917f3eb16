"""What an agency may expect to pay a month, by its budget codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from orders.models import BudgetLine, OpenService, OrderLine, State
from orders.models.inventory import MONTHLY_COST
from orders.models.states import LINE_UNDER_WAY, WITH_CONTRACTOR
from stmm.agencies.models import Agency, Sight

NOTHING = Decimal(0)
# Signed, and not all of it completed
UNDER_WAY = WITH_CONTRACTOR | {State.SIGNED}


@dataclass(frozen=True, slots=True)
class Cost:
    """One budget code of one agency, or what has none (""), a month, in dollars."""

    agency: Agency
    code: str
    line: BudgetLine | None
    working: Decimal
    coming: Decimal

    @property
    def name(self) -> str:
        return self.line.name if self.line else ""

    @property
    def budget(self) -> Decimal | None:
        return self.line.monthly if self.line else None

    @property
    def expected(self) -> Decimal:
        return self.working + self.coming

    @property
    def left(self) -> Decimal | None:
        """Of the budget; below zero where more is to be paid."""
        return None if self.budget is None else self.budget - self.expected

    @property
    def percent(self) -> int | None:
        """How much of the budget is expected to be spent; None without a budget."""
        return int(self.expected * 100 / self.budget) if self.budget else None

    @property
    def bar(self) -> int:
        """How far a bar of 100 is filled."""
        return min(self.percent or 0, 100)


Key = tuple[int, str]


def expected_costs(sight: Sight) -> list[Cost]:
    """Every budget code of the agencies that a person sees, in a fixed number of queries.

    Under way are the Adds of orders that are signed and not completed; what an order under
    way disconnects still counts.
    """
    agencies = Agency.objects.visible_to(sight)
    lines = {
        (line.agency_id, line.code): line for line in BudgetLine.objects.filter(agency__in=agencies)
    }
    working = _summed(OpenService.objects.visible_to(sight).working(), "agency", "budget_code")
    coming = _summed(_adds_under_way(agencies), "order__agency", "order__budget_code")
    keys = {*lines, *working, *coming}
    named = Agency.objects.in_bulk({agency for agency, _ in keys})
    costs = [
        Cost(
            agency=named[agency],
            code=code,
            line=lines.get((agency, code)),
            working=working.get((agency, code), NOTHING),
            coming=coming.get((agency, code), NOTHING),
        )
        for agency, code in keys
    ]
    # What has no code comes last of its agency
    return sorted(
        costs, key=lambda cost: (cost.agency.name, cost.agency.pk, not cost.code, cost.code)
    )


def _adds_under_way(agencies: QuerySet[Agency]) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(
        Q(progress__isnull=True) | Q(progress__state__in=LINE_UNDER_WAY),
        order_type=OrderLine.Type.ADD,
        order__state__in=UNDER_WAY,
        order__agency__in=agencies,
    )


def _summed(rows: QuerySet[Any], agency: str, code: str) -> dict[Key, Decimal]:
    found = rows.order_by().values_list(agency, code).annotate(cost=Sum(MONTHLY_COST))
    return {(key, named): cost or NOTHING for key, named, cost in found}


COLUMNS = (
    "Agency",
    "Budget code",
    "Name",
    "Monthly budget, US dollars",
    "Open services, US dollars",
    "Orders under way, US dollars",
    "Expected, US dollars",
    "Left, US dollars",
)


def rows(costs: Iterable[Cost]) -> Iterable[tuple[Any, ...]]:
    """A row of COLUMNS for each."""
    return (
        (
            cost.agency.name,
            cost.code or "No code",
            cost.name,
            cost.budget,
            cost.working,
            cost.coming,
            cost.expected,
            cost.left,
        )
        for cost in costs
    )
