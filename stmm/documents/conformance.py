"""What WeasyPrint's PDF/A-3a lacks to be PDF/UA-1 too and to read well aloud."""

import re
import unicodedata
import zlib
from functools import cache, partial
from io import BytesIO

import pikepdf
from fontTools.ttLib import TTFont

from stmm.documents.assets import FACES, Face, assets

# PDF/A allows no property in the metadata that it does not know: ISO 19005-3, 6.6.2.3 asks for
# this description of ISO 14289-1's `pdfuaid:part` before the property itself.
_PDF_UA_METADATA = """
<rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>Part of ISO 14289 the file follows</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
  <pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
</rdf:RDF>""".strip()

_MARKED_TEXT = re.compile(rb"/\w+\n<</MCID (\d+)>>\nBDC")
_ARTIFACT = b"/Artifact\n<</Type /Pagination>>\nBDC"
_GLYPH_TEXT = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")
_PACKED = pikepdf.Name.FlateDecode
_NO_TEXT = "\u200b"  # a glyph must stand for something: a space without width


class ForeignFont(Exception):
    """A font that is not bundled got into the file."""


def _name_in_pdf(face: Face) -> str:
    cut = {400: "", 700: "-Bold"}[face.weight] + ("-Italic" if face.style == "italic" else "")
    return face.family.replace(" ", "-") + cut


_FACE_BY_NAME = {_name_in_pdf(face): face for face in FACES}


@cache
def _character_map(face: Face) -> tuple[dict[str, int], dict[int, str]]:
    """The glyph of each character, and the first character of each glyph."""
    with TTFont(BytesIO(assets()[face.url]), lazy=True) as font:
        glyphs = {chr(code): font.getGlyphID(name) for code, name in font.getBestCmap().items()}
    return glyphs, {glyph: char for char, glyph in reversed(glyphs.items())}


def _text_of_glyph(face: Face, mapped: re.Match[bytes]) -> bytes:
    """What one glyph stands for.

    WeasyPrint gives a letter with combining marks to its first glyph and nothing to the others,
    which PDF/A (ISO 19005-3, 6.2.11.7.2) forbids, and which adds the marks to that letter wherever
    else it stands.
    """
    text = bytes.fromhex(mapped[2].decode()).decode("utf-16-be")
    if len(text) == 1:
        return mapped[0]
    glyph = int(mapped[1], 16)
    glyphs, characters = _character_map(face)
    of_font = unicodedata.normalize("NFKC", characters.get(glyph, ""))
    own = next((char for char in text if glyphs.get(char) == glyph), of_font or text or _NO_TEXT)
    return b"<%s> <%s>" % (mapped[1], own.encode("utf-16-be").hex().encode())


def _complete_fonts(pdf: pikepdf.Pdf) -> None:
    """Gives every glyph its text. Raises ForeignFont."""
    fonts = {
        font.objgen: font
        for page in pdf.pages
        for font in page.Resources.get("/Font", pikepdf.Dictionary()).values()
    }
    for font in fonts.values():
        name = str(font.BaseFont).partition("+")[2]
        if name not in _FACE_BY_NAME:
            raise ForeignFont(f"{name} is a font of this machine, not a bundled one")
        texts = font.ToUnicode.read_bytes()
        _write(font.ToUnicode, _GLYPH_TEXT.sub(partial(_text_of_glyph, _FACE_BY_NAME[name]), texts))


def _running_text_as_artifacts(pdf: pikepdf.Pdf) -> None:
    """Marks headers, footers and page numbers as what a screen reader skips.

    WeasyPrint draws them last on a page and tags them as text outside the document's tree, which
    ISO 14289-1, 7.1 and 7.8 forbid.
    """
    tree = pdf.Root.StructTreeRoot
    document = tree.K[0]
    real = {kid.objgen for kid in document.K}
    numbers = tree.ParentTree.Nums
    tagged_by_page = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
    for page in pdf.pages:
        tagged = tagged_by_page[int(page.StructParents)]
        last = len(tagged)
        while last and _outermost(tagged[last - 1], document).objgen not in real:
            last -= 1
            del tagged[last]
        drawn = page.Contents.read_bytes()
        _write(page.Contents, _MARKED_TEXT.sub(partial(_artifact_from, last), drawn))


def _outermost(element: pikepdf.Object, document: pikepdf.Object) -> pikepdf.Object:
    while element.P.objgen != document.objgen:
        element = element.P
    return element


def _artifact_from(first: int, mark: re.Match[bytes]) -> bytes:
    return _ARTIFACT if int(mark[1]) >= first else mark[0]


def _list_data_files_once(pdf: pikepdf.Pdf) -> None:
    """WeasyPrint lists each embedded file twice."""
    once = {file.objgen: file for file in pdf.Root.AF}
    pdf.Root.AF = pikepdf.Array(once.values())


def _write(stream: pikepdf.Object, content: bytes) -> None:
    stream.write(zlib.compress(content), filter=_PACKED)


def _part_ambiguous_ends(pdf: pikepdf.Pdf) -> None:
    """Adds a line feed to packed data that ends in a carriage return; unpacking ignores it.

    With the line feed before `endstream` the two would read as one line end, and the data as one
    byte shorter than said, which ISO 19005-3, 6.1.7.1 forbids: one stream in 256.
    """
    for each in pdf.objects:
        packed = isinstance(each, pikepdf.Stream) and each.get("/Filter") == _PACKED
        if packed and each.read_raw_bytes().endswith(b"\r"):
            each.write(each.read_raw_bytes() + b"\n", filter=_PACKED)


def _save(pdf: pikepdf.Pdf) -> bytes:
    # The second mode makes larger files, but no streams of its own that could end badly.
    for mode in (pikepdf.ObjectStreamMode.preserve, pikepdf.ObjectStreamMode.disable):
        saved = BytesIO()
        pdf.save(
            saved,
            deterministic_id=True,
            object_stream_mode=mode,
        )
        if b"\r\nendstream" not in saved.getvalue():
            break
    return saved.getvalue()


def conformant(draft: bytes) -> bytes:
    """WeasyPrint's file with its tags and fonts completed and PDF/UA-1 in its metadata.

    The metadata stays unpacked, as PDF/A readers must find it. Raises ForeignFont.
    """
    with pikepdf.open(BytesIO(draft)) as pdf:
        _complete_fonts(pdf)
        _running_text_as_artifacts(pdf)
        _list_data_files_once(pdf)
        metadata = pdf.Root.Metadata
        described = metadata.read_bytes().replace(b"</rdf:RDF>", _PDF_UA_METADATA.encode())
        metadata.write(described)
        _part_ambiguous_ends(pdf)
        return _save(pdf)
