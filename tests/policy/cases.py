"""The table of decisions, read from decision-cases.csv beside this file."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stmm.policy.facts import (
    Action,
    Ato,
    Buyer,
    Designation,
    Exemption,
    ExemptionState,
    Purchase,
    Source,
)
from stmm.policy.findings import Outcome


@dataclass(frozen=True)
class Case:
    name: str
    purchase: Purchase
    outcome: Outcome
    date_shown: date | None
    paragraphs: list[str]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _ato(row: dict[str, str]) -> Ato | None:
    if row["ato_lists_service"] in ("", "none"):
        return None
    return Ato(_day(row["ato_approved_on"]), row["ato_lists_service"] == "yes")


def _case(row: dict[str, str]) -> Case:
    purchase = Purchase(
        on=date.fromisoformat(row["on"]),
        buyer=Buyer(row["buyer"]),
        action=Action(row["action"]),
        source=Source(row["source"]),
        designation=Designation(row["designation"]),
        ato=_ato(row),
        exemption=Exemption(
            ExemptionState(row["exemption"]),
            _day(row["exemption_from"]),
            _day(row["exemption_until"]),
        ),
    )
    outcome, shown = Outcome(row["outcome"]), _day(row["date_shown"])
    return Case(row["case"], purchase, outcome, shown, row["paragraphs"].split())


def _read() -> list[Case]:
    with Path(__file__).with_name("decision-cases.csv").open(encoding="utf-8", newline="") as file:
        return [_case(row) for row in csv.DictReader(file)]


CASES = _read()
PURCHASE = {case.name: case.purchase for case in CASES}
