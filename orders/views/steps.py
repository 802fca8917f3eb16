"""The six steps of a STD. 20, as the step list of every page of an open order shows them."""

from dataclasses import dataclass

from django.urls import reverse

from orders.models import Order

STEPS = (
    ("contractor", "Contractor"),
    ("lines", "Lines"),
    ("where", "Where and when"),
    ("contacts", "Billing and contacts"),
    ("review", "Review"),
    ("sign", "Sign"),
)


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    name: str
    url: str
    state: str


def steps_of(order: Order | None, current: str) -> list[Step]:
    """The steps with links; before the draft exists only the first one can be opened."""
    names = [name for name, _ in STEPS]
    here = names.index(current)
    return [
        Step(
            number,
            label,
            reverse(f"orders:{name}", args=[order.pk]) if order else "",
            "current" if name == current else "done" if number <= here else "todo",
        )
        for number, (name, label) in enumerate(STEPS, start=1)
    ]


def next_step(current: str) -> str:
    names = [name for name, _ in STEPS]
    return names[min(names.index(current) + 1, len(names) - 1)]
