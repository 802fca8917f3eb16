"""On which exemption requests a person has something to do now."""

from django.db.models import Exists, OuterRef, Q

from exemptions.models import Contributor, RequestState
from exemptions.models.request import ExemptionRequestQuerySet
from exemptions.permissions import OFFICERS, WRITERS, decider
from stmm.agencies.access import Access

State = RequestState


def agencies_of(access: Access, roles: frozenset[str]) -> list[int]:
    """Keys of the agencies where this person holds one of the roles."""
    return [each.agency_id for each in access.appointments if each.role in roles]


def to_sign(requests: ExemptionRequestQuerySet, access: Access) -> ExemptionRequestQuerySet:
    """Drafts of the agencies whose officer this person is, and that somebody else wrote."""
    wrote = Contributor.objects.filter(
        request=OuterRef("pk"), user=access.user.pk, part=Contributor.Part.WROTE
    )
    return requests.filter(
        ~Exists(wrote), state=State.DRAFT, agency__in=agencies_of(access, OFFICERS)
    )


def my_turn(requests: ExemptionRequestQuerySet, access: Access) -> ExemptionRequestQuerySet:
    """To write, to sign, to answer, to review, to decide: what waits for `access`.

    A draft waits for who began it, and for the officer who did not write it.
    """
    signable = to_sign(requests, access).values("pk")
    wanted = (
        Q(pk__in=signable)
        | Q(state=State.DRAFT, created_by=access.user.pk)
        | Q(state=State.QUESTION_OUT, agency__in=agencies_of(access, WRITERS))
    )
    if access.is_stnd:
        wanted |= Q(state=State.SENT) | Q(state=State.IN_REVIEW, analyst=access.user.pk)
    if decider(access):
        wanted |= Q(state=State.RECOMMENDED)
    return requests.filter(wanted)
