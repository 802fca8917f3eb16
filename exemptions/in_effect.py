"""Which exemptions an agency may rely on, as facts for the policy.

A fixed number of queries however many services. Days are Pacific days.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from exemptions.models import ExemptionRequest, ItemDecision, RequestedItem, RequestState
from stmm.agencies.models import Agency
from stmm.policy.facts import NO_EXEMPTION, Exemption, ExemptionState


@dataclass(frozen=True, slots=True)
class Granted:
    """An item of an exemption in term: what a page offers to rely on."""

    item: ItemDecision
    exemption: Exemption

    @property
    def request(self) -> ExemptionRequest:
        return self.item.decision.request


def granted_to(agency: Agency, *, on: date) -> Mapping[int, list[Granted]]:
    """By service key: the granted items of exemptions of `agency` in term on that day.

    A service that was described in words is under the key 0. One query.
    """
    items = (
        ItemDecision.objects.filter(
            decision__request__in=ExemptionRequest.objects.filter(agency=agency).in_term(on)
        )
        .select_related("item", "decision__request")
        .order_by("decision__request__until", "pk")
    )
    found: dict[int, list[Granted]] = defaultdict(list)
    for item in items:
        fact = _approved(item.decision.request)
        found[item.item.service_id or 0].append(Granted(item, fact))
    return found


def exemption_of(
    request: ExemptionRequest, item: RequestedItem, *, known_at: datetime | None = None
) -> Exemption:
    """The fact that one item of a request is to the policy; with `known_at`, as known then.

    No query where `item` was read with `granted__decision` and `request__revocation`. An item
    that was not granted is denied, though others of its request were approved. What was
    revoked is revoked from the moment that it was recorded: purchases before rested on it.
    """
    if request.sent_at is None or (known_at is not None and request.sent_at > known_at):
        return NO_EXEMPTION
    if request.state == RequestState.WITHDRAWN:
        return NO_EXEMPTION
    decided = request.closed_at if request.is_decided else None
    granted: ItemDecision | None = getattr(item, "granted", None)
    if granted is not None:
        decided = granted.decision.at
    if decided is None or (known_at is not None and decided > known_at):
        return Exemption(ExemptionState.PENDING, reference=request.number)
    if granted is None:
        return Exemption(ExemptionState.DENIED, reference=request.number)
    if request.state == RequestState.REVOKED and (
        known_at is None or request.revocation.at <= known_at
    ):
        return Exemption(ExemptionState.REVOKED, reference=request.number)
    return _approved(request)


def _approved(request: ExemptionRequest) -> Exemption:
    return Exemption(
        ExemptionState.APPROVED,
        starts_on=request.starts_on,
        until=request.until,
        reference=request.number,
    )
