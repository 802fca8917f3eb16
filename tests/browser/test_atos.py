"""ATOs in a browser: from the draft to the State's approval; the bars of their windows."""

import pytest
from playwright.sync_api import Page, expect

from orders.jobs import make_ato_form
from orders.models import AtoPaper, PaperState
from tests.browser.conftest import Axe, SignedIn
from tests.catalog.factories import make_contract
from tests.factories import TODAY
from tests.orders.ato_papers import (
    SCAN,
    amended,
    fill,
    make_eligible,
    make_paper,
    make_submitted,
    ready,
)
from tests.orders.factories import World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    world = make_world()
    make_eligible(world.city)
    amended(world, world.ato, on=TODAY, services=[world.optional])
    return world


def fits(page: Page) -> bool:
    width = page.evaluate("document.documentElement.scrollWidth")
    return bool(width <= page.viewport_size["width"]) if page.viewport_size else False


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("who", ["purchaser", "stnd", "desk"])
def test_the_pages_of_atos_are_sound_and_fit(
    world: World, signed_in: SignedIn, axe: Axe, width: int, who: str
) -> None:
    paper = make_submitted(world, fill(world, make_paper(world, make_contract("C3-B"))))
    page = signed_in(getattr(world, who), width=width)

    paths = [
        "/",
        "/orders/atos/",
        f"/orders/atos/{world.ato.pk}/",
        paper.get_absolute_url(),
        "/orders/eligibility/",
    ]
    of_agency = [
        f"/orders/agencies/{world.city.pk}/windows/",
        "/orders/atos/new/",
        "/orders/eligibility/new/",
        f"/orders/atos/{world.ato.pk}/end/",
    ]
    of_state = [f"{paper.get_absolute_url()}{rest}/" for rest in ("approve", "return")]
    for path in (*paths, *{"purchaser": of_agency, "stnd": of_state}.get(who, [])):
        page.goto(path)
        axe(page)
        assert fits(page), path


def sign_on_paper(page: Page) -> None:
    """Both have signed: the scan, and who signed when."""
    page.get_by_role("link", name="Upload the signed scan").click()
    page.get_by_label("PDF of the signed form").set_input_files(
        {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": SCAN}
    )
    page.get_by_role("button", name="Upload the scan").click()
    for party in ("agency", "contractor"):
        page.get_by_role("link", name=f"Record the {party}’s signature").click()
        page.get_by_label("Name of the person who signed").fill("Maria Alvarez")
        page.get_by_label("Title").fill("City Manager")
        page.get_by_label("Date of the signature").fill("2026-03-02")
        page.get_by_role("button", name="Record the signature").click()


def approve(office: Page) -> None:
    office.goto("/")
    office.get_by_role("link", name="Initial ATO of City of Lodi").click()
    office.get_by_role("link", name="Approve for the State").click()
    office.get_by_label("Approved for the State by").fill("Priya Nair")
    office.get_by_label("Title").fill("STND Analyst")
    office.get_by_label("Date of the approval").fill("2026-03-02")
    office.get_by_role("button", name="Approve").click()
    expect(office.get_by_role("status").first).to_contain_text("Orders can go through")


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_draft_to_the_approval(
    world: World, signed_in: SignedIn, javascript: bool
) -> None:
    make_contract("C3-B")
    page = signed_in(world.purchaser, javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Begin an ATO").click()
    page.get_by_label("Contractor and contract").select_option(label="AT&T · C3-B · categories 1.2")
    page.get_by_role("button", name="Begin the ATO").click()
    page.get_by_role("link", name="Fill it in").click()
    page.get_by_label("Address").fill("221 West Pine Street")
    page.get_by_label("1.2 MPLS").check()
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Make it ready to be signed").click()
    paper = AtoPaper.objects.get(ato__contract__number="C3-B")
    make_ato_form.call(paper.pk)
    page.goto(paper.get_absolute_url())
    expect(page.get_by_role("link", name="Form for signing on paper")).to_be_visible()

    sign_on_paper(page)
    expect(page.get_by_text("lacks the State’s approval")).to_be_visible()
    approve(signed_in(world.stnd, javascript=javascript))
    assert AtoPaper.objects.get(pk=paper.pk).state == PaperState.APPROVED

    page.goto("/")
    row = page.get_by_role("row", name="1.2 MPLS").filter(has_text="March 2, 2028")
    expect(row.get_by_role("img")).to_be_visible()


def test_what_a_draft_lacks_leads_back_to_the_form(
    world: World, signed_in: SignedIn, axe: Axe
) -> None:
    paper = make_paper(world, make_contract("C3-B"))
    page = signed_in(world.purchaser, width=320)
    page.goto(paper.get_absolute_url())
    page.get_by_role("button", name="Make it ready to be signed").click()

    expect(page.get_by_text("Give the address of the agency.")).to_be_visible()
    axe(page)
    assert fits(page)
    assert ready(world, fill(world, paper)).state == PaperState.READY
