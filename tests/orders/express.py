"""One-page orders for tests, as the page asks for them."""

from typing import Any
from uuid import UUID, uuid4

from catalog.models import Service
from orders.files.many_lines import read_pasted
from orders.models import Order
from orders.services.making import filing
from orders.services.making.filing import Asked
from stmm.accounts.models import User
from tests.factories import AT, PASSWORD, TODAY
from tests.orders.factories import FILLED, World, access

# What the page sends of the order itself
TYPED: dict[str, Any] = {"department": "Highway Patrol", **FILLED}


def asked(
    world: World,
    *services: Service,
    by: User | None = None,
    number: str = "X-1",
    key: UUID | None = None,
    text: str = "",
    **fields: Any,
) -> Asked:
    """Of the mandatory service, where neither services nor a text are given."""
    by = by or world.catr
    pasted = text or "\n".join(each.product_id for each in services or (world.mandatory,))
    return Asked(
        agency=world.city if by == world.purchaser else world.agency,
        contract=world.contract.pk,
        fields=TYPED | {"agency_request_number": number} | fields,
        rows=read_pasted(pasted, on=TODAY),
        key=key or uuid4(),
    )


def seen(what: Asked, *, by: User) -> str:
    """What this person is shown of it."""
    return filing.draw_up(what, access=access(by), at=AT).digest


def file(what: Asked, *, by: User) -> Order:
    return filing.file(what, seen=seen(what, by=by), access=access(by), at=AT)


def page_of(world: World, **typed: Any) -> dict[str, Any]:
    """The form as the browser sends it; what is shown of the order is asked for by a check."""
    return {
        **TYPED,
        "agency": world.agency.pk,
        "contract": world.contract.pk,
        "agency_request_number": "X-1",
        "text": world.mandatory.product_id,
        "key": uuid4(),
        "do": "check",
        "attest": "on",
        "password": PASSWORD,
        **typed,
    }
