"""Saying what is mandatory, from a day on."""

from datetime import date, datetime

from django.db import transaction

from catalog.models import CatalogChange, Category, Contract, Designation, Service
from catalog.permissions import keeper
from catalog.search.index import reindex
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.dated import LATEST_FIRST
from stmm.audit.services import record
from stmm.refusals import NotAllowed


@transaction.atomic
def designate(
    *,
    contract: Contract,
    value: str,
    effective_from: date,
    reason: str,
    basis: str = "",
    category: Category | None = None,
    service: Service | None = None,
    actor: User | None,
    at: datetime,
) -> Designation:
    """Say what is mandatory from a Pacific day on: a service, a category, or the contract.

    Only the Department designates (PO-3); callers check who asks.
    """
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    row = Designation.objects.create(
        contract=contract,
        category=category,
        service=service,
        value=Designation.Value(value),
        basis=basis,
        effective_from=effective_from,
        reason=reason,
        recorded_by=actor,
        recorded_at=at,
    )
    CatalogChange.objects.create(contract=contract, designation=row, made_at=at)
    changes = {"designation": (None, row.get_value_display()), "from": (None, effective_from)}
    if category is not None:
        changes["category"] = (None, str(category))
    if basis:
        changes["basis"] = (None, basis)
    reindex(contract=contract, services=None if service is None else [service.pk])
    record(
        at=at,
        actor=actor,
        action="designate",
        subject=service or contract,
        changes=changes,
        reason=reason,
    )
    return row


@transaction.atomic
def set_flag(
    *,
    contract: Contract,
    category: Category | None = None,
    service: Service | None = None,
    value: str,
    effective_from: date,
    reason: str,
    notice: str,
    access: Access,
    at: datetime,
) -> Designation:
    """What an STND analyst says of a service, of a category under a contract, or of a contract.

    `notice` names the Department's notice, "" if there is none. The very same word again
    gives back the row that is there. Raises NotAllowed for other people, and for a category
    or service of another contract.
    """
    actor = keeper(access)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if service is not None and service.contract_id != contract.pk:
        raise NotAllowed(f"{service} is not under contract {contract.number}.")
    if category is not None and not contract.categories.filter(pk=category.pk).exists():
        raise NotAllowed(f"Contract {contract.number} has no category {category}.")
    said = {
        "value": Designation.Value(value),
        "effective_from": effective_from,
        "reason": reason,
        "basis": notice,
    }
    rows = Designation.objects.filter(contract=contract, category=category, service=service)
    last = rows.filter(effective_from=effective_from).order_by(*LATEST_FIRST).first()
    if last is not None and all(getattr(last, name) == it for name, it in said.items()):
        return last
    return designate(
        contract=contract,
        category=category,
        service=service,
        value=value,
        effective_from=effective_from,
        reason=reason,
        basis=notice,
        actor=actor,
        at=at,
    )
