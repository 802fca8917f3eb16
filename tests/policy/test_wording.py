from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from stmm.policy.decision import decide
from stmm.policy.facts import (
    Ato,
    Buyer,
    Designation,
    Exemption,
    ExemptionState,
    Purchase,
)
from stmm.policy.findings import Outcome
from tests.policy.cases import PURCHASE

APPROVED = Exemption(ExemptionState.APPROVED, date(2026, 1, 1), date(2027, 1, 1))
LISTED = Ato(date(2025, 5, 19), lists_service=True)
MANDATORY = Designation.MANDATORY


@pytest.mark.parametrize(
    ("case", "headline"),
    [
        ("N01", "Allowed: CALNET is required"),
        ("N02", "Allowed: your choice"),
        ("N03", "Allowed: CALNET is right either way"),
        ("U01", "Allowed: CALNET is right either way"),
        ("N04", "Mandatory from CALNET"),
        ("N05", "Exemption required"),
        ("N07", "Allowed under an exemption through December 31, 2026"),
        ("N13", "Allowed: your choice"),
        ("N14", "Ruling needed"),
        ("E01", "Allowed: your choice"),
        ("E03", "Allowed: CALNET encouraged"),
        ("L01", "ATO required"),
        ("L04", "Allowed: listed on your ATO"),
        ("L08", "Exclusive to CALNET until May 19, 2027"),
        ("L11", "Allowed: your choice"),
        ("L17", "Allowed: 30 days' notice"),
    ],
)
def test_a_headline_says_the_outcome_in_a_few_words(case: str, headline: str) -> None:
    assert decide(PURCHASE[case]).headline == headline


def test_an_outcome_has_a_headline_without_the_facts() -> None:
    assert Outcome.EXEMPTION_REQUIRED.headline == "Exemption required"
    assert len({outcome.headline for outcome in Outcome}) == len(Outcome)


UNDECIDED = replace(PURCHASE["U02"], designation=Designation.UNDETERMINED)


@pytest.mark.parametrize(
    ("purchase", "sentence", "changed"),
    [
        (
            PURCHASE["N04"],
            "An exemption approved by the Deputy Director would allow it while in term.",
            {"exemption": APPROVED},
        ),
        (
            PURCHASE["N05"],
            "The Deputy Director's approval of the exemption request would allow it.",
            {"exemption": APPROVED},
        ),
        (
            PURCHASE["N09"],
            "The approved exemption would allow it from January 1, 2026.",
            {"on": date(2026, 1, 1)},
        ),
        (
            PURCHASE["N11"],
            "The approved exemption has ended; a new one would allow it.",
            {"exemption": replace(APPROVED, until=date(2028, 1, 1))},
        ),
        (
            PURCHASE["N07"],
            "The exemption's last day is December 31, 2026.",
            {"on": date(2027, 1, 1)},
        ),
        (
            PURCHASE["N14"],
            "The Department's ruling on whether the service is mandatory would settle it.",
            {"designation": MANDATORY},
        ),
        (
            PURCHASE["U02"],
            "The Department's ruling on whether the agency is exempt would settle it.",
            {"buyer": Buyer.NON_EXEMPT},
        ),
        (
            UNDECIDED,
            "The Department's rulings on the agency and on the service would settle it.",
            {"buyer": Buyer.NON_EXEMPT, "designation": MANDATORY},
        ),
        (
            PURCHASE["E03"],
            "If the agency were not exempt, CALNET or an exemption would be required.",
            {"buyer": Buyer.NON_EXEMPT},
        ),
        (
            PURCHASE["E05"],
            "If the agency were not exempt, a ruling or an exemption would be needed.",
            {"buyer": Buyer.NON_EXEMPT},
        ),
        (
            PURCHASE["N13"],
            "If the service were mandatory, CALNET or an exemption would be required.",
            {"designation": MANDATORY},
        ),
        (
            PURCHASE["E04"],
            "If the service were mandatory, CALNET would be encouraged.",
            {"designation": MANDATORY},
        ),
        (
            PURCHASE["U03"],
            "If the service were mandatory, a ruling or an exemption would be needed.",
            {"designation": MANDATORY},
        ),
        (
            PURCHASE["L01"],
            "An ATO that lists the service, once approved by the State, would allow it.",
            {"ato": LISTED},
        ),
        (
            PURCHASE["L05"],
            "The ATO approved on May 19, 2025 would allow it from that day.",
            {"on": date(2025, 5, 19)},
        ),
        (
            PURCHASE["L07"],
            "From May 19, 2025 your ATO makes it exclusive to CALNET for two years.",
            {"on": date(2025, 5, 19)},
        ),
        (
            PURCHASE["L13"],
            "A State-approved ATO listing it would make it exclusive to CALNET for two years.",
            {"ato": LISTED},
        ),
        (
            PURCHASE["L08"],
            "The first free day is May 19, 2027.",
            {"on": date(2027, 5, 19)},
        ),
    ],
)
def test_the_fact_named_does_change_the_outcome(
    purchase: Purchase, sentence: str, changed: dict[str, Any]
) -> None:
    decision = decide(purchase)

    assert decision.what_would_change_it == sentence
    assert decide(replace(purchase, **changed)).outcome is not decision.outcome


@pytest.mark.parametrize("case", ["N01", "E01", "U01", "L04", "L11", "L17"])
def test_a_settled_purchase_names_nothing_that_would_change_it(case: str) -> None:
    assert decide(PURCHASE[case]).what_would_change_it == ""
