"""The list of ATOs: narrowed, paged, downloaded as it is filtered; what menu and Home lead to."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from orders.models import AuthorizationToOrder
from stmm.accounts.models import User
from stmm.exports import BYTE_ORDER_MARK
from tests.catalog.factories import make_contract, make_free
from tests.factories import AT, TODAY, Kind, make_agency, signed_in
from tests.orders import leavings, local_orders
from tests.orders.ato_papers import make_paper
from tests.orders.factories import World, make_ato
from tests.orders.pages import page, text


@pytest.fixture
def fresno(world: World) -> AuthorizationToOrder:
    """Another city's, under a contract that binds nobody; ended yesterday."""
    contract = make_contract("C4-FREE", "Verizon")
    make_free(contract)
    ato = make_ato(make_agency(Kind.LOCAL, name="City of Fresno"), contract)
    AuthorizationToOrder.objects.filter(pk=ato.pk).update(
        ended_on=TODAY - timedelta(days=1), end_recorded_at=AT, end_reason="For this test"
    )
    ato.refresh_from_db()
    return ato


def listed(user: User, **wanted: Any) -> list[AuthorizationToOrder]:
    return list(page(user, "orders:atos", **wanted).context["page"])


def lines(user: User, **wanted: Any) -> list[list[str]]:
    """The rows of the CSV file below its head."""
    answer: Any = signed_in(user).get(reverse("orders:atos-csv"), wanted)
    content = b"".join(answer.streaming_content).decode().removeprefix(BYTE_ORDER_MARK)
    return list(csv.reader(StringIO(content)))[1:]


def test_the_list_is_narrowed_by_words_and_by_state(
    world: World, fresno: AuthorizationToOrder
) -> None:
    assert listed(world.stnd) == [fresno, world.ato]
    assert listed(world.stnd, q="lodi") == [world.ato]
    assert listed(world.stnd, q="c4-free verizon") == [fresno]
    assert listed(world.stnd, state="in-force") == [world.ato]
    assert listed(world.stnd, state="ended") == [fresno]
    under_way = make_paper(world).ato
    assert listed(world.stnd, state="under-way") == [under_way]
    assert listed(world.purchaser, q="fresno") == []


def test_what_matches_nothing_says_how_to_go_on(world: World) -> None:
    assert "No ATO matches" in text(page(world.stnd, "orders:atos", q="nowhere"))
    refused = page(world.stnd, "orders:atos", state="x")
    assert "Select a valid choice" in text(refused)
    for name in ("orders:atos-csv", "orders:atos-xlsx"):
        answer = signed_in(world.stnd).get(reverse(name), {"state": "x"})
        assert answer["Location"] == f"{reverse('orders:atos')}?state=x"


def test_the_files_hold_what_the_page_finds_with_the_two_years_of_each_service(
    world: World, fresno: AuthorizationToOrder
) -> None:
    entry = "1.2 MPLS, VPN and Converged VoIP"
    approved = "Initial ATO: Approved by the State"
    lodi = [
        "City of Lodi", "AT&T", "C4-DNCS-19", approved, entry, "Initial ATO", "2025-07-01",
        "2027-07-01", "yes", "",
    ]  # fmt: skip
    free = [
        "City of Fresno", "Verizon", "C4-FREE", approved, entry, "Initial ATO", "2025-07-01", "",
        "no", str(fresno.ended_on),
    ]  # fmt: skip
    assert lines(world.stnd) == [free, lodi]
    assert lines(world.stnd, q="Lodi") == lines(world.purchaser) == [lodi]

    answer: Any = signed_in(world.stnd).get(reverse("orders:atos-xlsx"), {"q": "Lodi"})
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    assert book.get_sheet_by_index(0).to_python()[1][:3] == lodi[:3]


def test_an_ato_that_lists_nothing_yet_has_one_row(world: World) -> None:
    make_paper(world)
    rows = [row for row in lines(world.purchaser) if row[3] == "Initial ATO: Draft"]
    assert [row[4:] for row in rows] == [[""] * 6]


def test_the_menu_leads_there_whom_it_concerns(world: World) -> None:
    link = f'href="{reverse("orders:atos")}"'
    for user, shown in ((world.purchaser, True), (world.stnd, True), (world.atr, False)):
        menu = page(user, "catalog:search").content.decode().partition("</nav>")[0]
        assert (link in menu) is shown


def test_home_shows_notices_that_run_and_documents_that_are_not_through(world: World) -> None:
    assert "Leaving CALNET</h2>" not in page(world.purchaser, "home").content.decode()
    make_free(world.contract)
    leaving = leavings.make_given(world, on=TODAY)
    draft = local_orders.make_draft(world)
    sent = local_orders.make_sent(world)

    theirs = page(world.purchaser, "home").context["outside"]
    assert (theirs.notices, theirs.documents) == ([leaving], [draft, sent])
    at_desk = page(world.desk, "home").context["outside"]
    assert (at_desk.notices, at_desk.documents) == ([leaving], [sent])
    assert page(world.atr, "home").context["outside"] is None
    assert "Notices that run" in text(page(world.desk, "home"))
    assert date(2026, 4, 1) == leaving.ends_on
