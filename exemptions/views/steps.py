"""The steps of writing a request, as the step list of every page of a draft shows them."""

from dataclasses import dataclass

from django.urls import reverse

from exemptions.asked import STEPS, Step
from exemptions.models import ExemptionRequest

ORDER = list(STEPS)


@dataclass(frozen=True, slots=True)
class ShownStep:
    number: int
    name: str
    url: str
    state: str


def steps_of(exemption: ExemptionRequest, current: Step) -> list[ShownStep]:
    here = ORDER.index(current)
    return [
        ShownStep(
            place + 1,
            STEPS[step],
            reverse(f"exemptions:{step}", args=[exemption.pk]),
            "current" if step is current else "done" if place < here else "todo",
        )
        for place, step in enumerate(ORDER)
    ]


def next_step(current: Step) -> Step:
    return ORDER[min(ORDER.index(current) + 1, len(ORDER) - 1)]
