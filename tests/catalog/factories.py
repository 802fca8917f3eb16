"""Catalogue rows for tests: each `make_*` takes what a test cares about, fills in the rest."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from catalog.models import (
    Category,
    Contract,
    Contractor,
    Designation,
    Exclusivity,
    Offer,
    Service,
    Term,
)
from catalog.search.index import reindex
from catalog.services.designating import designate
from tests.factories import AT, SINCE

# The day after the last day of a contract that is in term in every test, and in none
FAR = date(2100, 1, 1)
LONG_AGO = date(2022, 1, 1)
MANDATORY = Designation.Value.MANDATORY
NON_MANDATORY = Designation.Value.NON_MANDATORY

_numbers = count(1)


def make_category(code: str = "1.2", name: str = "MPLS, VPN and Converged VoIP") -> Category:
    category, _ = Category.objects.get_or_create(
        program="CALNET 3", code=code, defaults={"name": name}
    )
    return category


def make_contract(
    number: str = "",
    contractor: str = "AT&T",
    *,
    vehicle: str = "CALNET 3",
    starts_on: date = SINCE,
    until: date = FAR,
) -> Contract:
    """A contract of category 1.2 with one term, [starts_on, until)."""
    contract = Contract.objects.create(
        number=number or f"C3-A-{next(_numbers):02d}",
        vehicle=vehicle,
        contractor=Contractor.objects.get_or_create(name=contractor)[0],
        order_desk_email="desk@contractor.example",
    )
    contract.categories.add(make_category())
    make_term(contract, starts_on, until)
    return contract


def make_free(contract: Contract, *, recorded_at: datetime = AT) -> Exclusivity:
    """An ATO under the contract binds nobody."""
    return Exclusivity.objects.create(
        contract=contract,
        is_exclusive=False,
        effective_from=SINCE,
        recorded_at=recorded_at,
        reason="For this test",
    )


def make_term(contract: Contract, starts_on: date, until: date, kind: str = Term.Kind.BASE) -> Term:
    return Term.objects.create(
        contract=contract,
        kind=kind,
        starts_on=starts_on,
        until=until,
        recorded_at=AT,
        basis="for this test",
    )


def make_service(
    name: str = "Converged VoIP",
    contract: Contract | None = None,
    *,
    product_id: str = "",
    section: str = "1.2.3",
    category: Category | None = None,
    **offer: Any,
) -> Service:
    """A service offered since SINCE; further arguments are the offer's."""
    service = Service.objects.create(
        contract=contract or make_contract(),
        category=category or make_category(),
        section=section,
        product_id=product_id or f"S{next(_numbers):06d}",
        name=name,
        unit="month",
    )
    make_offer(service, **offer)
    return service


def make_offer(
    service: Service, *, effective_from: date = SINCE, recorded_at: datetime = AT, **fields: Any
) -> Offer:
    charges = {"mrc": Decimal("96.00"), "nrc": Decimal("45.00"), "price_basis": "sample"}
    offer = Offer.objects.create(
        service=service,
        effective_from=effective_from,
        recorded_at=recorded_at,
        reason="For this test",
        **(charges | fields),
    )
    reindex(contract=service.contract, services=[service.pk])
    return offer


def make_designation(
    value: str,
    subject: Service | Contract,
    *,
    category: Category | None = None,
    effective_from: date = SINCE,
    at: datetime = AT,
) -> Designation:
    """Of a service, of a whole contract, or of a category under it."""
    service = subject if isinstance(subject, Service) else None
    return designate(
        contract=subject.contract if isinstance(subject, Service) else subject,
        service=service,
        category=category,
        value=value,
        effective_from=effective_from,
        reason="The Department’s word",
        actor=None,
        at=at,
    )
