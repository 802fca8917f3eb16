"""The six steps of a STD. 20, as the step list of every page of an open order shows them."""

from collections.abc import Iterable

from orders.completeness.order import gaps_in
from orders.models import Order
from orders.views.step_list import Step, step_list
from stmm.refusals import Problem

STEPS = (
    ("contractor", "Contractor"),
    ("lines", "Lines"),
    ("where", "Where and when"),
    ("contacts", "Billing and contacts"),
    ("review", "Review"),
    ("sign", "Sign"),
)


def steps_of(
    order: Order | None, current: str, problems: Iterable[Problem] | None = None
) -> list[Step]:
    """The steps with links; before the draft exists only the first one can be opened.

    A step with one of the `problems` is not shown as done; where a page does not know them, one
    that still has to be filled in.
    """
    if order is None:
        return step_list(STEPS, current, pk=None)
    found = gaps_in(order) if problems is None else problems
    return step_list(STEPS, current, pk=order.pk, lacking={problem.step for problem in found})


def next_step(current: str) -> str:
    names = [name for name, _ in STEPS]
    return names[min(names.index(current) + 1, len(names) - 1)]
