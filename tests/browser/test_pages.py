"""Every page there is, as it is full, empty, refused or filled in wrongly."""

import pytest
from playwright.sync_api import Page, expect

from tests.addresses import every_address
from tests.browser.conftest import Axe, OpenPage, SignedIn
from tests.permission_table import FILES, ROWS, Row, buttons, places
from tests.stage import Stage, make_stage

ADDRESSES = {address.name: address for address in every_address()}


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    return make_stage()


def pages_of(person: str, *, but_of: str = "") -> list[Row]:
    """The pages that a person can open, each once, without those that another one can."""
    return [
        row
        for row in ROWS
        if row.method == "GET"
        and row.answers[person] == 200
        and (not but_of or row.answers[but_of] != 200)
        and row.address not in FILES
    ]


def fits_a_narrow_screen(page: Page) -> bool:
    """At 320 CSS pixels, as a window of 1280 enlarged four times has (WCAG 1.4.10)."""
    page.set_viewport_size({"width": 320, "height": 900})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return bool(width <= 320)


def look_at(page: Page, axe: Axe) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.title().endswith(" · CALNET orders")
    axe(page)
    assert fits_a_narrow_screen(page), page.url


@pytest.mark.parametrize(("person", "but_of"), [("catr", ""), ("stnd", "catr")])
def test_axe_finds_nothing_on_pages_that_are_full(
    stage: Stage, signed_in: SignedIn, axe: Axe, person: str, but_of: str
) -> None:
    page = signed_in(stage.people[person])

    for row in pages_of(person, but_of=but_of):
        page.goto(ADDRESSES[row.address].path(**places(stage, row.on)))
        look_at(page, axe)


def test_axe_finds_nothing_on_pages_that_are_empty(
    stage: Stage, signed_in: SignedIn, axe: Axe
) -> None:
    page = signed_in(stage.people["desk_elsewhere"])

    for path in ("/", "/orders/", "/orders/?q=none", "/mail/", "/catalog/?q=none", "/agencies/"):
        page.goto(path)
        look_at(page, axe)


def test_axe_finds_nothing_on_pages_that_refuse(
    stage: Stage, signed_in: SignedIn, axe: Axe
) -> None:
    page = signed_in(stage.people["desk"])

    page.goto("/orders/new/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")
    look_at(page, axe)
    page.goto(stage.orders["draft"].get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    look_at(page, axe)


TYPED = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea"


def empty_all_fields(page: Page) -> None:
    """All that a person sees: what waits for a choice is not there to be emptied."""
    forms = page.locator("main form[method=post]")
    for typed in forms.locator(TYPED).filter(visible=True).all():
        typed.fill("")
    for box in forms.locator("input[type=checkbox]:checked").all():
        box.uncheck()


@pytest.mark.parametrize("person", ["catr", "stnd"])
def test_axe_finds_nothing_on_forms_that_were_filled_in_wrongly(
    stage: Stage, signed_in: SignedIn, axe: Axe, person: str
) -> None:
    page = signed_in(stage.people[person])

    for name, button in buttons(person).items():
        row = next(row for row in ROWS if row.address == name and row.answers[person] == 200)
        page.goto(ADDRESSES[name].path(**places(stage, row.on)))
        empty_all_fields(page)
        page.get_by_role("button", name=button).click()
        summary = page.get_by_role("alert", name="There is a problem")
        expect(summary, name).to_be_focused()
        assert page.title().startswith("Problem: "), name
        look_at(page, axe)


def test_axe_finds_nothing_after_a_wrong_password(open_page: OpenPage, axe: Axe) -> None:
    page = open_page()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("nobody@stmm.example")
    page.get_by_label("Password").fill("not a password")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, axe)


def test_axe_finds_what_is_wrong(open_page: OpenPage, axe: Axe) -> None:
    page = open_page()
    page.goto("/accounts/login/")
    page.locator("main").evaluate("main => main.append(document.createElement('input'))")

    with pytest.raises(AssertionError, match="Form elements must have labels"):
        axe(page)
