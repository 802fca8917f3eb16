"""From open services that a body outside State government ends to drafts of its notices."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from orders.models import Leaving, LeavingState, OpenService
from orders.reading.by_contract import grouped
from orders.services.leaving import acts as service_of
from stmm.agencies.access import Access


@transaction.atomic
def begin_notices(
    *, services: Iterable[OpenService], manner: str, key: UUID, access: Access, at: datetime
) -> list[Leaving]:
    """A draft of a notice for each contract, which its services leave by (PO-4.2).

    The same page sent again (`key`) gives back the same drafts, as they are by then. Raises
    NotAllowed, also for services of a State agency.
    """
    return [
        _begin(members, manner, uuid5(key, f"{agency.pk} {contract.pk}"), access, at)
        for (agency, contract), members in grouped(services).items()
    ]


def _begin(
    services: list[OpenService], manner: str, key: UUID, access: Access, at: datetime
) -> Leaving:
    first = services[0]
    leaving = service_of.start(
        agency=first.agency,
        contract=first.service.contract,
        manner=manner,
        key=key,
        access=access,
        at=at,
    )
    if leaving.state != LeavingState.DRAFTED or leaving.parts.exists():
        return leaving
    return service_of.choose(
        leaving=leaving,
        open_services=services,
        categories=[],
        services=[],
        version=leaving.version,
        access=access,
        at=at,
    )
