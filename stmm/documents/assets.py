"""The only files a PDF may use: bundled fonts and two drawings, read once, kept in memory."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from weasyprint.urls import URLFetcher, URLFetcherResponse


class Face(NamedTuple):
    """One font file. Families are our own names, so that no font of the machine answers to them."""

    family: str
    weight: int
    style: str
    path: str  # below node_modules

    @property
    def url(self) -> str:
        return f"asset:{Path(self.path).name}"


_PUBLIC_SANS = {
    "STMM Sans": "latin",
    "STMM Sans Extended": "latin-ext",
    "STMM Sans Vietnamese": "vietnamese",
}
_PUBLIC_SANS_CUTS = ((400, "normal"), (700, "normal"), (400, "italic"))

FACES: tuple[Face, ...] = (
    *(
        Face(
            family,
            weight,
            style,
            f"@fontsource/public-sans/files/public-sans-{subset}-{weight}-{style}.woff2",
        )
        for family, subset in _PUBLIC_SANS.items()
        for weight, style in _PUBLIC_SANS_CUTS
    ),
    Face("STMM Wide", 400, "normal", "dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
    Face("STMM Wide", 700, "normal", "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
)

_BOX = '<rect x="6" y="6" width="88" height="88" fill="white" stroke="black" stroke-width="8"/>'
_TICK = '<path d="M22 52 L42 74 L80 24" fill="none" stroke="black" stroke-width="14"/>'
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{}</svg>'

DRAWINGS: Mapping[str, bytes] = {
    "asset:ticked.svg": _SVG.format(_BOX + _TICK).encode(),
    "asset:unticked.svg": _SVG.format(_BOX).encode(),
}


class BlockedFetch(Exception):
    """A document asked for something that is not a bundled asset."""


@cache
def assets() -> Mapping[str, bytes]:
    """Every asset by its `asset:` address.

    Raises FileNotFoundError if the front-end packages are not installed.
    """
    folder = Path(settings.NODE_MODULES)
    return {**DRAWINGS, **{face.url: (folder / face.path).read_bytes() for face in FACES}}


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint ships no types
    """Serves the bundled assets and nothing else: no protocol, no path, no redirect.

    `fail_on_errors` makes WeasyPrint stop at a refusal; without it a picture vanishes silently.
    """

    def __init__(self, served: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._served = served

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The asset of that address. Raises BlockedFetch for every other address."""
        if url not in self._served:
            raise BlockedFetch(url)
        kind = "image/svg+xml" if url.endswith(".svg") else "application/octet-stream"
        return URLFetcherResponse(url, self._served[url], {"Content-Type": kind})


@cache
def fetcher() -> AssetFetcher:
    """The one fetcher of this process."""
    return AssetFetcher(assets())
