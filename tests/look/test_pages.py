import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views import defaults
from pytest_django import Settings

from stmm.look.checks import THEMES, theme_exists
from stmm.look.glossary import GLOSSARY

PUBLIC = ["/accessibility", "/privacy", "/glossary"]
OURS = [
    path
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
    if {"partials", "registration", "look"} & set(path.parts) or path.parent.name == "templates"
]


@pytest.fixture
def request_() -> HttpRequest:
    return RequestFactory().get("/somewhere")


@pytest.mark.parametrize("address", PUBLIC)
def test_pages_about_the_site_open_without_login(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert page.content.decode().count("<h1>") == 1
    assert client.post(address).status_code == 405


def test_every_page_has_a_skip_link_to_its_main_part(client: Client) -> None:
    html = client.get("/glossary").content.decode()
    assert '<a href="#main">Skip to main content</a>' in html
    assert '<main id="main" tabindex="-1">' in html
    assert "<title>Glossary · CALNET orders</title>" in html


def test_the_sample_notice_is_shown_only_where_there_is_one(
    client: Client, settings: Settings
) -> None:
    settings.STMM_SAMPLE_NOTICE = "Prices are samples."
    assert "Prices are samples." in client.get("/privacy").content.decode()
    settings.STMM_SAMPLE_NOTICE = ""
    assert "sample-notice" not in client.get("/privacy").content.decode()


def test_only_an_installation_of_the_state_calls_itself_official(
    client: Client, settings: Settings
) -> None:
    official = "Official website of the State of California"
    settings.STMM_OFFICIAL = False
    assert official not in client.get("/privacy").content.decode()
    settings.STMM_OFFICIAL = True
    assert official in client.get("/privacy").content.decode()


def test_the_colors_are_a_setting(client: Client, settings: Settings) -> None:
    settings.STMM_THEME = "sierra"
    assert "css/colortheme-sierra.min.css" in client.get("/privacy").content.decode()


def test_every_theme_is_a_file_of_the_state_web_template() -> None:
    assert all(finders.find(f"state-template/css/colortheme-{name}.min.css") for name in THEMES)


@pytest.mark.parametrize("name", ["ukiahdark", "Delta", ""])
def test_an_unknown_or_dark_theme_stops_the_start(settings: Settings, name: str) -> None:
    settings.STMM_THEME = name
    assert [error.id for error in theme_exists()] == ["look.E001"]


def test_a_refusal_says_why(request_: HttpRequest) -> None:
    reason = PermissionDenied("Only the CATR may sign.")
    page = defaults.permission_denied(request_, reason)
    assert page.status_code == 403
    assert "Only the CATR may sign." in page.content.decode()


def test_a_page_that_is_not_there_says_so(client: Client) -> None:
    page = client.get("/no-such-page")
    assert page.status_code == 404
    assert "Page not found" in page.content.decode()


def test_a_failure_and_an_unreadable_request_need_no_context(request_: HttpRequest) -> None:
    assert b"The site failed" in defaults.server_error(request_).content
    assert b"could not be read" in defaults.bad_request(request_, ValueError()).content


def test_a_form_from_elsewhere_is_refused_with_an_explanation() -> None:
    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "a"})
    assert page.status_code == 403
    assert "This form has expired" in page.content.decode()


def test_the_lockout_page_says_how_long_to_wait() -> None:
    page = render_to_string(
        "registration/lockout.html", {"cooloff_timedelta": timedelta(minutes=15)}
    )
    assert "Wait 15 minutes" in page


def test_the_glossary_has_every_term_with_its_source(client: Client) -> None:
    html = client.get("/glossary").content.decode()
    for term in GLOSSARY.values():
        assert f'<div id="{term.key}">' in html
        assert term.source


def test_the_glossary_keeps_its_two_meanings_of_exempt_apart() -> None:
    assert "not the same as an approved exemption" in GLOSSARY["exempt-agency"].meaning.lower()
    assert "not the same as an exempt agency" in GLOSSARY["exemption"].meaning.lower()


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_template_needs_inline_style_or_script(path: Path) -> None:
    source = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|javascript:", source)


@pytest.mark.parametrize("sheet", ["stmm.css", "parts.css", "print.css"])
def test_every_address_in_the_style_sheets_is_a_file_of_ours(sheet: str) -> None:
    path = finders.find(f"stmm/{sheet}")
    assert path is not None
    for address in re.findall(r'url\("([^"]+)"\)', Path(path).read_text()):
        assert finders.find(address.removeprefix("../")), address
