import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from stmm.documents.assets import AssetFetcher
from stmm.documents.pdf import DataFile, RenderFailed, render_pdf
from tests.documents.printed import breaches, complaints, everything_inside, words

AT = datetime(2026, 3, 2, 18, 15, tzinfo=UTC)
DATA = DataFile(name="letter.json", content=b'{"answer": 42}', description="The letter as data")
LETTER = """<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>A letter</title>
<meta name="dcterms.created" content="2026-03-02T18:15:00Z">
<meta name="dcterms.modified" content="2026-03-02T18:15:00Z"></head>
<body><h1>A letter</h1>{}</body></html>"""


def rendered(body: str = "<p>Dear Director</p>", at: datetime = AT) -> bytes:
    return render_pdf(html=LETTER.format(body), attachment=DATA, at=at)


def test_a_document_is_archival_and_accessible_at_once(tmp_path: Path) -> None:
    assert complaints(rendered(), tmp_path) == []


def test_the_data_file_is_inside_with_the_times_of_the_document() -> None:
    with pikepdf.open(BytesIO(rendered())) as pdf:
        embedded = pdf.attachments["letter.json"]
        assert embedded.get_file().read_bytes() == DATA.content
        assert len(pdf.Root.AF) == 1
        assert embedded.relationship == pikepdf.Name.Data
        assert embedded.get_file().creation_date == AT
        assert embedded.get_file().mod_date == AT


def test_the_same_document_gives_the_same_bytes() -> None:
    assert rendered() == rendered()


def test_packed_data_that_ends_in_a_carriage_return_stays_conformant() -> None:
    content = next(
        text.encode()
        for text in (json.dumps({"answer": "y" * number}) for number in range(1000))
        if zlib.adler32(text.encode()) & 0xFF == ord("\r")
    )
    pdf = render_pdf(html=LETTER.format(""), attachment=replace(DATA, content=content), at=AT)
    assert breaches(pdf) == []
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert opened.attachments["letter.json"].get_file().read_bytes() == content


def test_no_stream_ends_where_a_reader_could_be_mistaken() -> None:
    for number in range(60):
        pdf = rendered(f"<p>{number}</p>")
        assert b"\r\nendstream" not in pdf
        with pikepdf.open(BytesIO(pdf)) as opened:
            assert opened.check_pdf_syntax() == []


def test_a_document_of_another_moment_gives_other_bytes() -> None:
    assert rendered() != rendered(at=datetime(2027, 3, 2, tzinfo=UTC))


def test_headers_and_page_numbers_are_not_read_aloud() -> None:
    with pikepdf.open(BytesIO(rendered())) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
        tagged = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
        assert content.count(b"/Type /Pagination") > 0
        assert content.count(b"/MCID") == len(tagged)


def test_the_metadata_can_be_read_without_unpacking() -> None:
    assert b"<pdfuaid:part>1</pdfuaid:part>" in rendered()


def test_a_character_without_a_font_fails_the_render() -> None:
    with pytest.raises(RenderFailed, match="CJK UNIFIED IDEOGRAPH-6F22"):
        rendered("<p>漢</p>")


def test_a_decomposed_letter_is_printed_as_one_character() -> None:
    assert "Café" in words(rendered("<p>Cafe\u0301</p>"))


def test_a_style_that_would_be_ignored_fails_the_render() -> None:
    with pytest.raises(RenderFailed, match="no-such-property"):
        rendered('<p style="no-such-property: 1">Dear Director</p>')


def test_a_picture_without_a_description_fails_the_render() -> None:
    with pytest.raises(RenderFailed, match="alt"):
        rendered('<img src="asset:ticked.svg">')


def test_a_failed_render_leaves_the_next_one_alone() -> None:
    with pytest.raises(RenderFailed):
        rendered("<img alt='x' src='https://example.org/x.png'>")
    assert rendered() == rendered()


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        rendered(at=datetime(2026, 3, 2))  # noqa: DTZ001  the very mistake


def test_an_asset_that_is_not_served_fails_the_render() -> None:
    with pytest.raises(RenderFailed, match="asset:stamp"):
        rendered('<img alt="A stamp" src="asset:stamp.svg">')


def test_the_fetcher_serves_what_it_was_given() -> None:
    assert AssetFetcher({"asset:a": b"abc"}).fetch("asset:a").read() == b"abc"


def test_no_path_of_this_machine_is_in_the_file() -> None:
    assert str(Path.cwd()).encode() not in everything_inside(rendered())
