"""Which characters the bundled fonts can print, so that a form can refuse the others by name."""

import re
import unicodedata
from functools import cache
from io import BytesIO
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from fontTools.ttLib import TTFont

from stmm.documents.assets import FACES, assets

_LAYOUT = frozenset("\n\t")
# Persian names and names of mixed direction need these three invisible characters.
_NON_JOINER_AND_MARKS = frozenset("\u200c\u200e\u200f")
# Other control and format characters (bidirectional overrides make a text lie), surrogates,
# private use, unassigned, line and paragraph separators.
_NEVER_PRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Pango asks the machine's emoji font for these first, whatever fonts we name: Emoji_Presentation
# and Emoji_Modifier_Base of Unicode's UTS #51, the selectors that ask for a picture, keycaps.
_PICTURES = re.compile(
    "[\u20e3\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u261d\u2648-\u2653\u267f"
    "\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26f9\u26fa"
    "\u26fd\u2705\u270a-\u270d\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b"
    "\u2b1c\u2b50\u2b55\ufe00-\ufe0f\U0001f000-\U0001faff]"
)
_MOST_NAMED = 10


class Unprintable(NamedTuple):
    """A character no bundled font has; `position` counts characters from 0."""

    char: str
    name: str
    position: int

    def __str__(self) -> str:
        if unicodedata.category(self.char) in _NEVER_PRINTED:
            return self.name
        return f"“{self.char}” ({self.name})"


@cache
def printable_characters() -> frozenset[str]:
    """Every character that prints both in regular and in bold."""
    by_weight: dict[int, set[int]] = {400: set(), 700: set()}
    for face in FACES:
        if face.style == "normal":
            with TTFont(BytesIO(assets()[face.url]), lazy=True) as font:
                by_weight[face.weight].update(font.getBestCmap())
    covered = (chr(code) for code in by_weight[400] & by_weight[700])
    shown = {
        char
        for char in covered
        if unicodedata.category(char) not in _NEVER_PRINTED and not _PICTURES.match(char)
    }
    return frozenset(shown | _LAYOUT | _NON_JOINER_AND_MARKS)


def normalise(text: str) -> str:
    """The text as it is printed: composed (Unicode NFC), lines ended by a line feed alone."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def unprintable(text: str) -> list[Unprintable]:
    """The characters of `text` that cannot be printed, in order."""
    printable = printable_characters()
    if printable.issuperset(text):
        return []
    return [
        Unprintable(char, unicodedata.name(char, f"U+{ord(char):04X}"), position)
        for position, char in enumerate(text)
        if char not in printable
    ]


@deconstructible
class PrintableValidator:
    """Refuses a text that the form could not print, naming each such character once."""

    code = "unprintable"

    def __call__(self, value: str) -> None:
        """Raises ValidationError; the text is looked at as `normalise` would store it."""
        named = dict.fromkeys(str(found) for found in unprintable(normalise(value)))
        messages = [f"{name} can't be printed on the form" for name in named]
        if messages:
            raise ValidationError(
                [ValidationError(message, code=self.code) for message in messages[:_MOST_NAMED]]
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PrintableValidator)

    def __hash__(self) -> int:
        return hash(type(self))
