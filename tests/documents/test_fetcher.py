"""No document fetches anything: what people type is text, and the fetcher knows only our assets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, repeat
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import tinyhtml5
from weasyprint.urls import FatalURLFetchingError, fetch

from orders.documents.std20 import Std20
from orders.documents.std20_pdf import std20_html, std20_pdf
from stmm.documents.assets import BlockedFetch, fetcher
from stmm.documents.pdf import DataFile, RenderFailed, render_pdf
from tests.documents.printed import everything_inside, words
from tests.orders.std20_samples import make_std20

SECRET = "canary-7f3a91"
# {url} becomes in turn the canary server's address and the canary file's.
FETCHED = {
    "picture": '<img alt="x" src="{url}">',
    "picture, upper case": '<IMG ALT="x" SRC="{url}">',
    "stylesheet": '<link rel="stylesheet" href="{url}">',
    "attachment": '<link rel="attachment" href="{url}">',
    "attachment by anchor": '<a rel="attachment" href="{url}">x</a>',
    "import": '<style>@import url("{url}");</style>',
    "import without url()": '<style>@import "{url}";</style>',
    "background": '<p style="background: url({url})">x</p>',
    "border image": '<p style="border: 1px solid; border-image: url({url}) 1">x</p>',
    "list bullet": '<ul><li style="list-style-image: url({url})">x</li></ul>',
    "content": '<style>p::before {{ content: url("{url}") }}</style><p>x</p>',
    "page background": '<style>@page {{ background: url("{url}") }}</style>',
    "font": '<style>@font-face {{ font-family: F; src: url("{url}") }}</style>',
    "colour profile": '<style>@color-profile --c {{ src: url("{url}") }}</style>',
    "object": '<object data="{url}" type="image/png">x</object>',
    "embed": '<embed src="{url}" type="image/png">',
    "picture in a drawing": '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title>'
    '<image href="{url}" width="9" height="9"/></svg>',
    "picture in a drawing, XLink": '<svg xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><title>x</title>'
    '<image xlink:href="{url}" width="9" height="9"/></svg>',
    "base": '<base href="{url}/"><img alt="x" src="x.png">',
}
NOT_FETCHED = {
    "source set": '<img alt="x" srcset="{url} 2x">',
    "other drawing": '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title>'
    '<use href="{url}#a"/></svg>',
    "frame": '<iframe src="{url}"></iframe>',
    "refresh": '<meta http-equiv="refresh" content="0; url={url}">',
    "script": '<script src="{url}"></script>',
    "background attribute": '<table background="{url}"><tr><td>x</td></tr></table>',
    "cursor": '<p style="cursor: url({url}), auto">x</p>',
    "video": '<video src="{url}" poster="{url}"></video>',
    "XInclude": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/>',
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "{url}">]><p>&e;</p>',
    "drawing's stylesheet": '<?xml-stylesheet href="{url}"?><p>x</p>',
}
VECTORS = FETCHED | NOT_FETCHED
OTHER_ADDRESSES = [
    "http://169.254.169.254/latest/meta-data/",
    "https://example.org/x.png",
    "//example.org/x.png",
    "HTTP://example.org/x.png",
    "ftp://example.org/x.png",
    "gopher://example.org/x",
    "jar:file:///etc/hostname!/x",
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E",
    "file:///etc/hostname",
    "file:/etc/hostname",
    "/etc/hostname",
    "../../etc/hostname",
    "asset:../../etc/hostname",
    "ASSET:ticked.svg",
]


class Canary:
    """A server that remembers who called, and a file whose words must not be seen again."""

    def __init__(self, file: Path, port: int, calls: list[str]) -> None:
        self.addresses = {"server": f"http://127.0.0.1:{port}/{SECRET}", "file": file.as_uri()}
        self.calls = calls


@contextmanager
def listening(calls: list[str]) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
            calls.append(format % args)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    file = tmp_path / "canary.svg"
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text y="9">{SECRET}</text></svg>')
    calls: list[str] = []
    with listening(calls) as port:
        yield Canary(file, port, calls)


def rendered(body: str) -> bytes:
    return render_pdf(
        html=f'<!doctype html><html lang="en"><title>A letter</title><h1>A letter</h1>{body}',
        attachment=DataFile(name="x.json", content=b"{}", description="Nothing"),
        at=datetime(2026, 3, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize("where", ["server", "file"])
@pytest.mark.parametrize("vector", FETCHED)
def test_what_a_document_asks_for_from_elsewhere_fails_the_render(
    canary: Canary, vector: str, where: str
) -> None:
    with pytest.raises(RenderFailed):
        rendered(VECTORS[vector].format(url=canary.addresses[where]))
    assert canary.calls == []


@pytest.mark.parametrize("where", ["server", "file"])
@pytest.mark.parametrize("vector", NOT_FETCHED)
def test_what_a_browser_would_ask_for_is_not_asked_for(
    canary: Canary, vector: str, where: str
) -> None:
    pdf = rendered(VECTORS[vector].format(url=canary.addresses[where]))
    assert canary.calls == []
    assert SECRET.encode() not in everything_inside(pdf)


@pytest.mark.parametrize("address", OTHER_ADDRESSES)
def test_the_fetcher_refuses_every_other_address(address: str) -> None:
    with pytest.raises(BlockedFetch):
        fetcher().fetch(address)
    with pytest.raises(BlockedFetch):
        fetcher().open(address)
    with pytest.raises(FatalURLFetchingError), fetch(fetcher(), address):
        pass


@pytest.mark.parametrize("address", OTHER_ADDRESSES)
def test_a_picture_from_any_other_address_fails_the_render(address: str) -> None:
    with pytest.raises(RenderFailed):
        rendered(f'<img alt="x" src="{address}">')


def typed(value: Any, texts: Iterator[str]) -> Any:
    """The same record with the next of `texts` in every text field a person fills in."""
    if isinstance(value, tuple):
        return tuple(typed(item, texts) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return next(texts) if type(value) is str else value
    untyped = {"system_number", "content_sha256", "audit_entry_hash"}
    return replace(
        value,
        **{
            field.name: typed(getattr(value, field.name), texts)
            for field in fields(value)
            if field.name not in untyped
        },
    )


def tags(form: Std20) -> list[str]:
    return [element.tag for element in tinyhtml5.parse(std20_html(form)).iter()]


@pytest.mark.parametrize("vector", VECTORS)
def test_what_a_person_types_adds_no_element_to_the_form(vector: str) -> None:
    hostile = f"""'">--></style></title></svg>{VECTORS[vector].format(url="http://127.0.0.1/")}"""
    form = make_std20(supersedes="An order")
    assert tags(typed(form, repeat(hostile))) == tags(typed(form, repeat("harmless")))


def test_addresses_typed_into_the_form_are_printed_and_not_fetched(canary: Canary) -> None:
    hostile = [
        vector.format(url=address)
        for vector in VECTORS.values()
        for address in canary.addresses.values()
    ]
    two_a_field = cycle(map("\n".join, zip(hostile[::2], hostile[1::2], strict=True)))
    pdf = std20_pdf(typed(make_std20(supersedes="An order"), two_a_field))
    assert SECRET in words(pdf)
    assert canary.calls == []
