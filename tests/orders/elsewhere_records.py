"""Questions, determinations and purchases outside CALNET for tests, made through the services."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from catalog.models import Service
from exemptions.models import RequestedItem
from orders.compliance.elsewhere import Question
from orders.files.ledger import HEADINGS
from orders.models import ElsewhereDetermination, Ledger, OutsidePurchase, Plan
from orders.services.elsewhere.certifying import certify
from orders.services.elsewhere.determining import determine_elsewhere
from orders.services.elsewhere.ledger_reading import read_ledger
from orders.services.elsewhere.ledgers import upload_ledger
from orders.services.elsewhere.outside import Said, record_purchase
from stmm.accounts.models import User
from stmm.agencies.models import Agency
from tests.factories import AT, TODAY
from tests.orders.factories import World, access

Match = OutsidePurchase.Match


def make_question(service: Service | None = None, **said: Any) -> Question:
    """Bought elsewhere today, unless told otherwise; words where there is no service."""
    asked: dict[str, Any] = {
        "on": TODAY,
        "plan": Plan.ELSEWHERE,
        "described": "" if service else "Radio towers on a hill",
    }
    return Question(**(asked | said), service=service)


def agency_of(world: World, by: User) -> Agency:
    return world.city if by == world.purchaser else world.agency


def make_determination(
    world: World,
    service: Service | None = None,
    *,
    by: User | None = None,
    at: datetime = AT,
    certified: bool = False,
    **said: Any,
) -> ElsewhereDetermination:
    user = by or world.atr
    made = determine_elsewhere(
        agency=agency_of(world, user),
        question=make_question(service, **said),
        key=uuid4(),
        access=access(user),
        at=at,
    )
    if certified:
        certify(determination=made, at=at)
    return ElsewhereDetermination.objects.get(pk=made.pk)


def make_purchase(
    world: World,
    service: Service | None = None,
    *,
    by: User | None = None,
    match: Match | None = None,
    relies_on: RequestedItem | None = None,
    quantity: int | None = None,
    determination: ElsewhereDetermination | None = None,
    **fields: Any,
) -> OutsidePurchase:
    """Of a service of the catalogue, or of none where none is given."""
    user = by or world.atr
    facts: dict[str, Any] = {
        "vendor": "Sierra Telephone",
        "description": "Telephone lines, February",
        "amount": Decimal("120.50"),
        "purchased_on": date(2026, 2, 27),
    }
    return record_purchase(
        agency=agency_of(world, user),
        fields=facts | fields,
        said=Said(
            match or (Match.MATCHED if service else Match.NOT_OFFERED),
            service,
            relies_on,
            quantity,
        ),
        determination=determination,
        key=uuid4(),
        access=access(user),
        at=AT,
    )


def ledger_line(**cells: Any) -> dict[str, Any]:
    """A line that lacks nothing, by heading; spelt with `_` for spaces."""
    line = {
        "Vendor": "Sierra Telephone",
        "Description": "Lawn care",
        "Amount": "120.50",
        "Bought on": "2026-02-27",
    }
    return line | {name.replace("_", " "): value for name, value in cells.items()}


def ledger_csv(lines: Iterable[Mapping[str, Any]], headings: Iterable[str] = HEADINGS) -> bytes:
    headings = list(headings)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(headings)
    for line in lines:
        writer.writerow([line.get(heading, "") for heading in headings])
    return file.getvalue().encode()


def send_ledger(
    world: World,
    lines: Iterable[Mapping[str, Any]] = (),
    *,
    content: bytes = b"",
    file_name: str = "ledger.csv",
    by: User | None = None,
) -> Ledger:
    """A file that waits to be read."""
    user = by or world.atr
    return upload_ledger(
        agency=agency_of(world, user),
        file_name=file_name,
        content=content or ledger_csv(lines),
        key=uuid4(),
        access=access(user),
        at=AT,
    )


def reread(ledger: Ledger, *, at: datetime = AT) -> Ledger:
    """The ledger once the job has read it."""
    read_ledger(ledger_id=ledger.pk, clock=lambda: at)
    return Ledger.objects.get(pk=ledger.pk)


def make_ledger(world: World, lines: Iterable[Mapping[str, Any]] = (), **sent: Any) -> Ledger:
    """A file that has been read."""
    return reread(send_ledger(world, lines, **sent))
