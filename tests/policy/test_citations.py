from hashlib import sha256
from importlib.resources import files

import pytest

from stmm.policy.citations import CITATIONS, cite

CHAPTER = files("stmm.policy").joinpath("manual/0400.1.txt")


def test_the_chapter_is_the_published_text_unchanged() -> None:
    published = "cd6c20ad8f39e4f71b149918cb0681411a80dbcd975f1c8106a101ef44378d96"

    assert sha256(CHAPTER.read_bytes()).hexdigest() == published


def test_the_chapter_has_these_paragraphs_and_no_others() -> None:
    assert " ".join(CITATIONS) == (
        "PU-1 PU-2 PU-3 PO-1 PO-2 PO-3 PO-4 PO-4.1 PO-4.2 PO-4.3 RE-1 RE-2 PR-1 PR-2"
    )


@pytest.mark.parametrize("id", CITATIONS)
def test_a_quote_stands_word_for_word_under_its_heading(id: str) -> None:
    citation = cite(id)

    section = CHAPTER.read_text(encoding="utf-8").partition(f"\n{citation.heading}\n")[2]

    assert citation.id == id
    assert citation.quote in section


def test_the_paragraphs_together_are_the_whole_of_the_four_sections() -> None:
    text = CHAPTER.read_text(encoding="utf-8")
    body = text[text.index("\nPURPOSE\n") : text.index("\nAUTHORITY AND REFERENCES\n")]
    for heading in ("PURPOSE", "POLICY", "RESPONSIBILITIES", "PROCEDURES"):
        body = body.replace(f"\n{heading}\n", "\n")

    quotes = [citation.quote for id, citation in CITATIONS.items() if "." not in id]

    assert body.split() == " ".join(quotes).split()


def test_the_three_sentences_together_are_the_fourth_policy_paragraph() -> None:
    sentences = [cite(f"PO-4.{number}").quote for number in (1, 2, 3)]

    assert " ".join(sentences) == cite("PO-4").quote
    assert sentences[2].startswith("Local agencies are encouraged to use the STD. 20 to purchase")


@pytest.mark.parametrize(
    ("id", "label"),
    [
        ("PO-4.1", "POLICY, paragraph 4, sentence 1"),
        ("PR-2", "PROCEDURES, paragraph 2"),
    ],
)
def test_a_label_says_where_to_find_it(id: str, label: str) -> None:
    assert cite(id).label == label


def test_an_unknown_paragraph_is_named_in_the_error() -> None:
    with pytest.raises(KeyError, match="PO-9"):
        cite("PO-9")
