"""How much of what was granted is used, and how much is left. One query for any number of items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from exemptions.models import ItemDecision

# SQLite gives back a sum without the cents that are none
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Remaining:
    """Of one granted item. Amounts are US dollars; `amount` is None where no limit was set."""

    quantity: int
    amount: Decimal | None
    used_quantity: int = 0
    used_amount: Decimal = Decimal(0)

    @property
    def quantity_left(self) -> int:
        return self.quantity - self.used_quantity

    @property
    def amount_left(self) -> Decimal | None:
        return None if self.amount is None else self.amount - self.used_amount

    @property
    def is_used_up(self) -> bool:
        """Nothing more can be bought under it."""
        return self.quantity_left < 1 or self.amount_left == 0


def remaining(items: Iterable[ItemDecision]) -> Mapping[int, Remaining]:
    """Of each granted item, by its key. What was released does not count. One query."""
    live = Q(uses__released_at__isnull=True)
    rows = (
        ItemDecision.objects.filter(pk__in=[item.pk for item in items])
        .order_by()
        .annotate(taken=Sum("uses__quantity", filter=live), spent=Sum("uses__amount", filter=live))
        .values_list("pk", "quantity", "amount", "taken", "spent")
    )
    return {
        key: Remaining(quantity, amount, taken or 0, (spent or Decimal(0)).quantize(_CENT))
        for key, quantity, amount, taken, spent in rows
    }
