"""Open services by whom it takes one order, or one notice, to end them with."""

from collections.abc import Iterable

from catalog.models import Contract
from orders.models import OpenService
from stmm.agencies.models import Agency

# One form goes to one contract of one agency
Group = tuple[Agency, Contract]


def grouped(services: Iterable[OpenService]) -> dict[Group, list[OpenService]]:
    """The services of each order that it takes to disconnect them."""
    groups: dict[Group, list[OpenService]] = {}
    for service in services:
        groups.setdefault((service.agency, service.service.contract), []).append(service)
    return groups
