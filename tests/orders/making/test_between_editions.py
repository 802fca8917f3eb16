"""Verizon's editions of 2014 and 2019: what differs, and an order made between them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from catalog.models import Contract, Service, UploadedLine
from orders.models import Determination, Order
from orders.services.making import drafting
from stmm.accounts.models import User
from stmm.agencies.models import Agency
from stmm.agencies.services import set_standing
from tests.catalog.factories import NON_MANDATORY, make_designation, make_offer
from tests.catalog.uploads import publish
from tests.catalog.verizon import ADDED, FIRST, SECOND, make_verizon, upload_edition
from tests.factories import Role, make_agency, make_appointment, signed_in
from tests.orders.factories import FILLED, access, make_person, sign

pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("America/Los_Angeles"))


BEFORE_ALL = date(2013, 7, 1)
BETWEEN = date(2016, 3, 1)
IN_2015, IN_2020 = date(2015, 6, 1), date(2020, 6, 1)


@pytest.fixture
def contract() -> Contract:
    """With the edition of 2014, as it was known then."""
    contract = make_verizon(at=noon(BEFORE_ALL))
    publish(upload_edition(contract, FIRST), at=noon(FIRST))
    return contract


@pytest.fixture
def catr() -> User:
    """Of an agency that was non-exempt, and known to be, before 2014."""
    agency = make_agency(standing=None)
    set_standing(
        agency=agency,
        value="non_exempt",
        effective_from=BEFORE_ALL,
        reason="For this test",
        actor=None,
        at=noon(BEFORE_ALL),
    )
    return make_appointment(
        Role.CATR, agency, make_person("Marcus Webb"), starts_on=BEFORE_ALL
    ).user


def signed_between(contract: Contract, catr: User) -> Order:
    """An order of 2016 for the first service that the matrix of 2014 has."""
    at = noon(BETWEEN)
    order = drafting.start(
        agency=Agency.objects.get(appointments__user=catr),
        contract=contract,
        agency_request_number="A-2016",
        key=uuid4(),
        access=access(catr, on=BETWEEN),
        at=at,
    )
    drafting.add_line(
        order=order,
        service=contract.services.order_by("pk")[0],
        key=uuid4(),
        access=access(catr, on=BETWEEN),
        at=at,
    )
    drafting.change(order=order, fields=FILLED, version=2, access=access(catr, on=BETWEEN), at=at)
    return sign(order, by=catr, at=at)


def names_on(contract: Contract, day: date) -> set[str]:
    offered = Service.objects.filter(contract=contract).offered(day)
    return set(offered.values_list("name", flat=True))


def test_the_lines_that_the_second_edition_adds_are_listed_by_name(contract: Contract) -> None:
    second = upload_edition(contract, SECOND)
    page = signed_in(make_appointment(Role.STND).user).get(
        reverse("uploads:detail", args=[second.pk]), {"show": "added"}
    )
    assert [row.line.name for row in page.context["rows"]] == ADDED
    assert (second.changed, second.withdrawn, second.unchanged) == (0, 0, 34)
    # The file says these six a second time further down
    repeated = second.differences.filter(kind=UploadedLine.Kind.REPEATED)
    assert [line.name for line in repeated] == ADDED


def test_the_catalogue_of_2015_and_that_of_2020_differ_by_them(contract: Contract) -> None:
    publish(upload_edition(contract, SECOND), at=noon(SECOND))
    assert len(names_on(contract, IN_2015)) == 34
    assert names_on(contract, IN_2020) - names_on(contract, IN_2015) == set(ADDED)
    sms = contract.services.get(name=ADDED[1])
    reader = signed_in(make_appointment(Role.ATR).user)
    address = reverse("catalog:service", args=[sms.pk])
    assert "does not offer this service yet" in reader.get(address, {"on": str(IN_2015)}).text
    assert "$219.50" in reader.get(address, {"on": str(IN_2020)}).text


def test_an_order_made_between_them_keeps_its_price_and_its_decision(
    contract: Contract, catr: User
) -> None:
    order = signed_between(contract, catr)
    line = order.lines.get()
    kept = (line.mrc, line.price_edition, Determination.objects.get().headline)
    assert kept[1].endswith("effective August 6, 2014")
    publish(upload_edition(contract, SECOND), at=noon(SECOND))
    # Whatever is said later of the service itself
    make_offer(line.service, effective_from=SECOND, mrc=Decimal(999))
    make_designation(NON_MANDATORY, line.service, effective_from=SECOND)
    line.refresh_from_db()
    assert (line.mrc, line.price_edition, Determination.objects.get().headline) == kept
    page = signed_in(catr).get(order.get_absolute_url())
    assert page.context["shown"].lines[0].mrc == kept[0]
    assert kept[0] != Decimal(999)
