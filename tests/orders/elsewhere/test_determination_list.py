"""The list of determinations: narrowed by its address, and the same as a file."""

import csv
import io

import pytest
from django.urls import reverse

from orders.files.determinations import COLUMNS
from tests.orders.elsewhere_exemptions import sought_in
from tests.orders.elsewhere_records import make_determination
from tests.orders.factories import World
from tests.orders.pages import Answer, errors, page, text

pytestmark = pytest.mark.django_db


def _csv(answer: Answer) -> list[list[str]]:
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"Hosted VoIP", "=Towers", "Toll-free line"}),
        ({"q": "tower"}, {"=Towers"}),
        ({"q": "sierra"}, {"Hosted VoIP"}),
        ({"q": "99999999999999999999"}, set()),
        ({"outcome": "exemption_required"}, {"Hosted VoIP"}),
        ({"outcome": "ruling_needed"}, {"=Towers"}),
        ({"outcome": "ato_required"}, set()),
    ],
)
def test_page_and_file_show_what_the_address_says(
    world: World, query: dict[str, str], shown: set[str]
) -> None:
    make_determination(world, world.mandatory, vendor="Sierra Telephone")
    make_determination(world, described="=Towers")
    make_determination(world, world.optional)
    make_determination(world, described="Another agency’s", by=world.purchaser)

    answer = page(world.atr, "orders:determinations", **query)
    found = {
        each.service.name if each.service else each.described for each in answer.context["page"]
    }
    assert found == shown
    lines = _csv(page(world.catr, "orders:determinations-csv", **query))
    assert lines[0] == list(COLUMNS)
    # Formulas are neutralised
    assert {line[2].removeprefix("'") for line in lines[1:]} == shown
    assert ("No determination matches" in text(answer)) == (not shown)


def test_one_is_found_by_its_number_and_its_exemption_is_told(world: World) -> None:
    item = sought_in(world)
    made = make_determination(world, world.mandatory, relies_on=item)
    make_determination(world, described="Towers")
    (_, line) = _csv(page(world.auditor, "orders:determinations-csv", q=made.number))

    assert line[0] == made.number
    assert line[10] == item.request.number
    assert line[14] == made.sha256
    workbook = page(world.auditor, "orders:determinations-xlsx")
    assert b"".join(workbook.streaming_content).startswith(b"PK")


def test_oversight_chooses_among_agencies(world: World) -> None:
    make_determination(world, described="Ours")
    make_determination(world, described="Theirs", by=world.purchaser)
    answer = page(world.auditor, "orders:determinations", agency=str(world.city.pk))

    assert [each.described for each in answer.context["page"]] == ["Theirs"]


@pytest.mark.parametrize("name", ["determinations-csv", "determinations-xlsx"])
def test_a_filter_that_can_not_be_read_leads_back_to_the_page(world: World, name: str) -> None:
    answer = page(world.atr, f"orders:{name}", outcome="luck")

    assert answer["Location"] == reverse("orders:determinations") + "?outcome=luck"
    assert list(errors(page(world.atr, "orders:determinations", outcome="luck"))) == ["outcome"]
