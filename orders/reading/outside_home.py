"""What Home shows of bodies outside State government besides ATOs: notices, local documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from catalog.models import Contractor
from orders.models import Leaving, LocalOrder, LocalState
from orders.models.local import LOCAL_WITH_CONTRACTOR
from stmm.agencies.access import Access

SHOWN = 10
# Not with the contractor yet
_UNSENT = (LocalState.DRAFT, LocalState.RECORDED)


@dataclass(frozen=True, slots=True)
class OutsideAtHome:
    """Notices that run, the first to run out first; documents not through, the oldest first."""

    notices: Sequence[Leaving]
    documents: Sequence[LocalOrder]


def outside_at_home(access: Access, desks: Sequence[Contractor]) -> OutsideAtHome | None:
    """Of the bodies this person orders for, and of those whose orders their desk receives.

    None for people whom neither concerns. Two queries.
    """
    agencies = [agency for agency in access.ordering_agencies if not agency.is_state]
    if not agencies and not desks:
        return None
    theirs, at_desk = Q(agency__in=agencies), Q(contract__contractor__in=desks)
    named = ("agency", "contract__contractor")
    notices = Leaving.objects.running().filter(theirs | at_desk).select_related(*named)
    documents = LocalOrder.objects.filter(
        (theirs | at_desk) & Q(state__in=LOCAL_WITH_CONTRACTOR) | theirs & Q(state__in=_UNSENT)
    )
    return OutsideAtHome(
        list(notices.order_by("ends_on", "pk")[:SHOWN]),
        list(documents.select_related(*named).order_by("created_at", "pk")[:SHOWN]),
    )
