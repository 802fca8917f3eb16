"""General Telecommunications Delegations: recorded and withdrawn by STND, named by requests."""

from datetime import date, datetime
from typing import cast

from django.db import transaction

from exemptions.models import Delegation, ExemptionRequest
from exemptions.permissions import WHO
from exemptions.services.locking import lock
from exemptions.workflow import Party
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.refusals import NotAllowed, WrongState


@transaction.atomic
def record_delegation(
    *,
    agency: Agency,
    reference: str,
    scope: str,
    starts_on: date,
    until: date | None,
    access: Access,
    at: datetime,
) -> Delegation:
    """Record a delegation of an agency. Its requests that name the reference have it from now on.

    The same one again gives back the first. Raises NotAllowed; WrongState where the agency is no
    State entity, or the reference stands for another delegation of it.
    """
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    user = _recorder(access)
    if not agency.is_state:
        raise WrongState(f"{agency.name} is not a State entity: delegations are given to those.")
    same = {"scope": scope, "starts_on": starts_on, "until": until}
    standing = Delegation.objects.filter(
        agency=agency, reference=reference, withdrawn_at__isnull=True
    ).first()
    if standing is not None:
        if all(getattr(standing, name) == value for name, value in same.items()):
            return standing
        raise WrongState(
            f"{agency.name} has a delegation {reference} already. Withdraw it first, or give this "
            "one its own reference."
        )
    delegation = Delegation.objects.create(
        agency=agency, reference=reference, recorded_at=at, recorded_by=user, **same
    )
    naming = ExemptionRequest.objects.filter(
        agency=agency, delegation__isnull=True, delegation_reference__iexact=reference
    )
    named = list(naming)
    naming.update(delegation=delegation)
    record(
        at=at,
        actor=user,
        action="record_delegation",
        subject=delegation,
        changes={
            "agency": (None, agency.name),
            "scope": (None, scope),
            "from": (None, starts_on),
            "until": (None, until),
            "requests that name it": (None, ", ".join(map(str, named)) or "none"),
        },
    )
    return delegation


@transaction.atomic
def withdraw_delegation(
    *, delegation: Delegation, reason: str, access: Access, at: datetime
) -> Delegation:
    """From now on it counts for nothing; the row stays. A second time does nothing.

    Raises NotAllowed.
    """
    delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    user = _recorder(access)
    if delegation.withdrawn_at is not None:
        return delegation
    delegation.withdrawn_at, delegation.withdrawn_because = at, reason
    delegation.save(update_fields=["withdrawn_at", "withdrawn_because"])
    record(
        at=at,
        actor=user,
        action="withdraw_delegation",
        subject=delegation,
        changes={"withdrawn": (None, "yes")},
        reason=reason,
    )
    return delegation


@transaction.atomic
def name_delegation(
    *, request: ExemptionRequest, delegation: Delegation, access: Access, at: datetime
) -> ExemptionRequest:
    """The request, whatever its state, has this delegation from now on. Twice does nothing.

    Raises NotAllowed; WrongState for a delegation of another agency, or a withdrawn one.
    """
    request = lock(request)
    user = _recorder(access)
    if request.delegation_id == delegation.pk:
        return request
    if delegation.agency_id != request.agency_id or delegation.withdrawn_at is not None:
        raise WrongState(f"{delegation} is no delegation of {request.agency.name} that stands.")
    before = request.delegation
    request.delegation = delegation
    request.save(update_fields=["delegation"])
    record(
        at=at,
        actor=user,
        action="name_delegation",
        subject=request,
        changes={"delegation": (before and before.reference, delegation.reference)},
    )
    return request


def _recorder(access: Access) -> User:
    if not access.is_stnd:
        raise NotAllowed(f"Only {WHO[Party.STND]} records delegations.")
    return cast(User, access.user)
