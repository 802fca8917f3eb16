"""How much our STD. 20 costs over a bare WeasyPrint render of the same HTML (target: 1.25 x).

Run from the project's folder: python -m bench.std20 [lines] [rounds]
"""

import os
import sys
from collections.abc import Callable
from time import process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.template.loader import render_to_string  # noqa: E402  the same
from weasyprint import CSS, HTML  # noqa: E402  after the settings
from weasyprint.text.fonts import FontConfiguration  # noqa: E402  the same

from orders.documents.std20 import Std20  # noqa: E402  the same
from orders.documents.std20_pdf import std20_html, std20_pdf  # noqa: E402  the same
from stmm.documents.assets import FACES, fetcher  # noqa: E402  the same
from tests.orders.std20_samples import make_std20, many_lines  # noqa: E402  the same


def bare(html: str, css: str) -> bytes:
    """One tagged PDF, as WeasyPrint's documentation shows it: styles and fonts read each time."""
    fonts = FontConfiguration()
    style = CSS(string=css, url_fetcher=fetcher(), font_config=fonts)
    document = HTML(string=html, url_fetcher=fetcher())
    pdf: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    return pdf


def least_seconds(make: Callable[[], bytes], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = process_time()
        make()
        taken.append(process_time() - began)
    return min(taken)


def compare(form: Std20, rounds: int) -> None:
    html = std20_html(form)
    css = render_to_string("documents/print.css", {"faces": FACES})
    std20_pdf(form)
    ours = least_seconds(lambda: std20_pdf(form), rounds)
    floor = least_seconds(lambda: bare(html, css), rounds)
    print(f"{'lines':>6} {'ours, s':>9} {'bare, s':>9} {'ratio':>6} {'KiB':>6}")
    size = len(std20_pdf(form)) // 1024
    print(f"{len(form.lines):>6} {ours:>9.3f} {floor:>9.3f} {ours / floor:>6.2f} {size:>6}")


if __name__ == "__main__":
    lines, rounds = [int(given) for given in [*sys.argv[1:], "25", "3"][:2]]
    compare(make_std20(lines=many_lines(lines)), rounds)
