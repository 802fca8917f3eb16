"""What an agency means to spend a month, under codes of its own; no contractor sees any of it.

Recorded of the agency: the history of an order is read by its contractor too.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from orders.models import BudgetLine, OpenService, Order
from orders.permissions.order import may_keep_for
from orders.services.inventory.open_services import lock_services_of
from orders.services.locking import lock
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.refusals import Incomplete, Problem, WrongState

# Of which an agency's record tells
ACTIONS = ("add_budget_line", "change_budget_line", "remove_budget_line", "set_budget_code")


@transaction.atomic
def add_budget_line(
    *, agency: Agency, code: str, name: str, monthly: Decimal, access: Access, at: datetime
) -> BudgetLine:
    """A budget line under a new code. The very same again is given back.

    Raises NotAllowed, Incomplete for a code in use.
    """
    user = may_keep_for(access, agency).user
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    existing = BudgetLine.objects.filter(agency=agency, code=code).first()
    if existing:
        if (existing.name, existing.monthly) == (name, monthly):
            return existing
        raise Incomplete([Problem(f"{agency.name} has a budget line {code} already.", "code")])
    line = BudgetLine.objects.create(agency=agency, code=code, name=name, monthly=monthly)
    record(
        at=at,
        actor=user,
        action="add_budget_line",
        subject=agency,
        changes={code: (None, _words(name, monthly))},
    )
    return line


def _words(name: str, monthly: Decimal) -> str:
    return f"{name}, ${monthly:,.2f} a month".removeprefix(", ")


@transaction.atomic
def change_budget_line(
    *, line: BudgetLine, name: str, monthly: Decimal, access: Access, at: datetime
) -> BudgetLine:
    """Another name or amount. Raises NotAllowed, WrongState for a line that was removed."""
    agency, user = line.agency, may_keep_for(access, line.agency).user
    found = BudgetLine.objects.select_for_update().filter(pk=line.pk).first()
    if found is None:
        raise WrongState(f"{line} was removed meanwhile.")
    line = found
    before, after = _words(line.name, line.monthly), _words(name, monthly)
    if before == after:
        return line
    line.name, line.monthly = name, monthly
    line.save()
    record(
        at=at,
        actor=user,
        action="change_budget_line",
        subject=agency,
        changes={line.code: (before, after)},
    )
    return line


@transaction.atomic
def remove_budget_line(*, line: BudgetLine, access: Access, at: datetime) -> None:
    """Orders and services keep their code. Gone already: nothing happens. Raises NotAllowed."""
    user = may_keep_for(access, line.agency).user
    gone, _ = BudgetLine.objects.filter(pk=line.pk).delete()
    if gone:
        record(
            at=at,
            actor=user,
            action="remove_budget_line",
            subject=line.agency,
            changes={line.code: (_words(line.name, line.monthly), None)},
        )


@transaction.atomic
def set_order_code(*, order: Order, code: str, access: Access, at: datetime) -> None:
    """The budget code of an order in any state: no part of the form. Raises NotAllowed."""
    order = lock(order)
    user = may_keep_for(access, order.agency).user
    if order.budget_code == code:
        return
    before, order.budget_code = order.budget_code, code
    order.save(update_fields=["budget_code"])
    record(
        at=at,
        actor=user,
        action="set_budget_code",
        subject=order.agency,
        changes={str(order): (before, code)},
    )


@transaction.atomic
def set_service_code(*, service: OpenService, code: str, access: Access, at: datetime) -> None:
    """The budget code of a service, ended or not. Raises NotAllowed."""
    user = may_keep_for(access, service.agency).user
    lock_services_of(service.agency_id)
    service = OpenService.objects.select_related("service").get(pk=service.pk)
    if service.budget_code == code:
        return
    before, service.budget_code = service.budget_code, code
    service.save(update_fields=["budget_code"])
    record(
        at=at,
        actor=user,
        action="set_budget_code",
        subject=service,
        changes={"budget code": (before, code)},
    )
