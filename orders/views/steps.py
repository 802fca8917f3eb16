"""The six steps of a STD. 20, as the step list of every page of an open order shows them."""

from orders.models import Order
from orders.views.step_list import Step, step_list

STEPS = (
    ("contractor", "Contractor"),
    ("lines", "Lines"),
    ("where", "Where and when"),
    ("contacts", "Billing and contacts"),
    ("review", "Review"),
    ("sign", "Sign"),
)


def steps_of(order: Order | None, current: str) -> list[Step]:
    """The steps with links; before the draft exists only the first one can be opened."""
    return step_list(STEPS, current, pk=order.pk if order else None)


def next_step(current: str) -> str:
    names = [name for name, _ in STEPS]
    return names[min(names.index(current) + 1, len(names) - 1)]
