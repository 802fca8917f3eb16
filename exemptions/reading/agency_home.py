"""What of an agency's own exemption requests waits for the person who signed in."""

from dataclasses import dataclass

from exemptions.models import ExemptionRequest
from exemptions.models.request import ExemptionRequestQuerySet
from exemptions.permissions import OFFICERS, WRITERS
from exemptions.reading.whose_turn import my_turn, to_sign
from stmm.agencies.access import Access

SHOWN = 10


@dataclass(frozen=True, slots=True)
class AgencyHome:
    """`to_sign` is None for who signs none; `waiting`: drafts to finish, questions to answer."""

    to_sign: list[ExemptionRequest] | None
    waiting: list[ExemptionRequest]


def requests_at_home(access: Access) -> AgencyHome | None:
    """The longest waiting first; None for people who write for no agency.

    Two queries at most.
    """
    agencies = {each.agency_id for each in access.appointments if each.role in WRITERS}
    if not agencies:
        return None
    theirs = ExemptionRequest.objects.filter(agency__in=agencies)
    signable = to_sign(theirs, access)
    waiting = my_turn(theirs, access).exclude(pk__in=signable.values("pk"))
    return AgencyHome(_shown(signable) if access.roles & OFFICERS else None, _shown(waiting))


def _shown(requests: ExemptionRequestQuerySet) -> list[ExemptionRequest]:
    return list(requests.select_related("agency").order_by("sent_at", "created_at", "pk")[:SHOWN])
