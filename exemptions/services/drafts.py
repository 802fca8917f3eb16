"""The first steps of each change to a draft: lock it, see that it may be made, see it is fresh."""

from exemptions.models import Contributor, ExemptionRequest
from exemptions.permissions import may
from exemptions.services.locking import lock
from exemptions.workflow import Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.refusals import refuse_stale


def lock_for(
    action: Action, request: ExemptionRequest, access: Access, version: int | None = None
) -> tuple[ExemptionRequest, User]:
    """Lock a request for one action of one person; `version` is the one their page showed.

    Raises NotAllowed, WrongState, ChangedMeanwhile.
    """
    request = lock(request)
    user = may(access, action, request)
    refuse_stale(request, request.version, version)
    return request, user


def written_by(request: ExemptionRequest, user: User) -> None:
    """Save a changed draft as a new version, and note who has a hand in it."""
    request.version += 1
    request.save()
    Contributor.objects.get_or_create(request=request, user=user, part=Contributor.Part.WROTE)
