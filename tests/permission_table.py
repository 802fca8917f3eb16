"""Who gets which answer from which address: one row for each address, method and object.

The rows are in `tests.permissions`, a module for each area.
"""

from dataclasses import dataclass
from typing import Any

from tests.permissions import (
    atos,
    catalog,
    changing,
    desk,
    elsewhere,
    exemptions_asking,
    exemptions_living,
    exemptions_working,
    inventory,
    leaving,
    lists,
    many,
    orders,
    site,
)
from tests.stage import MORE_PEOPLE, PEOPLE, Stage

AREAS = (
    site, catalog, orders, many, desk, changing, inventory, lists, leaving, elsewhere, atos,
    exemptions_asking, exemptions_working, exemptions_living,
)  # fmt: skip
COLUMNS = (*PEOPLE, "anyone")

# 404: not theirs to see. 403: seen, but not theirs to do. 405: no such method here.
# 302 of a GET: the order has moved on. 302 of a POST: done, or too late; 200: asked again.
HEADING = "address on method atr catr atr- purch desk desk- stnd dep aud anyone officer delegate"


@dataclass(frozen=True, slots=True)
class Row:
    address: str
    on: str
    method: str
    answers: dict[str, int]

    def __str__(self) -> str:
        return f"{self.method} {self.address} {self.on}"


def _row(line: str) -> Row:
    """Of exemption requests, with the answers to `MORE_PEOPLE` too."""
    address, on, method, *answers = line.split()
    people = (*COLUMNS, *MORE_PEOPLE) if len(answers) > len(COLUMNS) else COLUMNS
    return Row(address, on, method, dict(zip(people, (int(code) for code in answers), strict=True)))


LINES = [(line, area) for area in AREAS for line in area.TABLE.strip().splitlines() if line]
ROWS = [_row(line) for line, _ in LINES]
# Whose forms to make: those of every area take as long as the answer
AREA_OF = {line.split()[0]: area for line, area in LINES}
# Reading these leaves an entry in the record
DOWNLOADS = set().union(*(area.DOWNLOADS for area in AREAS))
# What is done there is a person's own affair, and leaves none
UNRECORDED = set().union(*(area.UNRECORDED for area in AREAS))
# What is read there and is no page
FILES = DOWNLOADS.union(*(area.FILES for area in AREAS))


def buttons(person: str) -> dict[str, str]:
    """The pages with a form that a person fills in, by address, with the words on its button."""
    return {
        address: words for area in AREAS for address, words in area.BUTTONS.get(person, {}).items()
    }


def places(stage: Stage, on: str) -> dict[str, Any]:
    """The parameters of an address for what `on` names."""
    if on == "-":
        return {"uidb64": "MQ", "token": "set-password"}
    return stage.places[on]


def posted(stage: Stage, address: str, on: str) -> dict[str, Any]:
    """A form that lacks nothing, so that only the person's authority decides."""
    order = stage.orders.get(on, stage.orders["draft"])
    forms: dict[str, dict[str, Any]] = AREA_OF[address].forms(stage.world, order)
    return forms.get(address, {})
