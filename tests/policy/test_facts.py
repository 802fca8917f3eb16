import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from stmm.policy.facts import (
    Action,
    Buyer,
    Designation,
    Exemption,
    ExemptionState,
    Purchase,
    Source,
)
from tests.policy.cases import PURCHASE
from tests.policy.strategies import every_input, purchases

DAY = date(2026, 3, 2)


@every_input
@given(purchases)
def test_facts_come_back_from_json_as_they_were(purchase: Purchase) -> None:
    assert Purchase.from_json(json.loads(json.dumps(purchase.as_json()))) == purchase


def test_facts_are_stored_as_plain_json() -> None:
    assert PURCHASE["L03"].as_json() == {
        "on": "2026-03-02",
        "buyer": "non_state",
        "source": "calnet",
        "designation": "mandatory",
        "action": "buy",
        "ato": {"approved_on": "2025-05-19", "lists_service": False},
        "exemption": {"state": "none", "starts_on": None, "until": None, "reference": ""},
    }


@pytest.mark.parametrize("buyer", [Buyer.NON_EXEMPT, Buyer.EXEMPT, Buyer.UNDETERMINED])
def test_a_state_entity_does_not_leave_calnet_by_notice(buyer: Buyer) -> None:
    with pytest.raises(ValueError, match="Only a non-state agency leaves CALNET"):
        Purchase(DAY, buyer, Source.OTHER, Designation.MANDATORY, Action.LEAVE)


def test_leaving_calnet_for_calnet_is_refused() -> None:
    with pytest.raises(ValueError, match="does not come from CALNET"):
        Purchase(DAY, Buyer.NON_STATE, Source.CALNET, Designation.MANDATORY, Action.LEAVE)


def test_a_moment_is_not_taken_for_a_day() -> None:
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)

    with pytest.raises(TypeError, match="not for a moment"):
        Purchase(moment, Buyer.EXEMPT, Source.OTHER, Designation.MANDATORY)


@pytest.mark.parametrize(
    ("starts_on", "until"),
    [(None, DAY), (DAY, None), (DAY, DAY), (date(2026, 3, 3), DAY)],
)
def test_an_approved_exemption_has_a_term(starts_on: date | None, until: date | None) -> None:
    with pytest.raises(ValueError, match="starts on a day and ends on a later one"):
        Exemption(ExemptionState.APPROVED, starts_on, until)


def test_a_request_not_yet_decided_has_no_term() -> None:
    assert not Exemption(ExemptionState.PENDING, reference="EX-2026-012").covers(DAY)
