"""A contractor’s order desk in a browser: acknowledged, committed, half done, half in doubt."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from orders.models import LineProgress, LineState, Order, State
from tests.browser.conftest import Axe, SignedIn
from tests.orders.desk_orders import make_order_at_desk
from tests.orders.factories import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


class Look:
    """Looks at each page that is come to: its first heading, its width, axe."""

    def __init__(self, page: Page, axe: Axe, width: int) -> None:
        self.page, self.axe, self.width = page, axe, width

    def __call__(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.axe(self.page)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width


def acknowledge(page: Page, look: Look, order: Order) -> None:
    """From the queue, with a check and the one button."""
    page.goto("/")
    look("Orders sent to AT&T")
    page.get_by_role("link", name="Acknowledge them at the order desk").click()
    look("Order desk of AT&T")
    page.get_by_label(order.agency_request_number).check()
    page.get_by_role("button", name="Acknowledge the checked orders").click()
    expect(page.get_by_role("status")).to_contain_text("1 order is acknowledged.")
    expect(page.get_by_role("main")).to_contain_text("Nothing waits here.")
    page.get_by_role("link", name="To commit a date to (1)").click()
    page.get_by_role("link", name=order.agency_request_number).click()


def commit(page: Page, look: Look, order: Order, day: date) -> None:
    look(order.agency_request_number)
    page.get_by_role("link", name="Commit to a date").click()
    look("Commit to a date")
    page.get_by_role("button", name="Commit", exact=True).click()
    expect(page.get_by_role("alert", name="There is a problem")).to_be_focused()
    look("Commit to a date")
    page.get_by_label("Committed date").fill(f"{day}")
    page.get_by_role("button", name="Commit", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("4 lines are committed")


def complete_half(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Complete lines").click()
    look("Complete lines")
    for number in (1, 2):
        line = page.get_by_role("group", name=f"Request #{number}:")
        line.get_by_label(f"Request #{number} is completed").check()
        line.get_by_label("Circuit or telephone numbers").fill(f"91/KRFN/{number}")
        line.get_by_label("SR Number").fill(f"SR-{number}")
    page.get_by_role("button", name="Complete the checked lines").click()
    expect(page.get_by_role("status")).to_contain_text("2 lines are completed.")


def threaten_the_rest(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Report in jeopardy").click()
    look("Report in jeopardy")
    for number in (3, 4):
        page.get_by_label(f"Request #{number}:").check()
    page.get_by_label("What stands in the way").fill("The owner has not let us in yet.")
    page.get_by_role("button", name="Report", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("2 lines are reported in jeopardy.")


@pytest.mark.parametrize("width", [1280, 320])
def test_an_order_is_acknowledged_committed_half_completed_and_half_in_jeopardy(
    world: World, signed_in: SignedIn, axe: Axe, width: int
) -> None:
    now = timezone.now()
    order, today = make_order_at_desk(world, 4, at=now), timezone.localdate(now)
    page = signed_in(world.desk, width=width)
    look = Look(page, axe, width)

    acknowledge(page, look, order)
    commit(page, look, order, today + timedelta(days=7))
    complete_half(page, look)
    threaten_the_rest(page, look)
    look(order.agency_request_number)

    lines = page.get_by_role("table", name="How far each line is")
    expect(lines).to_contain_text("91/KRFN/2")
    expect(lines).to_contain_text("The owner has not let us in yet.")
    states = LineProgress.objects.values_list("state", flat=True)
    assert sorted(states) == [LineState.COMMITTED] * 2 + [LineState.COMPLETED] * 2
    assert Order.objects.get().state == State.ACKNOWLEDGED


@pytest.mark.parametrize("width", [1280, 320])
def test_a_question_is_asked_and_answered(
    world: World, signed_in: SignedIn, axe: Axe, width: int
) -> None:
    order = make_order_at_desk(world)
    page = signed_in(world.desk, width=width)
    look = Look(page, axe, width)
    page.goto(order.get_absolute_url())
    page.get_by_role("link", name="Ask the agency").click()
    look("Ask the agency")
    page.get_by_label("Your question").fill("Which floor?")
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_role("status")).to_contain_text("Your clock stands still.")

    agency = signed_in(world.atr, width=width)
    look = Look(agency, axe, width)
    agency.goto("/")
    look("What do you need?")
    agency.get_by_role("link", name=f"Answer {order.agency_request_number}").click()
    look("Answer the contractor")
    agency.get_by_label("Your answer").fill("The third")
    agency.get_by_role("button", name="Send the answer").click()
    expect(agency.get_by_role("status")).to_contain_text("The contractor is told your answer.")
    look(order.agency_request_number)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_of_notices_is_refused_then_taken_in(
    world: World, signed_in: SignedIn, axe: Axe, javascript: bool
) -> None:
    order = make_order_at_desk(world)
    page = signed_in(world.desk, javascript=javascript)

    def send(notice: str) -> None:
        page.goto("/orders/desk/notices/")
        content = f"Order,Notice\n{order},{notice}\n".encode()
        page.get_by_label("File of notices").set_input_files(
            {"name": "notices.csv", "mimeType": "text/csv", "buffer": content}
        )
        page.get_by_role("button", name="Send", exact=True).click()

    send("nothing")
    expect(page.get_by_role("table", name="What is to be mended")).to_contain_text("“nothing”")
    if javascript:
        axe(page)
    send("acknowledge")
    expect(page.get_by_role("status")).to_contain_text("1 notice is taken in.")
    assert Order.objects.get().state == State.ACKNOWLEDGED
