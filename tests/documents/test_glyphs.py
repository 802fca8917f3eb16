from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db.migrations.writer import MigrationWriter
from django.utils.html import escape
from hypothesis import given, settings
from hypothesis import strategies as st

from stmm.documents.glyphs import (
    PrintableValidator,
    normalise,
    printable_characters,
    unprintable,
)
from stmm.documents.pdf import DataFile, render_pdf
from tests.documents.printed import breaches, complaints, font_names, words


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Phương Ánh",
        "Олександр Шевченко",
        "محمد عبد الله",
        "Γιώργος Παπαδόπουλος",
        "Łukasz Żółć, Čeněk Ďurď",
        "Հայկ Պետրոսյան",
        "two lines\n\tand a tab",
        "½ × 2 — “quoted” … €5 ☑",
    ],
)
def test_names_of_californians_can_be_printed(name: str) -> None:
    assert unprintable(name) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("漢", "“漢” (CJK UNIFIED IDEOGRAPH-6F22) can't be printed on the form"),
        ("thanks 🙏", "“🙏” (PERSON WITH FOLDED HANDS) can't be printed on the form"),
        ("♈", "“♈” (ARIES) can't be printed on the form"),
        ("bell\x07", "U+0007 can't be printed on the form"),
        ("\ud800", "U+D800 can't be printed on the form"),
        ("a\u202eb", "RIGHT-TO-LEFT OVERRIDE can't be printed on the form"),
        ("\ue000", "U+E000 can't be printed on the form"),
        ("a\u2028b", "LINE SEPARATOR can't be printed on the form"),
    ],
)
def test_a_character_that_cannot_be_printed_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PrintableValidator()(text)
    assert refused.value.messages == [message]


def test_each_character_is_named_once() -> None:
    with pytest.raises(ValidationError) as refused:
        PrintableValidator()("漢字漢字")
    assert len(refused.value.messages) == 2


def test_a_long_text_in_another_script_does_not_make_a_long_page() -> None:
    with pytest.raises(ValidationError) as refused:
        PrintableValidator()("".join(chr(0x4E00 + step) for step in range(500)))
    assert len(refused.value.messages) == 10


def test_positions_count_from_the_start_of_the_text() -> None:
    assert [(found.char, found.position) for found in unprintable("a漢b字")] == [
        ("漢", 1),
        ("字", 3),
    ]


def test_line_ends_of_a_browser_are_accepted() -> None:
    PrintableValidator()("1416 9th Street\r\nSacramento")


def test_texts_are_composed_and_their_lines_end_alike() -> None:
    assert normalise("Cafe\u0301\r\nBar\rX") == "Café\nBar\nX"


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet=st.characters()))
def test_the_message_of_any_refusal_can_be_sent(text: str) -> None:
    messages = []
    try:
        PrintableValidator()(text)
    except ValidationError as refused:
        messages = refused.messages
    assert " ".join(messages).encode().decode() == " ".join(messages)


def test_a_migration_can_name_the_validator() -> None:
    written, _ = MigrationWriter.serialize(PrintableValidator())
    assert written == "stmm.documents.glyphs.PrintableValidator()"


def printed(text: str) -> bytes:
    return render_pdf(
        html="<!doctype html><html lang='en'><title>Characters</title><h1>Characters</h1>"
        f"<p>{escape(text)}</p><p><b>{escape(text)}</b></p>",
        attachment=DataFile(name="none.json", content=b"{}", description="Nothing"),
        at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def test_every_accepted_character_prints_from_our_own_fonts(tmp_path: Path) -> None:
    pdf = printed("".join(sorted(printable_characters())))
    assert {name.partition("+")[2].partition("-")[0] for name in font_names(pdf)} == {"STMM"}
    assert complaints(pdf, tmp_path) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(alphabet=st.sampled_from(sorted(printable_characters()))), max_size=50))
def test_any_accepted_text_prints_conformant(texts: list[str]) -> None:
    assert breaches(printed("\n".join(texts))) == []


def test_a_letter_with_a_mark_does_not_lend_the_mark_to_the_same_letter_elsewhere() -> None:
    assert "x\u0302 is not x" in words(printed("x\u0302 is not x"))


def test_a_vowelled_name_prints_conformant(tmp_path: Path) -> None:
    assert complaints(printed("שָׁלוֹם مُحَمَّد x\u0302"), tmp_path) == []
