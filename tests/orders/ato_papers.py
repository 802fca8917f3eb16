"""ATOs for tests, made through the services as the site makes them."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from catalog.models import Category, Contract, Service
from orders.models import AtoPaper, AuthorizationToOrder, Ground
from orders.services.atos import acts as atos
from orders.services.atos import papers
from orders.services.atos import signing as ato_signing
from orders.services.atos.eligibility import record_registration
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from tests.catalog.factories import make_category, make_contract
from tests.factories import AT, TODAY
from tests.orders.factories import World, access

SCAN = b"%PDF-1.7 signed by both\n%%EOF\n"
FILLED = {
    "legal_name": "City of Lodi",
    "ground": Ground.LOCAL,
    "address": "221 West Pine Street\nLodi, CA 95240",
    "e_rate": False,
    "funding_year": "",
    "form_470": "",
    "form_471": "",
}


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("America/Los_Angeles"))


def make_eligible(agency: Agency) -> None:
    record_registration(
        agency=agency, ground=Ground.LOCAL, basis="For this test", actor=None, at=AT
    )


def make_paper(world: World, contract: Contract | None = None, *, at: datetime = AT) -> AtoPaper:
    """The draft of the city's ATO for another contract; its category is 1.2."""
    contract = contract or make_contract("C3-B", contractor="Verizon")
    contract.categories.add(make_category())
    return atos.begin(agency=world.city, contract=contract, access=of(world.purchaser, at), at=at)


def of(user: User, at: datetime = AT) -> Access:
    return access(user, on=at.astimezone(ZoneInfo("America/Los_Angeles")).date())


def fill(
    world: World,
    paper: AtoPaper,
    *,
    categories: Iterable[Category] | None = None,
    services: Iterable[Service] = (),
    at: datetime = AT,
    **fields: object,
) -> AtoPaper:
    """What a paper needs; of category 1.2, unless told otherwise."""
    paper = again(paper)
    return papers.change_paper(
        paper=paper,
        version=paper.version,
        fields={**FILLED, **fields},
        categories=[make_category()] if categories is None else categories,
        services=services,
        access=of(world.purchaser, at),
        at=at,
    )


def ready(world: World, paper: AtoPaper, *, at: datetime = AT) -> AtoPaper:
    return papers.make_ready(paper=paper, access=of(world.purchaser, at), at=at)


def sign_for_agency(
    world: World, paper: AtoPaper, *, on: date = TODAY, at: datetime = AT
) -> AtoPaper:
    return ato_signing.sign_for_agency(
        paper=paper,
        signatory="Maria Alvarez",
        title="City Manager",
        signed_on=on,
        access=of(world.purchaser, at),
        at=at,
    )


def sign_for_contractor(
    paper: AtoPaper, by: User, *, on: date = TODAY, at: datetime = AT
) -> AtoPaper:
    return ato_signing.sign_for_contractor(
        paper=paper,
        signatory="Sam Doe",
        title="Contract Manager",
        signed_on=on,
        access=of(by, at),
        at=at,
    )


def approve(world: World, paper: AtoPaper, *, on: date = TODAY, at: datetime = AT) -> AtoPaper:
    return ato_signing.approve_paper(
        paper=paper,
        approver="Priya Nair",
        approver_title="STND Analyst",
        approved_on=on,
        access=of(world.stnd, at),
        at=at,
    )


def make_submitted(
    world: World, paper: AtoPaper, *, on: date = TODAY, at: datetime = AT
) -> AtoPaper:
    """Filled in, signed by both on paper, scanned: it waits for the State."""
    paper = sign_for_agency(world, ready(world, paper, at=at), on=on, at=at)
    papers.add_scan(
        paper=paper,
        file_name="signed.pdf",
        content=SCAN,
        access=of(world.purchaser, at),
        at=at,
    )
    return sign_for_contractor(paper, world.purchaser, on=on, at=at)


def make_approved(
    world: World, paper: AtoPaper, *, on: date = TODAY, at: datetime = AT
) -> AtoPaper:
    if not world.city.registrations.exists():
        make_eligible(world.city)
    return approve(world, make_submitted(world, paper, on=on, at=at), on=on, at=at)


def amended(
    world: World,
    ato: AuthorizationToOrder,
    *,
    on: date,
    categories: Iterable[Category] = (),
    services: Iterable[Service] = (),
) -> AtoPaper:
    """An amendment that adds these, made, signed and approved on one day."""
    at = noon(on)
    paper = atos.amend(ato=ato, access=of(world.purchaser, at), at=at)
    fill(world, paper, categories=categories, services=services, at=at)
    return make_approved(world, again(paper), on=on, at=at)


def renewed(world: World, ato: AuthorizationToOrder, *, on: date) -> AtoPaper:
    """A renewal of all it lists, made, signed and approved on one day."""
    at = noon(on)
    paper = atos.renew(ato=ato, access=of(world.purchaser, at), at=at)
    items = paper.listed.select_related("category", "service")
    fill(
        world,
        paper,
        categories=[item.category for item in items if item.category],
        services=[item.service for item in items if item.service],
        at=at,
    )
    return make_approved(world, again(paper), on=on, at=at)


def again(paper: AtoPaper) -> AtoPaper:
    return AtoPaper.objects.select_related("ato__agency", "ato__contract__contractor").get(
        pk=paper.pk
    )
