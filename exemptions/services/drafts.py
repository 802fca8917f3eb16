"""The first steps of each change to a draft: lock it, see that it may be made, see it is fresh."""

from exemptions.models import Contributor, ExemptionRequest
from exemptions.permissions import may
from exemptions.services.locking import lock
from exemptions.workflow import Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.refusals import ChangedMeanwhile


def lock_for(
    action: Action, request: ExemptionRequest, access: Access, version: int | None = None
) -> tuple[ExemptionRequest, User]:
    """Lock a request for one action of one person; `version` is the one their page showed.

    Raises NotAllowed, WrongState, ChangedMeanwhile.
    """
    request = lock(request)
    user = may(access, action, request)
    refuse_stale(request, version)
    return request, user


def refuse_stale(request: ExemptionRequest, version: int | None) -> None:
    """Raises ChangedMeanwhile where the page showed another version of a locked request."""
    if version is not None and version != request.version:
        raise ChangedMeanwhile(
            f"{request} was changed by someone else while you had it open."
            " Look at it as it is now, then make your change again."
        )


def written_by(request: ExemptionRequest, user: User) -> None:
    """Save a changed draft as a new version, and note who has a hand in it."""
    request.version += 1
    request.save()
    Contributor.objects.get_or_create(request=request, user=user, part=Contributor.Part.WROTE)
