"""May I buy this elsewhere, in a browser: asked, certified, recorded; axe at both widths."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from orders.models import ElsewhereDetermination, OutsidePurchase
from stmm.policy.citations import cite
from tests.browser.conftest import Axe, OpenPage, SignedIn
from tests.factories import TODAY, make_user
from tests.orders.elsewhere_cases import (
    BY_NAME,
    LOCAL,
    STATE,
    OnRecord,
    Shown,
    plan_of,
    put_on_record,
    shown,
    stated,
)
from tests.orders.elsewhere_exemptions import sought_in
from tests.orders.elsewhere_records import (
    ledger_csv,
    ledger_line,
    make_determination,
    make_ledger,
    make_purchase,
    send_ledger,
)
from tests.orders.factories import World, make_world
from tests.policy.cases import Case
from tests.worker import run_worker

ASKED = "/orders/elsewhere/?plan=elsewhere&on=2026-03-02&"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def fits(page: Page) -> bool:
    width = page.evaluate("document.documentElement.scrollWidth")
    return bool(width <= page.viewport_size["width"]) if page.viewport_size else False


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("who", ["atr", "auditor"])
def test_the_pages_are_sound_and_fit(
    world: World, signed_in: SignedIn, axe: Axe, width: int, who: str
) -> None:
    certified = make_determination(world, world.mandatory, certified=True)
    waiting = make_determination(world, described="W" * 190)
    purchase = make_purchase(world, world.mandatory, determination=certified)
    item = sought_in(world)
    under = make_purchase(world, world.mandatory, relies_on=item, quantity=2, purchased_on=TODAY)
    line = ledger_line(Description="Hosted VoIP " + "9" * 60)
    ledgers = [
        make_ledger(world, [line]),
        make_ledger(world, [ledger_line(Amount="lots of money")]),
        send_ledger(world, [ledger_line()]),
    ]
    paths = [
        "/orders/elsewhere/",
        f"{ASKED}service={world.mandatory.pk}",
        f"{ASKED}service={world.mandatory.pk}&relies_on={item.pk}",
        f"{ASKED}what=hosted",
        f"{ASKED}what=",
        "/orders/elsewhere/determinations/",
        certified.get_absolute_url(),
        waiting.get_absolute_url(),
        "/orders/elsewhere/purchases/",
        "/orders/elsewhere/purchases/?q=none",
        "/orders/elsewhere/purchases/?match=luck",
        purchase.get_absolute_url(),
        under.get_absolute_url(),
        "/orders/elsewhere/ledgers/",
        *(ledger.get_absolute_url() for ledger in ledgers),
    ]
    if who == "atr":
        own = purchase.get_absolute_url()
        paths += [f"{own}{rest}/" for rest in ("match", "settle", "withdraw")]
        paths.append(f"{under.get_absolute_url()}match/")
        paths += [f"/orders/elsewhere/{rest}/new/" for rest in ("purchases", "ledgers")]
    page = signed_in(getattr(world, who), width=width)

    for path in paths:
        page.goto(path)
        axe(page)
        assert fits(page), path


READ = """() => {
  const texts = found => Array.from(document.querySelectorAll(found), each => each.textContent);
  return {
    heading: texts("#answer-heading"),
    headline: texts(".verdict .decision strong").slice(0, 1),
    paragraphs: texts(".verdict figcaption .citation-id"),
    quotes: texts(".verdict blockquote"),
    days: texts(".verdict .decision p").slice(1),
  };
}"""


def ask_by_form(page: Page, case: Case, recorded: OnRecord) -> None:
    """As a person fills it in: agency, words, what is planned, the day; then the service."""
    page.goto("/orders/elsewhere/")
    page.get_by_label("Agency").select_option(str(recorded.agency.pk))
    page.get_by_label("What do you want to buy?").fill(recorded.service.product_id)
    page.get_by_label(plan_of(case.purchase).label).check()
    page.get_by_label("On which day?").fill(case.purchase.on.isoformat())
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("link", name="This one").click()
    if recorded.relies_on is not None:
        page.get_by_label("Exemption that it relies on").select_option(str(recorded.relies_on.pk))
        page.get_by_role("button", name="Ask").click()


def check(page: Page, expected: Shown, recorded: OnRecord) -> None:
    """What stands on the page, against the table alone."""
    page.wait_for_load_state()  # a click waits for the next page to begin only
    found = page.evaluate(READ)
    assert found["heading"] == [f"{recorded.agency.name}: Leased line"]
    assert found["headline"][0].startswith(expected.headline)
    assert found["paragraphs"] == expected.paragraphs
    assert found["quotes"] == [f"“{cite(each).quote}”" for each in expected.paragraphs]
    assert found["days"] == ([expected.day] if expected.day else [])


@pytest.mark.parametrize("names", [LOCAL, STATE], ids=["L01 to L20", "N01 to U03"])
@pytest.mark.usefixtures("transactional_db")
def test_every_row_of_the_table_is_answered_on_the_page_with_the_day_set(
    names: list[str], signed_in: SignedIn
) -> None:
    """One person asks for the agencies of all rows, in one browser."""
    user = make_user("Alex Ramos")
    cases = [(BY_NAME[name], put_on_record(BY_NAME[name], user)) for name in names]
    page = signed_in(user)

    for case, recorded in cases:
        ask_by_form(page, case, recorded)
        try:
            check(page, shown(case), recorded)
        except AssertionError as fault:
            fault.add_note(case.name)
            raise


@pytest.mark.parametrize("width", [1280, 320])
def test_a_stranger_asks_where_the_setting_lets_them(
    world: World, settings: Settings, open_page: OpenPage, axe: Axe, width: int
) -> None:
    settings.STMM_PUBLIC_QUESTIONS = True
    page = open_page(width=width)
    page.goto("/accounts/login/")
    page.get_by_role("link", name=re.compile("Ask without signing in")).click()
    axe(page)
    page.get_by_label("Not a State agency: local").check()
    page.get_by_label("What do you want to buy?").fill("lawn mowing")
    page.get_by_text("Not a State agency: its").click()
    page.get_by_label("Authorization To Order (ATO) of the buyer").select_option("lists")
    page.get_by_label("ATO approved by the State on").fill(
        stated(BY_NAME["L08"])["ato_approved_on"]
    )
    page.get_by_label("On which day?").fill("2026-03-02")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("First free day: May 19, 2027")).to_be_visible()
    axe(page)
    assert fits(page)
    assert not ElsewhereDetermination.objects.exists()


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_question_to_a_certificate_filed_with_the_purchase(
    world: World, signed_in: SignedIn, javascript: bool
) -> None:
    page = signed_in(world.atr, javascript=javascript)
    page.goto(f"/catalog/services/{world.mandatory.pk}/")
    page.get_by_role("link", name=re.compile("a certificate of it")).click()
    page.get_by_label("From whom").fill("Sierra Telephone")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("button", name="Make the certificate").click()
    expect(page.get_by_text("The certificate is being made. Look again")).to_be_visible()
    run_worker()
    if not javascript:
        page.get_by_role("link", name="Look again").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the certificate").click()
    made = ElsewhereDetermination.objects.get()
    assert download.value.suggested_filename == f"{made.number}.pdf"
    page.get_by_role("link", name="Record the purchase").click()
    page.get_by_label("Amount, in dollars").fill("120.50")
    page.get_by_role("button", name="Record the purchase").click()
    expect(page.get_by_role("status")).to_contain_text("is recorded")
    page.get_by_role("button", name="Request an exemption").click()
    expect(page.get_by_role("status").first).to_contain_text("is begun with what is known")
    request = OutsidePurchase.objects.get().exemption_request
    assert request is not None
    assert OutsidePurchase.objects.get().determination == made
    page.goto(OutsidePurchase.objects.get().get_absolute_url())
    page.get_by_role("link", name="Settle it otherwise").click()
    page.get_by_label("Reason").fill("An emergency")
    page.get_by_role("button", name="Settle it").click()
    expect(page.get_by_text("Resolved").first).to_be_visible()


def test_a_ledger_is_followed_until_its_matches_are_confirmed(
    world: World, signed_in: SignedIn
) -> None:
    page = signed_in(world.atr)
    page.goto("/orders/elsewhere/ledgers/new/")
    content = ledger_csv([ledger_line(Description="Hosted VoIP seats"), ledger_line()])
    page.get_by_label("Purchase ledger").set_input_files(
        {"name": "ledger.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    run_worker()
    page.get_by_role("link", name="those to be confirmed").click()
    page.get_by_role("checkbox", name=re.compile("Hosted VoIP seats")).check()
    page.get_by_role("button", name="Checked matches are right").click()
    expect(page.get_by_role("status")).to_contain_text("1 match is confirmed.")
    assert OutsidePurchase.objects.get(match="matched").service == world.mandatory
