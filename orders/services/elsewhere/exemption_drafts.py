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
def ask_for_finding(
    *, purchase: OutsidePurchase, key: UUID, access: Access, at: datetime
) -> ExemptionRequest:
    """Possible leakage becomes a request for an exemption; the finding names it from then on.

    Asked again, the request that it names is given back. Raises NotAllowed, WrongState for what
    no exemption is for (only mandatory services have them), Incomplete.
    """
    purchase = lock_purchase(purchase)
    user = may_record_for(access, purchase.agency).user
    refuse_withdrawn(purchase)
    if purchase.exemption_request is not None:
        return purchase.exemption_request
    if purchase.finding != OutsidePurchase.Finding.MANDATORY or purchase.service is None:
        raise WrongState("An exemption is for mandatory services bought without one.")
    request = begin(
        agency=purchase.agency,
        project=purchase.description[:LONGEST],
        key=key,
        access=access,
        at=at,
        origin=f"Bought outside CALNET: {purchase}"[:LONGEST],
        services=[(purchase.service, purchase.quantity or 1)],
    )
    request = _from(purchase.vendor, request, access=access, at=at)
    before = FindingState(purchase.finding_state).label
    purchase.finding_state, purchase.exemption_request = FindingState.EXEMPTION, request
    purchase.finding_reason = f"{request} was begun for it"
    purchase.settled_at, purchase.settled_by = at, user
    purchase.save(
        update_fields=[
            "finding_state", "exemption_request", "finding_reason", "settled_at", "settled_by",
        ]
    )  # fmt: skip
    record(
        at=at,
        actor=user,
        action="settle_finding",
        subject=purchase,
        changes={
            "possible leakage": (before, FindingState.EXEMPTION.label),
            "exemption request": (None, str(request)),
        },
    )
    return request


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
