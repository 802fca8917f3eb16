"""What the Department keeps of contracts: extensions, desks, buyers, settings, names; dated."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.models import (
    Category,
    Contract,
    Contractor,
    ContractorName,
    DeskAddress,
    Exclusivity,
    ListedBuyer,
    Succession,
    Term,
)
from catalog.permissions import keeper
from catalog.search.index import reindex
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.dated import LATEST_FIRST
from stmm.audit.services import record
from stmm.refusals import NotAllowed


def _locked(contract: Contract) -> Contract:
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)


def _dated(actor: User | None, at: datetime, effective_from: date, reason: str) -> dict[str, Any]:
    return {
        "effective_from": effective_from,
        "reason": reason,
        "recorded_by": actor,
        "recorded_at": at,
    }


@transaction.atomic
def extend(*, contract: Contract, last_day: date, basis: str, access: Access, at: datetime) -> Term:
    """Add an extension from the day after the last term through the Pacific day `last_day`.

    `basis` names the amendment. Raises NotAllowed for other people, for a contract without a
    term, and for a day that is not later than its end.
    """
    actor = keeper(access)
    contract, until = _locked(contract), last_day + timedelta(days=1)
    last = contract.terms.order_by("until").last()
    if last is None:
        raise NotAllowed(f"Contract {contract.number} has no term to extend.")
    if (last.until, last.basis) == (until, basis):
        return last
    if until <= last.until:
        raise NotAllowed(f"It runs through {last.last_day:%B %-d, %Y} already: give a later day.")
    term = Term.objects.create(
        contract=contract,
        kind=Term.Kind.EXTENSION,
        starts_on=last.until,
        until=until,
        recorded_at=at,
        basis=basis,
    )
    record(
        at=at,
        actor=actor,
        action="extend",
        subject=contract,
        changes={"last day": (last.last_day, term.last_day)},
        reason=basis,
    )
    return term


@transaction.atomic
def set_desk_address(
    *,
    contract: Contract,
    category: Category | None,
    email: str,
    effective_from: date,
    reason: str,
    access: Access,
    at: datetime,
) -> DeskAddress:
    """Where orders for a category go from a Pacific day on; for None, all without their own.

    An empty address sends a category's orders to the general one again. Raises NotAllowed for
    other people, a category of another contract, and a general desk without an address.
    """
    actor = keeper(access)
    contract = _locked(contract)
    if category is not None and not contract.categories.filter(pk=category.pk).exists():
        raise NotAllowed(f"Contract {contract.number} has no category {category}.")
    if category is None and not email:
        raise NotAllowed("The general order desk needs an address.")
    rows = contract.desk_addresses.filter(category=category, effective_from__lte=effective_from)
    before = rows.order_by(*LATEST_FIRST).first()
    said = (email, effective_from, reason)
    if before and (before.email, before.effective_from, before.reason) == said:
        return before
    row = DeskAddress.objects.create(
        contract=contract,
        category=category,
        email=email,
        **_dated(actor, at, effective_from, reason),
    )
    what = f"order desk, {category}" if category else "order desk"
    record(
        at=at,
        actor=actor,
        action="set_order_desk",
        subject=contract,
        changes={what: (before and str(before), str(row)), "from": (None, effective_from)},
        reason=reason,
    )
    return row


@transaction.atomic
def list_buyer(
    *,
    contract: Contract,
    agency: Agency,
    is_listed: bool,
    effective_from: date,
    reason: str,
    actor: User | None,
    at: datetime,
) -> ListedBuyer:
    """Put an agency on a contract's list of buyers, or take it off, from a Pacific day on.

    Callers check who asks; `keep_buyer` does it for a page.
    """
    contract = _locked(contract)
    rows = contract.listed_buyers.filter(agency=agency, effective_from__lte=effective_from)
    before = rows.order_by(*LATEST_FIRST).first()
    if before is not None and before.is_listed == is_listed:
        return before
    row = ListedBuyer.objects.create(
        contract=contract,
        agency=agency,
        is_listed=is_listed,
        **_dated(actor, at, effective_from, reason),
    )
    record(
        at=at,
        actor=actor,
        action="list_buyer" if is_listed else "unlist_buyer",
        subject=contract,
        changes={"buyer": (None, str(agency)), "from": (None, effective_from)},
        reason=reason,
    )
    return row


def keep_buyer(
    *,
    contract: Contract,
    agency: Agency,
    is_listed: bool,
    effective_from: date,
    reason: str,
    access: Access,
    at: datetime,
) -> ListedBuyer:
    """`list_buyer` by an STND analyst. Raises NotAllowed for other people."""
    return list_buyer(
        contract=contract,
        agency=agency,
        is_listed=is_listed,
        effective_from=effective_from,
        reason=reason,
        actor=keeper(access),
        at=at,
    )


@transaction.atomic
def set_buyers(
    *, contract: Contract, buyers: str, reason: str, actor: User | None, at: datetime
) -> Contract:
    """Who may order under a contract: every agency, or those on its list of buyers.

    Callers check who asks; `keep_buyers` does it for a page.
    """
    contract = _locked(contract)
    was = contract.get_buyers_display()
    if contract.buyers == buyers:
        return contract
    contract.buyers = Contract.Buyers(buyers)
    contract.save(update_fields=["buyers"])
    record(
        at=at,
        actor=actor,
        action="set_buyers",
        subject=contract,
        changes={"buyers": (was, contract.get_buyers_display())},
        reason=reason,
    )
    return contract


def keep_buyers(
    *, contract: Contract, buyers: str, reason: str, access: Access, at: datetime
) -> Contract:
    """`set_buyers` by an STND analyst. Raises NotAllowed for other people."""
    actor = keeper(access)
    return set_buyers(contract=contract, buyers=buyers, reason=reason, actor=actor, at=at)


@transaction.atomic
def set_exclusivity(
    *,
    contract: Contract,
    is_exclusive: bool,
    effective_from: date,
    reason: str,
    actor: User | None,
    at: datetime,
) -> Exclusivity:
    """Whether a contract's ATOs bind their agencies to CALNET, from a Pacific day on (PO-4.1).

    The same again is one row. Callers check who asks; `keep_exclusivity` does it for a page.
    """
    contract = _locked(contract)
    rows = contract.exclusivity.filter(effective_from__lte=effective_from)
    before = rows.order_by(*LATEST_FIRST).first()
    said = (is_exclusive, effective_from, reason)
    if before and (before.is_exclusive, before.effective_from, before.reason) == said:
        return before
    row = Exclusivity.objects.create(
        contract=contract,
        is_exclusive=is_exclusive,
        **_dated(actor, at, effective_from, reason),
    )
    record(
        at=at,
        actor=actor,
        action="set_exclusivity",
        subject=contract,
        changes={"exclusive": (before and str(before), str(row)), "from": (None, effective_from)},
        reason=reason,
    )
    return row


def keep_exclusivity(
    *,
    contract: Contract,
    is_exclusive: bool,
    effective_from: date,
    reason: str,
    access: Access,
    at: datetime,
) -> Exclusivity:
    """`set_exclusivity` by an STND analyst. Raises NotAllowed for other people."""
    return set_exclusivity(
        contract=contract,
        is_exclusive=is_exclusive,
        effective_from=effective_from,
        reason=reason,
        actor=keeper(access),
        at=at,
    )


def _lock_contractor(contractor: Contractor, day: date, at: datetime) -> Contractor:
    if day > timezone.localdate(at):
        raise NotAllowed("This is recorded when it holds, not before: the day is still to come.")
    return Contractor.objects.select_for_update().get(pk=contractor.pk)


@transaction.atomic
def rename_contractor(
    *,
    contractor: Contractor,
    name: str,
    effective_from: date,
    reason: str,
    access: Access,
    at: datetime,
) -> ContractorName:
    """A contractor's new name from a Pacific day on; the former ones stay, dated.

    Raises NotAllowed for other people, for a name in use, and before that day.
    """
    actor = keeper(access)
    contractor = _lock_contractor(contractor, effective_from, at)
    if contractor.name == name and (same := contractor.names.filter(name=name).first()):
        return same
    if Contractor.objects.filter(name__iexact=name).exclude(pk=contractor.pk).exists():
        raise NotAllowed(f"Another contractor is called {name}.")
    before = contractor.name
    _keep_former_name(contractor, actor, at, effective_from)
    row = ContractorName.objects.create(
        contractor=contractor, name=name, **_dated(actor, at, effective_from, reason)
    )
    contractor.name = contractor.names.in_effect(timezone.localdate(at)).get().name
    contractor.save(update_fields=["name"])
    for contract in contractor.contracts.all():
        reindex(contract=contract)
    changes: Mapping[str, tuple[Any, Any]] = {
        "name": (before, name),
        "from": (None, effective_from),
    }
    record(
        at=at,
        actor=actor,
        action="rename",
        subject=contractor,
        changes=changes,
        reason=reason,
    )
    return row


def _keep_former_name(
    contractor: Contractor, actor: User | None, at: datetime, renamed_on: date
) -> None:
    """The name it had when its first contract began, unless its names are on record."""
    if contractor.names.exists():
        return
    first = Term.objects.filter(contract__contractor=contractor).order_by("starts_on").first()
    since = min(first.starts_on if first else renamed_on, renamed_on - timedelta(days=1))
    ContractorName.objects.create(
        contractor=contractor,
        name=contractor.name,
        **_dated(actor, at, since, "Its name when its first contract began"),
    )


@transaction.atomic
def record_succession(
    *,
    contractor: Contractor,
    successor: Contractor,
    effective_from: date,
    reason: str,
    access: Access,
    at: datetime,
) -> Succession:
    """A contractor became part of another on a Pacific day. Its contracts keep their numbers.

    Raises NotAllowed for other people, for a day to come, and where the other one became part
    of this one.
    """
    actor = keeper(access)
    contractor = _lock_contractor(contractor, effective_from, at)
    if successor == contractor or successor.successions.filter(successor=contractor).exists():
        raise NotAllowed(f"{contractor} can’t become part of {successor}.")
    same = contractor.successions.filter(successor=successor, effective_from=effective_from)
    if existing := same.first():
        return existing
    row = Succession.objects.create(
        contractor=contractor,
        successor=successor,
        **_dated(actor, at, effective_from, reason),
    )
    record(
        at=at,
        actor=actor,
        action="record_succession",
        subject=contractor,
        changes={"part of": (None, successor.name), "from": (None, effective_from)},
        reason=reason,
    )
    return row
