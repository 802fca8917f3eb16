from dataclasses import replace

import pytest

from stmm.policy.decision import decide
from stmm.policy.editions import STMM_2013, Rule
from stmm.policy.findings import Outcome
from tests.policy.cases import CASES, PURCHASE, Case


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_table_of_decisions_holds(case: Case) -> None:
    decision = decide(case.purchase)

    assert (decision.outcome, decision.date_shown) == (case.outcome, case.date_shown)
    assert [citation.id for citation in decision.citations] == case.paragraphs


def test_the_table_is_read_whole() -> None:
    assert len(CASES) == 43
    assert {case.outcome for case in CASES} == set(Outcome)


@pytest.mark.parametrize("rule", STMM_2013.rules, ids=lambda rule: rule.__name__)
def test_every_rule_of_the_edition_decides_some_case(rule: Rule) -> None:
    assert any(
        finding.outcome is case.outcome for case in CASES if (finding := rule(case.purchase))
    )


def test_each_rule_is_named_after_the_paragraph_it_cites() -> None:
    for rule in STMM_2013.rules:
        cited = {id for case in CASES if (finding := rule(case.purchase)) for id in finding.cites}
        paragraph = rule.__name__.upper().replace("_", "-", 1).replace("_", ".")
        assert cited == {paragraph}


def test_a_decision_names_its_edition_and_keeps_the_facts_it_saw() -> None:
    decision = decide(PURCHASE["N04"])

    assert (decision.edition_key, decision.edition_version) == ("stmm-0400.1-2013", "1")
    assert decision.purchase == PURCHASE["N04"]


def test_an_edition_that_says_nothing_gives_no_decision() -> None:
    silent = replace(STMM_2013, name="Silent edition", rules=())

    with pytest.raises(LookupError, match="Silent edition says nothing about Purchase"):
        decide(PURCHASE["N01"], edition=silent)


def test_a_milder_finding_is_kept_beside_the_strictest() -> None:
    milder, stricter = STMM_2013.rules[0], STMM_2013.rules[1]
    mixed = replace(
        STMM_2013,
        rules=(lambda _: milder(PURCHASE["N13"]), lambda _: stricter(PURCHASE["N04"])),
    )

    decision = decide(PURCHASE["N04"], edition=mixed)

    assert decision.outcome is Outcome.EXEMPTION_REQUIRED
    assert [finding.outcome for finding in decision.findings] == [
        Outcome.ALLOWED,
        Outcome.EXEMPTION_REQUIRED,
    ]
    assert [citation.id for citation in decision.citations] == ["PO-1"]


def test_a_stored_decision_carries_its_words_quotes_facts_and_edition() -> None:
    purchase = PURCHASE["L16"]
    decision = decide(purchase)

    stored = decision.as_json()

    assert stored["citations"][0] == {
        "id": "PO-4.1",
        "heading": "POLICY",
        "label": "POLICY, paragraph 4, sentence 1",
        "quote": decision.citations[0].quote,
    }
    del stored["citations"]
    assert stored == {
        "outcome": "exclusive_to_calnet",
        "headline": "Exclusive to CALNET until May 19, 2027",
        "sentence": "Listed on your ATO: exclusive to CALNET through May 18, 2027; "
        "from May 19, 2027 the choice is yours.",
        "what_would_change_it": "The first free day is May 19, 2027.",
        "date_shown": "2027-05-19",
        "findings": [
            {
                "outcome": "exclusive_to_calnet",
                "sentence": decision.sentence,
                "cites": ["PO-4.1"],
                "date_shown": "2027-05-19",
            },
            {
                "outcome": "exclusive_to_calnet",
                "sentence": "Notice to leave CALNET may be given from May 19, 2027.",
                "cites": ["PO-4.2"],
                "date_shown": "2027-05-19",
            },
        ],
        "purchase": purchase.as_json(),
        "edition_key": "stmm-0400.1-2013",
        "edition_version": "1",
    }
