"""May I buy this elsewhere, in a browser: asked, certified, recorded; axe at both widths."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from orders.models import ElsewhereDetermination, OutsidePurchase
from stmm.policy.dates import in_words
from tests.browser.conftest import Axe, OpenPage, SignedIn
from tests.orders.elsewhere_cases import BY_NAME, put_on_record, stated
from tests.orders.elsewhere_records import (
    ledger_csv,
    ledger_line,
    make_determination,
    make_ledger,
    make_purchase,
    send_ledger,
)
from tests.orders.factories import World, make_world
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
    line = ledger_line(Description="Hosted VoIP " + "9" * 60)
    ledgers = [
        make_ledger(world, [line]),
        make_ledger(world, [ledger_line(Amount="lots of money")]),
        send_ledger(world, [ledger_line()]),
    ]
    paths = [
        "/orders/elsewhere/",
        f"{ASKED}service={world.mandatory.pk}",
        f"{ASKED}what=hosted",
        f"{ASKED}what=",
        "/orders/elsewhere/determinations/",
        certified.get_absolute_url(),
        waiting.get_absolute_url(),
        "/orders/elsewhere/purchases/",
        "/orders/elsewhere/purchases/?q=none",
        "/orders/elsewhere/purchases/?match=luck",
        purchase.get_absolute_url(),
        "/orders/elsewhere/ledgers/",
        *(ledger.get_absolute_url() for ledger in ledgers),
    ]
    if who == "atr":
        own = purchase.get_absolute_url()
        paths += [f"{own}{rest}/" for rest in ("match", "settle", "withdraw")]
        paths += [f"/orders/elsewhere/{rest}/new/" for rest in ("purchases", "ledgers")]
    page = signed_in(getattr(world, who), width=width)

    for path in paths:
        page.goto(path)
        axe(page)
        assert fits(page), path


@pytest.mark.parametrize("name", ["L01", "L08", "L11", "L14", "L16", "L17", "N04", "N10", "E05"])
@pytest.mark.usefixtures("transactional_db")
def test_rows_of_the_table_are_asked_by_filling_in_the_form(name: str, signed_in: SignedIn) -> None:
    case = BY_NAME[name]
    recorded = put_on_record(case)
    page = signed_in(recorded.user)
    page.goto("/orders/elsewhere/")
    page.get_by_label("What do you want to buy?").fill("leased line")
    if case.purchase.action == "leave":
        page.get_by_label("Migrate, transfer or terminate").check()
    elif case.purchase.source == "calnet":
        page.get_by_label("Buy it from CALNET").check()
    page.get_by_label("On which day?").fill(case.purchase.on.isoformat())
    if case.purchase.exemption.state == "approved":
        page.get_by_text("A State agency: an exemption asked for").click()
        page.get_by_label("Exemption for this project").select_option("approved")
        page.get_by_label("Exemption from").fill("2026-01-01")
        page.get_by_label("Exemption to").fill("2026-12-31")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("link", name="This one").click()

    answer = page.get_by_role("region", name=re.compile("Leased line"))
    for paragraph in case.paragraphs:
        expect(answer.locator("figcaption").filter(has_text=paragraph)).to_be_visible()
    expect(answer.locator("figure")).to_have_count(len(case.paragraphs))
    if case.date_shown and case.outcome != "allowed_under_exemption":
        expect(answer).to_contain_text(in_words(case.date_shown))
    allowed = answer.locator(".decision strong").first
    expect(allowed).to_contain_text("Allowed" if case.outcome.is_allowed else re.compile("[^A]"))


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
    page.get_by_role("link", name="Settle it").click()
    page.get_by_label("An exemption is to be asked").check()
    page.get_by_label("Reason").fill("Asked on March 1")
    page.get_by_role("button", name="Settle it").click()
    expect(page.get_by_text("To become an exemption request").first).to_be_visible()
    assert OutsidePurchase.objects.get().determination == made


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
