"""How texts and questions become words, and what a misspelling is mended to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.words import distance, indexed, nearest, question, spellable, words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SIP  Trunking", ["sip", "trunking"]),
        ("AT&T", ["at-t"]),
        ("Wi-Fi/LAN, 6.1.2.2 (additional)", ["wi-fi-lan", "6.1.2.2", "additional"]),
        ("C3-B-12-10-TS-08.", ["c3-b-12-10-ts-08"]),
        ("100% cover_100", ["100%", "cover-100"]),
        ("Peña señal", ["pena", "senal"]),
        ("voip VOIP", ["voip"]),
        ("… _ %", []),
    ],
)
def test_a_text_is_cut_into_words_without_case_accents_and_punctuation(
    text: str, words: list[str]
) -> None:
    assert words_in(text) == words


@pytest.mark.parametrize(
    ("text", "found_by"),
    [
        ("AT&T", {"at-t", "at", "t", "att"}),
        ("6.1.2.2", {"6.1.2.2", "6.1.2", "6.1", "6"}),
        ("TS-08-A", {"ts-08-a", "ts", "08", "a", "08-a", "ts08a"}),
    ],
)
def test_a_word_with_parts_is_found_by_each(text: str, found_by: set[str]) -> None:
    assert set(indexed([text]).split(" ")) == found_by


def test_only_the_last_word_is_taken_for_a_beginning_and_no_section_number() -> None:
    assert [(w.word, w.begins) for w in question("sip trunk")] == [("sip", False), ("trunk", True)]
    assert [(w.word, w.begins) for w in question("1.2")] == [("1.2", False)]


@given(st.text(max_size=60))
def test_nothing_in_a_word_could_end_its_quotation(text: str) -> None:
    for word in indexed([text]).split(" "):
        assert not set(word) & set("'\"\\*:&|!()\0 ")


def test_identifiers_are_not_what_a_misspelling_is_mended_to() -> None:
    assert list(spellable("voip s77d01f3 6.1 of wi-fi")) == ["voip"]


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("voip", "voip", 0),
        ("voipp", "voip", 1),
        ("viop", "voip", 1),
        ("mpsl", "mpls", 1),
        ("brodbnad", "broadband", 2),
        ("", "ab", 2),
    ],
)
def test_a_swap_of_two_letters_is_one_step(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == steps


def test_a_short_word_may_have_one_wrong_letter_and_a_long_one_two() -> None:
    assert nearest("voipp", ["void", "voip", "mpls"]) == "voip"
    assert nearest("xyip", ["voip"]) is None
    assert nearest("conferncng", ["conferencing"]) == "conferencing"
    assert nearest("trunk", ["trunking", "truck"]) == "truck"
    assert nearest("zebra", []) is None
