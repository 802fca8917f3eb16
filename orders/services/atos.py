"""Recording Authorizations To Order."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from catalog.models import Category, Contract
from orders.models import AuthorizationToOrder, ListedService
from stmm.accounts.models import User
from stmm.agencies.models import Agency
from stmm.audit.services import record


@transaction.atomic
def record_ato(
    *,
    agency: Agency,
    contract: Contract,
    categories: Iterable[Category],
    agency_signed_on: date | None,
    contractor_signed_on: date | None,
    state_approved_on: date | None,
    basis: str,
    actor: User | None,
    at: datetime,
) -> AuthorizationToOrder:
    """Record an initial ATO with the categories it lists (PO-4.1).

    IntegrityError for a second ATO of the same agency and contract, or an approval of one
    that is not signed by both.
    """
    ato = AuthorizationToOrder.objects.create(
        agency=agency,
        contract=contract,
        agency_signed_on=agency_signed_on,
        contractor_signed_on=contractor_signed_on,
        state_approved_on=state_approved_on,
        basis=basis,
        recorded_at=at,
    )
    listed = ListedService.objects.bulk_create(
        ListedService(ato=ato, category=category) for category in categories
    )
    record(
        at=at,
        actor=actor,
        action="record_ato",
        subject=ato,
        changes={
            "lists": (None, ", ".join(str(item) for item in listed)),
            "approved by the State": (None, state_approved_on),
        },
        reason=basis,
    )
    return ato
