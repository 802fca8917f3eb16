"""What decides every purchase, not only the table's: see the strategies beside this file."""

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stmm.policy.citations import CITATIONS
from stmm.policy.decision import decide
from stmm.policy.facts import (
    Buyer,
    Designation,
    Exemption,
    ExemptionState,
    Purchase,
    Source,
)
from stmm.policy.findings import Outcome
from tests.policy.strategies import (
    days,
    every_input,
    non_state_purchases,
    purchases,
    state_purchases,
)


def first_free_day(approved_on: date) -> date:
    """Two years on, found by walking the calendar."""
    day = approved_on
    while (day.year, day.month, day.day) < (
        approved_on.year + 2,
        approved_on.month,
        approved_on.day,
    ):
        day += timedelta(days=1)
    return day


def boundaries(purchase: Purchase) -> list[date]:
    """The only days on which an outcome may change."""
    exemption, ato = purchase.exemption, purchase.ato
    stated = [exemption.starts_on, exemption.until]
    if ato and ato.approved_on:
        stated += [ato.approved_on, first_free_day(ato.approved_on)]
    return sorted(day for day in stated if day)


@every_input
@given(state_purchases())
def test_buying_from_calnet_is_never_refused_to_a_state_entity(purchase: Purchase) -> None:
    assert decide(replace(purchase, source=Source.CALNET)).outcome is Outcome.ALLOWED


@every_input
@given(state_purchases(st.just(Buyer.NON_EXEMPT)))
def test_a_mandatory_service_elsewhere_needs_an_approved_exemption_in_term(
    purchase: Purchase,
) -> None:
    elsewhere = replace(purchase, source=Source.OTHER, designation=Designation.MANDATORY)
    exemption = purchase.exemption
    in_term = bool(
        exemption.state is ExemptionState.APPROVED
        and exemption.starts_on
        and exemption.until
        and exemption.starts_on <= purchase.on <= exemption.until - timedelta(days=1)
    )

    assert decide(elsewhere).outcome.is_allowed == in_term


@every_input
@given(purchases, st.integers(0, 400), st.integers(1, 400))
def test_an_approved_exemption_in_term_never_makes_an_outcome_stricter(
    purchase: Purchase, days_in: int, days_left: int
) -> None:
    in_term = Exemption(
        ExemptionState.APPROVED,
        purchase.on - timedelta(days=days_in),
        purchase.on + timedelta(days=days_left),
    )

    exempted = decide(replace(purchase, exemption=in_term)).outcome

    assert exempted.strictness <= decide(purchase).outcome.strictness


@every_input
@given(state_purchases())
def test_exempt_standing_is_never_stricter_than_non_exempt(purchase: Purchase) -> None:
    exempt = decide(replace(purchase, buyer=Buyer.EXEMPT)).outcome
    non_exempt = decide(replace(purchase, buyer=Buyer.NON_EXEMPT)).outcome

    assert exempt.strictness <= non_exempt.strictness


@every_input
@given(state_purchases())
def test_nothing_the_department_left_open_is_assumed_optional(purchase: Purchase) -> None:
    elsewhere = replace(purchase, source=Source.OTHER)
    open_designation = replace(elsewhere, designation=Designation.UNDETERMINED)
    mandatory = replace(elsewhere, designation=Designation.MANDATORY)
    open_standing = replace(elsewhere, buyer=Buyer.UNDETERMINED)
    non_exempt = replace(elsewhere, buyer=Buyer.NON_EXEMPT)

    for left_open, stated in [(open_designation, mandatory), (open_standing, non_exempt)]:
        assert decide(left_open).outcome.strictness >= decide(stated).outcome.strictness


@every_input
@given(non_state_purchases(), st.sampled_from(Designation))
def test_mandatory_or_not_never_changes_what_a_non_state_agency_may_do(
    purchase: Purchase, designation: Designation
) -> None:
    first, second = decide(purchase), decide(replace(purchase, designation=designation))

    assert first.outcome is second.outcome
    assert (first.sentence, first.date_shown) == (second.sentence, second.date_shown)
    assert first.citations == second.citations


@every_input
@given(non_state_purchases())
def test_a_listed_service_is_exclusive_for_exactly_its_two_years(purchase: Purchase) -> None:
    elsewhere = replace(purchase, source=Source.OTHER)
    ato = elsewhere.ato
    runs = bool(
        ato
        and ato.lists_service
        and ato.approved_on
        and ato.approved_on <= elsewhere.on < first_free_day(ato.approved_on)
    )

    assert (decide(elsewhere).outcome is Outcome.EXCLUSIVE_TO_CALNET) == runs


@every_input
@given(purchases, days)
def test_the_day_matters_only_at_the_stated_boundaries(purchase: Purchase, earlier: date) -> None:
    passed = [day for day in boundaries(purchase) if day <= purchase.on]
    same_stretch = max(passed) if passed else min(earlier, purchase.on)

    assert decide(replace(purchase, on=same_stretch)).outcome is decide(purchase).outcome


@every_input
@given(purchases)
def test_the_strictest_finding_wins_and_is_cited_in_the_manuals_order(purchase: Purchase) -> None:
    decision = decide(purchase)
    winning = [each for each in decision.findings if each.outcome is decision.outcome]
    cited = [citation.id for citation in decision.citations]
    chapter = list(CITATIONS)

    assert decision.outcome.strictness == max(f.outcome.strictness for f in decision.findings)
    assert cited == [id for finding in winning for id in finding.cites]
    assert cited == sorted(set(cited), key=chapter.index)
    assert cited


@every_input
@given(purchases)
def test_the_same_facts_from_storage_give_the_same_decision(purchase: Purchase) -> None:
    stored = json.loads(json.dumps(decide(purchase).as_json()))

    again = Purchase.from_json(stored["purchase"])

    assert again == purchase
    assert decide(again).as_json() == stored


@every_input
@given(purchases)
def test_only_an_allowed_purchase_has_nothing_that_would_change_it(purchase: Purchase) -> None:
    decision = decide(purchase)

    assert decision.what_would_change_it or decision.outcome.is_allowed
    assert decision.headline
    assert decision.sentence.endswith(".")
