"""Exemption requests begun with what is known here: of a question, an order, a purchase."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from catalog.models import Service
from exemptions.models import ExemptionRequest
from exemptions.services.drafting import begin, change
from orders.models import Order, OrderLine, OutsidePurchase
from orders.permissions.elsewhere import may_record_for
from orders.services.elsewhere.outside import lock_purchase, refuse_withdrawn
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.refusals import Incomplete, Problem, WrongState

FindingState = OutsidePurchase.FindingState
# Of a request's own fields
LONGEST = 200


@transaction.atomic
def ask_for_service(
    *,
    agency: Agency,
    service: Service,
    quantity: int,
    vendor: str,
    key: UUID,
    access: Access,
    at: datetime,
) -> ExemptionRequest:
    """Begin a request for what somebody asked “May I buy this elsewhere?” of.

    The same page sent again (`key`) gives back the first draft. Raises NotAllowed, Incomplete.
    """
    request = begin(
        agency=agency,
        project=service.name[:LONGEST],
        key=key,
        access=access,
        at=at,
        origin=f"Asked whether {service} may be bought elsewhere"[:LONGEST],
        services=[(service, quantity)],
    )
    return _from(vendor, request, access=access, at=at)


@transaction.atomic
def ask_for_lines(
    *, order: Order, lines: Iterable[OrderLine], key: UUID, access: Access, at: datetime
) -> ExemptionRequest:
    """Begin a request for lines of an order that CALNET does not serve as needed.

    Lines of one service are one item. The order stays as it is. The same page sent again gives
    back the first draft. Raises NotAllowed, Incomplete.
    """
    lines = sorted(lines, key=lambda line: line.position)
    if not lines:
        raise Incomplete([Problem("This order has no line of a mandatory service.", "lines")])
    wanted: dict[Service, int] = {}
    for line in lines:
        wanted[line.service] = wanted.get(line.service, 0) + line.quantity
    numbers = ", ".join(f"#{line.position}" for line in lines)
    return begin(
        agency=order.agency,
        project=f"Order {order.agency_request_number}"[:LONGEST],
        key=key,
        access=access,
        at=at,
        origin=f"Order {order}, requests {numbers}"[:LONGEST],
        services=wanted.items(),
    )


@transaction.atomic
def ask_for_findings(
    *, purchases: Iterable[OutsidePurchase], key: UUID, access: Access, at: datetime
) -> ExemptionRequest:
    """Possible leakage becomes one request for an exemption; each finding names it from then on.

    Purchases of one service are one item. Asked again, the request that all of them name is given
    back. Raises NotAllowed, WrongState for what no exemption is for (only mandatory services have
    them) or what another request is for, and Incomplete, also for none and for several agencies.
    """
    chosen = [lock_purchase(each) for each in sorted(purchases, key=lambda each: each.pk)]
    if not chosen:
        raise Incomplete([Problem("Check the box of at least one purchase first.", "purchase")])
    if len({each.agency_id for each in chosen}) > 1:
        raise Incomplete([Problem("A request is of one agency: check its purchases.", "purchase")])
    user = may_record_for(access, chosen[0].agency).user
    named = {each.exemption_request for each in chosen}
    if len(named) == 1 and (first := named.pop()):
        return first
    wanted = _wanted(chosen)
    several = f"{len(chosen)} purchases outside CALNET"
    request = begin(
        agency=chosen[0].agency,
        project=(several if len(chosen) > 1 else chosen[0].description)[:LONGEST],
        key=key,
        access=access,
        at=at,
        origin=f"Bought outside CALNET: {'; '.join(str(each) for each in chosen)}"[:LONGEST],
        services=wanted.items(),
    )
    vendors = {each.vendor for each in chosen}
    request = _from(vendors.pop() if len(vendors) == 1 else "", request, access=access, at=at)
    for purchase in chosen:
        _settle_by(request, purchase, by=user, at=at)
    return request


def _wanted(purchases: Iterable[OutsidePurchase]) -> dict[Service, int]:
    wanted: dict[Service, int] = {}
    for purchase in purchases:
        refuse_withdrawn(purchase)
        if purchase.exemption_request is not None:
            raise WrongState(f"{purchase.exemption_request} is for {purchase} already.")
        if purchase.finding != OutsidePurchase.Finding.MANDATORY or purchase.service is None:
            raise WrongState(
                f"An exemption is for mandatory services bought without one; {purchase} is not."
            )
        quantity = wanted.get(purchase.service, 0) + (purchase.quantity or 1)
        wanted[purchase.service] = quantity
    return wanted


def _settle_by(
    request: ExemptionRequest, purchase: OutsidePurchase, *, by: User, at: datetime
) -> None:
    before = FindingState(purchase.finding_state).label
    purchase.finding_state, purchase.exemption_request = FindingState.EXEMPTION, request
    purchase.finding_reason = f"{request} was begun for it"
    purchase.settled_at, purchase.settled_by = at, by
    purchase.save(
        update_fields=[
            "finding_state", "exemption_request", "finding_reason", "settled_at", "settled_by",
        ]
    )  # fmt: skip
    record(
        at=at,
        actor=by,
        action="settle_finding",
        subject=purchase,
        changes={
            "possible leakage": (before, FindingState.EXEMPTION.label),
            "exemption request": (None, str(request)),
        },
    )


def _from(
    vendor: str, request: ExemptionRequest, *, access: Access, at: datetime
) -> ExemptionRequest:
    """Whom it would be bought from, where that is known and nobody has written in it since."""
    if not vendor or request.proposed_source or request.version > 1:
        return request
    return change(
        request=request,
        fields={"proposed_source": vendor},
        version=request.version,
        access=access,
        at=at,
    )
