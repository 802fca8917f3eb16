"""What browser tests share: Debian's Chromium, people who are signed in, and axe."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from pytest_playwright.pytest_playwright import CreateContextCallback

from stmm.accounts.models import User

# Playwright's loop runs in the thread of the tests, where Django would refuse the database
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = Path(settings.BASE_DIR, "node_modules/axe-core/axe.min.js")
AXE_RUN = """async () => {
  const result = await axe.run(document, {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  });
  return result.violations.map(found => ({
    rule: found.id,
    help: found.help,
    nodes: found.nodes.map(node => ({html: node.html, summary: node.failureSummary})),
  }));
}"""
PATIENCE = 30_000  # milliseconds: two browsers and two servers share the machine
expect.set_options(timeout=PATIENCE)


class OpenPage(Protocol):
    def __call__(self, *, javascript: bool = True, width: int = 1280) -> Page: ...


class SignedIn(Protocol):
    def __call__(self, user: User, *, javascript: bool = True, width: int = 1280) -> Page: ...


class Axe(Protocol):
    def __call__(self, page: Page) -> None: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture
def open_page(new_context: CreateContextCallback, live_server: LiveServer) -> Iterator[OpenPage]:
    """Opens pages of browsers that share nothing, each at the live server; `width` in CSS pixels.

    The test fails if a script failed or if the content security policy had to step in.
    """
    faults: list[str] = []

    def note_refusal(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def note_error(error: WebError) -> None:
        faults.append(str(error.error))

    def open_one(*, javascript: bool = True, width: int = 1280) -> Page:
        context: BrowserContext = new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", note_refusal)
        context.on("weberror", note_error)
        return context.new_page()

    yield open_one
    assert faults == []


@pytest.fixture
def signed_in(open_page: OpenPage, live_server: LiveServer) -> SignedIn:
    """Opens a page of a browser in which the user has signed in."""

    def open_as(user: User, *, javascript: bool = True, width: int = 1280) -> Page:
        client = Client()
        client.force_login(user)
        page = open_page(javascript=javascript, width=width)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        return page

    return open_as


@pytest.fixture
def demonstration(transactional_db: None, settings: Settings) -> None:
    """The people and the catalogue that `make demo` shows, which keeps its mails."""
    settings.STMM_KEEP_MAIL = True
    call_command("load_demo", "--without-orders")


@pytest.fixture
def axe() -> Axe:
    """Fails with a readable list if axe finds anything on the page as it stands."""

    def inspect(page: Page) -> None:
        # A click waits for the next page to begin, not for all of it
        page.wait_for_load_state()
        # Evaluated, not added as a script element: the page's own policy stays in force
        page.evaluate(AXE.read_text())
        violations = page.evaluate(AXE_RUN)
        report = [f"axe on {page.url}, {page.title()!r}:"]
        for found in violations:
            report.append(f"{found['rule']}: {found['help']}")
            report += [f"  {node['html']}\n    {node['summary']}" for node in found["nodes"]]
        assert not violations, "\n".join(report)

    return inspect
