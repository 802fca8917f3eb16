"""What works at an agency, and what it costs."""

from decimal import Decimal
from typing import Any

from orders.models import BudgetLine, OpenService, Order
from orders.services.inventory.budgets import add_budget_line
from tests.factories import AT
from tests.orders.factories import World, access
from tests.orders.open_services import make_open_service
from tests.permissions.orders import KEY

CODE = "0044"

# The gate of the lists comes first; of one service or budget line 404 says nothing of it.
TABLE = """
orders:services            -            GET     200 200  200  200   403  403   200  200 200 302
orders:services            -            POST    405 405  405  405   405  405   405  405 405 302
orders:services-csv        -            GET     200 200  200  200   403  403   200  200 200 302
orders:services-csv        -            POST    405 405  405  405   405  405   405  405 405 302
orders:services-xlsx       -            GET     200 200  200  200   403  403   200  200 200 302
orders:services-xlsx       -            POST    405 405  405  405   405  405   405  405 405 302
orders:unconfirmed         -            GET     200 200  200  200   403  403   200  200 200 302
orders:unconfirmed         -            POST    405 405  405  405   405  405   405  405 405 302
orders:confirm-services    -            GET     405 405  405  405   405  405   405  405 405 302
orders:confirm-services    -            POST    302 302  404  404   403  403   403  403 403 302
orders:disconnect-services -            GET     405 405  405  405   405  405   405  405 405 302
orders:disconnect-services -            POST    302 302  404  404   403  403   403  403 403 302
orders:service             open_service GET     200 200  404  404   404  404   200  200 200 302
orders:service             open_service POST    405 405  405  405   405  405   405  405 405 302
orders:confirm-service     open_service GET     405 405  405  405   405  405   405  405 405 302
orders:confirm-service     open_service POST    302 302  404  404   404  404   403  403 403 302
orders:disconnect-service  open_service GET     200 200  404  404   404  404   403  403 403 302
orders:disconnect-service  open_service POST    405 405  405  405   405  405   405  405 405 302
orders:service-budget      open_service GET     200 200  404  404   404  404   403  403 403 302
orders:service-budget      open_service POST    302 302  404  404   404  404   403  403 403 302
orders:expected-cost       -            GET     200 200  200  200   403  403   200  200 200 302
orders:expected-cost       -            POST    405 405  405  405   405  405   405  405 405 302
orders:expected-cost-csv   -            GET     200 200  200  200   403  403   200  200 200 302
orders:expected-cost-csv   -            POST    405 405  405  405   405  405   405  405 405 302
orders:add-budget-line     -            GET     200 200  200  200   403  403   403  403 403 302
orders:add-budget-line     -            POST    302 302  200  200   403  403   403  403 403 302
orders:change-budget-line  budget_line  GET     200 200  404  404   404  404   403  403 403 302
orders:change-budget-line  budget_line  POST    302 302  404  404   404  404   403  403 403 302
orders:remove-budget-line  budget_line  GET     405 405  405  405   405  405   405  405 405 302
orders:remove-budget-line  budget_line  POST    302 302  404  404   404  404   403  403 403 302
orders:order-budget        draft        GET     200 200  404  404   404  404   403  403 403 302
orders:order-budget        draft        POST    302 302  404  404   404  404   403  403 403 302
orders:order-budget        sent         GET     200 200  404  404   403  404   403  403 403 302
orders:order-budget        other        GET     404 404  404  200   404  404   403  403 403 302
orders:order-budget        other        POST    404 404  404  302   404  404   403  403 403 302
"""

DOWNLOADS: set[str] = set()
UNRECORDED: set[str] = set()
FILES = {"orders:services-csv", "orders:services-xlsx", "orders:expected-cost-csv"}
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {
        "orders:add-budget-line": "Save the budget line",
        "orders:change-budget-line": "Save the budget line",
        "orders:disconnect-service": "Begin to disconnect",
    },
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """Four telephones of the Highway Patrol and its budget; the city has a budget line too."""
    service = make_open_service(world, 4, told={"sr_number": "SR-1", "circuit_numbers": "HCGS.1"})
    lines = [_budget_line(world, by) for by in ("atr", "purchaser")]
    return {"open_service": {"pk": service.pk}, "budget_line": {"pk": lines[0].pk}}


def _budget_line(world: World, by: str) -> BudgetLine:
    return add_budget_line(
        agency=world.city if by == "purchaser" else world.agency,
        code=CODE,
        name="Telephones",
        monthly=Decimal(1000),
        access=access(getattr(world, by)),
        at=AT,
    )


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    service = OpenService.objects.filter(agency=world.agency).earliest("pk")
    return {
        "orders:confirm-services": {"service": service.pk},
        "orders:disconnect-services": {
            "service": service.pk,
            "key": KEY,
            f"number_{world.agency.pk}_{world.contract.pk}": "D-1",
        },
        "orders:service-budget": {"budget_code": CODE},
        "orders:order-budget": {"budget_code": CODE},
        "orders:add-budget-line": {
            "agency": world.agency.pk,
            "code": "0045",
            "name": "Lines",
            "monthly": "500.00",
        },
        "orders:change-budget-line": {"name": "Telephones", "monthly": "900.00"},
    }
