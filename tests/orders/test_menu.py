"""The main menu: each person finds the pages that are theirs, and none that would refuse them."""

import re

import pytest
from django.utils.html import escape

from tests.factories import signed_in
from tests.orders.factories import World

ALL = ["Home", "Catalog", "Orders"]
MENUS = {
    "atr": [*ALL, "Our services", "Elsewhere?", "Exemptions", "Agencies", "Mail"],
    "purchaser": [*ALL, "Our services", "Elsewhere?", "ATOs", "Agencies", "Mail"],
    "desk": ["Home", "Catalog", "Order desk", "Orders", "ATOs", "Agencies", "Mail"],
    "stnd": [
        *(*ALL, "Services", "Elsewhere?", "ATOs", "Exemptions", "Agencies", "Mail", "Record"),
    ],
    "auditor": [
        *(*ALL, "Services", "Elsewhere?", "ATOs", "Exemptions", "Agencies", "Mail", "Record"),
    ],
}


@pytest.mark.parametrize(("who", "labels"), MENUS.items())
def test_each_finds_the_pages_that_are_theirs(world: World, who: str, labels: list[str]) -> None:
    browser = signed_in(getattr(world, who))
    html = browser.get("/").content.decode()
    menu = html.partition('id="main-menu"')[2].partition("</ul>")[0]
    links = re.findall(r'href="([^"]+)"\s[^>]*>([^<]+)</a>', menu)

    assert [label for _, label in links] == labels
    assert {browser.get(url).status_code for url, _ in links} == {200}


@pytest.mark.parametrize(
    ("address", "label"), [("/orders/desk/", "Order desk"), ("/orders/atos/", "ATOs")]
)
def test_the_menu_says_where_one_is(world: World, address: str, label: str) -> None:
    html = signed_in(world.desk).get(address).content.decode()
    current = re.findall(r'aria-current="[^"]+">([^<]+)</a>', html.partition("</nav>")[0])

    assert current == [label]


def test_people_of_an_order_desk_have_their_role_and_contractor_beside_their_name(
    world: World,
) -> None:
    contractor = escape(world.contract.contractor.name)

    for address in ("/", "/orders/desk/"):
        head = signed_in(world.desk).get(address).content.decode().partition("<main")[0]
        assert f'<span class="user-role">Order desk, {contractor}</span>' in head
    theirs = signed_in(world.atr).get("/").content.decode()
    assert "Order desk, " not in theirs.partition("<main")[0]
