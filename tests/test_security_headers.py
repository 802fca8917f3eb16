"""What every answer tells a browser, and what a production installation is started with."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from tests.addresses import every_address
from tests.factories import PASSWORD, make_user
from tests.permission_table import ROWS, Row, places, posted
from tests.stage import Stage, set_stage

ADDRESSES = {address.name: address for address in every_address()}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    # Bootstrap's icons are data: addresses in its style sheets
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with set_stage(django_db_blocker) as made:
        yield made


def policy_of(header: str) -> dict[str, str]:
    directives = (directive.strip().partition(" ") for directive in header.split(";"))
    return {name: sources for name, _, sources in directives if name}


def each_answer_once() -> list[tuple[Row, str]]:
    """A row and a person for each answer that an address gives to each method."""
    found = {
        (row.address, row.method, status): (row, person)
        for row in ROWS
        for person, status in row.answers.items()
    }
    return list(found.values())


@pytest.mark.django_db
@pytest.mark.no_cover  # lines are not counted: the table of permissions asks for the same
@pytest.mark.parametrize(("row", "person"), each_answer_once(), ids=str)
def test_each_kind_of_answer_has_the_policy_and_the_headers(
    stage: Stage, row: Row, person: str
) -> None:
    path = ADDRESSES[row.address].path(**places(stage, row.on))
    data = posted(stage, row.address, row.on) if row.method == "POST" else {}

    answer = getattr(stage.browser(person), row.method.lower())(path, data)

    assert answer.status_code == row.answers[person]
    assert policy_of(answer.headers["Content-Security-Policy"]) == POLICY
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.django_db
def test_an_address_that_does_not_exist_answers_with_the_policy_and_the_headers() -> None:
    answer = Client().get("/no/such/page/")

    assert answer.status_code == 404
    assert policy_of(answer.headers["Content-Security-Policy"]) == POLICY
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.django_db
def test_a_download_is_kept_off_the_page_and_its_type_is_not_guessed(stage: Stage) -> None:
    path = ADDRESSES["orders:std20"].path(**places(stage, "sent"))

    answer = stage.browser("auditor").get(path)

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_no_page_of_a_person_is_kept_by_a_shared_cache(stage: Stage) -> None:
    answer = stage.browser("catr").get("/orders/")

    assert "Cookie" in answer.headers["Vary"]


# Production

ENVIRONMENT = {
    "STMM_DEMONSTRATION": "0",
    "STMM_DEBUG": "0",
    "STMM_ALLOWED_HOSTS": "example.org",
    "DJANGO_SETTINGS_MODULE": "stmm.settings",
}
TOLD = """
import json
from django.conf import settings
names = [name for name in dir(settings) if name.startswith(("SESSION_", "CSRF_", "SECURE_"))]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


def in_production(*command: str, data: Path) -> "subprocess.CompletedProcess[str]":
    unset = ("DATABASE_URL", "STMM_KEEP_MAIL", "STMM_OFFICIAL")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= ENVIRONMENT | {
        "STMM_SECRET_KEY": secrets.token_urlsafe(50),
        "STMM_DATA_DIR": str(data),
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_djangos_own_check_finds_nothing_wrong_with_a_production_installation(
    tmp_path: Path,
) -> None:
    checked = in_production(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", data=tmp_path
    )

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout + checked.stderr


def test_cookies_of_a_production_installation_are_for_https_alone(tmp_path: Path) -> None:
    told = in_production("-c", TOLD, data=tmp_path)

    assert told.returncode == 0, told.stderr
    names = json.loads(told.stdout)
    for cookie in ("SESSION", "CSRF"):
        assert names[f"{cookie}_COOKIE_SECURE"] is True
        assert names[f"{cookie}_COOKIE_HTTPONLY"] is True
        assert names[f"{cookie}_COOKIE_SAMESITE"] in ("Lax", "Strict")
    assert names["SECURE_SSL_REDIRECT"] is True
    assert names["SECURE_HSTS_SECONDS"] >= 31_536_000


@pytest.mark.django_db
@override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True)
def test_cookies_are_set_as_the_settings_say() -> None:
    user = make_user()
    browser = Client()
    browser.get("/accounts/login/")

    answer = browser.post("/accounts/login/", {"username": user.email, "password": PASSWORD})

    assert answer.status_code == 302
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = browser.cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")


@pytest.mark.django_db
def test_the_session_gets_a_new_name_when_someone_signs_in() -> None:
    user = make_user()
    browser = Client()
    browser.force_login(make_user())
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value

    browser.post("/accounts/login/", {"username": user.email, "password": PASSWORD})

    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before
