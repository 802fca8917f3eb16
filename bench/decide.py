"""Decisions a second of one core's time, beside the floor: making the Purchase alone.

Run from anywhere: ``python bench/decide.py``. The purchases are every combination of the facts,
so each rule and each outcome takes its share.
"""

import sys
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from time import process_time
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from stmm.policy.decision import decide
from stmm.policy.facts import (
    Ato,
    Buyer,
    Designation,
    Exemption,
    ExemptionState,
    Purchase,
    Source,
)

Given = TypeVar("Given")

ROUNDS = 5
REPEATS = 200
TODAY = date(2026, 3, 2)
TERM = (date(2026, 1, 1), date(2027, 1, 1))
EXEMPTIONS = [Exemption(state, *TERM) for state in (ExemptionState.NONE, ExemptionState.APPROVED)]
ATOS = [None, Ato(date(2025, 5, 19), True), Ato(date(2020, 5, 19), True)]
FACTS = list(product(Buyer, Source, Designation, ATOS, EXEMPTIONS))


def make(facts: tuple[Buyer, Source, Designation, Ato | None, Exemption]) -> Purchase:
    buyer, source, designation, ato, exemption = facts
    return Purchase(TODAY, buyer, source, designation, ato=ato, exemption=exemption)


def per_second(work: Callable[[Given], object], given: list[Given]) -> float:
    """Calls a second, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = process_time()
        for _ in range(REPEATS):
            for one in given:
                work(one)
        best = min(best, process_time() - started)
    return len(given) * REPEATS / best


def main() -> None:
    floor = per_second(make, FACTS)
    decisions = per_second(decide, [make(facts) for facts in FACTS])
    print(f"floor, making a Purchase: {floor:>10,.0f} a second")
    print(f"deciding one:             {decisions:>10,.0f} a second")
    print(f"a decision costs {floor / decisions:.1f} floors")


if __name__ == "__main__":
    main()
